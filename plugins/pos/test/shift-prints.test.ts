/** X and Z reports on paper: what the page shows is what the printer gets, and only one paper is the Z itself. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Page } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { decode } from "./escpos-reader.ts";
import { type FakePrinter, openPrinter } from "./fake-printer.ts";
import { cash, type ProblemAnswer, ring, stocked } from "./till.ts";

interface Job {
  id: number;
  kind: string;
  shift_id: number | null;
  copy: number | null;
  state: string;
  repeated: boolean;
}

describe("reports of a shift on paper", () => {
  let shop: Shop;
  let admin: ApiClient;
  let cashier: ApiClient;
  let printer: FakePrinter;
  let shiftId: number;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    cashier = await shop.api("employee");
    await stocked(shop, { sku: "PAN", price: "2500" });
  });
  after(() => shop.close());

  const key = () => ({ key: randomUUID() });
  const print = (client = admin, own = key()) =>
    client.post<{ print_job_id: number; copy: number | null } & ProblemAnswer>(
      `/api/v1/shifts/${shiftId}/print`,
      {},
      own,
    );
  const jobs = async () =>
    (await admin.get<{ data: Job[] }>("/api/v1/print-jobs?limit=200")).body.data.filter(
      (job) => job.shift_id === shiftId,
    );
  const paper = (index: number) => decode(printer.papers[index] ?? assert.fail(`no paper ${index}`));
  const close = async () => {
    const closed = await cashier.post(`/api/v1/shifts/${shiftId}/close`, { total: "52500.00" }, key());
    assert.equal(closed.status, 201, closed.text);
  };
  /** the printer is the register's from here on: the sales before it printed nothing */
  const connect = async (width: 58 | 80 = 80) => {
    const facts = { name: randomUUID(), host: "127.0.0.1", port: printer.port, width, kicks_drawer: true };
    const made = await admin.post<{ id: number }>("/api/v1/printers", facts, key());
    assert.equal((await admin.put("/api/v1/registers/1/printer", { printer_id: made.body.id })).status, 200);
  };
  beforeEach(async () => {
    printer = await openPrinter();
    const opened = await cashier.post<{ id: number }>("/api/v1/shifts", { register_id: 1, float: "50000.00" }, key());
    assert.equal(opened.status, 201, opened.text);
    shiftId = opened.body.id;
    assert.equal(
      (await ring(cashier, { items: [{ code: "PAN", quantity: "1" }], payments: cash("5000") })).status,
      201,
    );
  });
  afterEach(async () => {
    await cashier.post(`/api/v1/shifts/${shiftId}/close`, { total: "52500.00", reason: "Prueba" }, key());
    await admin.put("/api/v1/registers/1/printer", { printer_id: null });
    await shop.db.raw("UPDATE print_jobs SET state = 'cancelled' WHERE state IN ('queued', 'failed')");
    await printer.switchOff();
  });

  /** Amounts of the sheet in the page, as they stand there. */
  const amounts = (page: Page) => page.root.querySelectorAll(".receipt .num").map((one) => plain(one.text));
  const plain = (text: string) =>
    text
      .replace(/[\u00a0\u202f]/g, " ")
      .replace("–", "-")
      .trim();

  for (const [width, columns] of [
    [58, 32],
    [80, 48],
  ] as const) {
    it(`an X on ${width} mm: every amount of the sheet on the page, no line too long, no drawer opened`, async () => {
      await connect(width);
      const manager = await shop.browser("manager");
      const asked = await (await manager.get(`/shifts/${shiftId}`)).submit("#print");
      assert.match(asked.text, /El informe está en la cola/);
      await until(() => printer.papers.length === 1);
      const { lines, cuts, kicks } = paper(0);
      const text = lines.join("\n");
      assert.deepEqual([cuts, kicks], [1, 0]);
      assert.deepEqual(
        lines.filter((line) => line.length > columns),
        [],
      );
      assert.match(text, /INFORME X/);
      assert.match(text, /Efectivo que debe haber +\$ 52\.500/);
      const sheet = await manager.get(`/shifts/${shiftId}/sheet?width=${width}`);
      assert.ok(sheet.root.querySelector(`.receipt.w${width}`), sheet.html);
      const shown = amounts(sheet);
      assert.ok(shown.includes("$ 52.500") && shown.length > 8, shown.join());
      for (const amount of shown.filter((one) => /\d/.test(one)))
        assert.ok(text.includes(amount), `${amount}\n${text}`);
    });
  }

  it("the first paper of a Z is the Z, each further one a copy with its number; one key is one paper", async () => {
    await close();
    await connect();
    const own = key();
    const first = await print(cashier, own);
    assert.deepEqual([first.status, first.body.copy], [201, null], first.text);
    const again = await print(cashier, own);
    assert.deepEqual([again.status, again.body.print_job_id], [200, first.body.print_job_id]);
    const copies = await Promise.all([print(cashier), print(cashier)]);
    assert.deepEqual(copies.map(({ body }) => body.copy).sort(), [1, 2]);
    await until(() => printer.papers.length === 3);
    const texts = [0, 1, 2].map((index) => paper(index).lines.join("\n"));
    for (const text of texts) {
      assert.match(text, /INFORME Z \d/);
      assert.match(text, /Diferencia +\$ 0/);
    }
    assert.deepEqual(texts.map((text) => /COPIA (\d)/.exec(text)?.[1]).sort(), ["1", "2", undefined]);
    assert.doesNotMatch(texts[0] ?? "", /COPIA/, "the Z itself comes first");
    const { rows } = await shop.db.raw("SELECT after FROM audit_log WHERE action = 'shift.printed' AND subject = ?", [
      `shift:${shiftId}`,
    ]);
    assert.equal(rows.length, 3);
    await until(async () => (await jobs()).every(({ state }) => state === "done"));
    await printer.switchOff();
    await print(cashier);
    const queue = await (await shop.browser("admin")).get("/printers");
    assert.match(queue.text, /Copia 3 del informe Z \d+ de Caja 1/);
    await printer.switchOn();
  });

  it("what may have reached the paper comes again marked; the queue names the report", async () => {
    await close();
    await connect();
    printer.mood = "drops";
    await print();
    await until(async () => (await jobs())[0]?.repeated === true);
    const page = await (await shop.browser("employee")).get("/printers");
    assert.match(page.text, /Informe Z \d+ de Caja 1/);
    assert.ok(page.root.querySelector(`a[href="/shifts/${shiftId}"]`));
    printer.mood = "accepts";
    const [job] = await jobs();
    await admin.post(`/api/v1/print-jobs/${job?.id}/retry`, {}, key());
    await until(() => printer.papers.length === 1);
    assert.match(paper(0).lines.join("\n"), /COPIA: REPETIDO/);
    await until(async () => (await jobs())[0]?.state === "done");
  });

  it("without a printer there is a sheet, and who asks anyway is told; an open shift shows nothing to who counts blind", async () => {
    const refused = await print();
    assert.deepEqual([refused.status, refused.body.code], [409, "NO_PRINTER"]);
    assert.deepEqual(await jobs(), []);
    const manager = await shop.browser("manager");
    const page = await manager.get(`/shifts/${shiftId}`);
    assert.equal(page.root.querySelector("#print button"), null);
    const told = await page.submit("#print");
    assert.equal(told.status, 409);
    assert.match(told.text, /La caja no tiene impresora/);
    const blind = await shop.browser("employee");
    assert.equal((await blind.get(`/shifts/${shiftId}`)).root.querySelector("#print"), null);
    assert.equal((await blind.get(`/shifts/${shiftId}/sheet`)).status, 403);
    await connect();
    assert.equal((await print(cashier)).status, 403);
    assert.deepEqual(await jobs(), []);
    await close();
    assert.match((await blind.get(`/shifts/${shiftId}/sheet`)).text, /INFORME Z/);
    assert.equal((await admin.post("/api/v1/shifts/999999/print", {}, key())).status, 404);
  });
});
