import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { decode } from "./escpos-reader.ts";
import { type FakePrinter, openPrinter } from "./fake-printer.ts";
import { assertBooks, cash, type Goods, ring, stocked } from "./till.ts";

interface Job {
  id: number;
  kind: string;
  sale_id: number | null;
  state: string;
  repeated: boolean;
  tries: number;
  last_error: string | null;
}

describe("printing on a printer of the network", () => {
  let shop: Shop;
  let admin: ApiClient;
  let printer: FakePrinter;
  let printerId: number;
  let bread: Goods;
  before(async () => {
    // long enough for a busy machine, and what a printer that stalls is waited for here
    shop = await openShop({ env: { PRINT_TIMEOUT_SECONDS: "5" } });
    admin = await shop.api("admin");
    bread = await stocked(shop, { sku: "PAN", name: "Pan", price: "500", stock: "10000" });
  });
  after(() => shop.close());
  beforeEach(async () => {
    printer = await openPrinter();
    const facts = { name: randomUUID(), host: "127.0.0.1", port: printer.port, kicks_drawer: true };
    const made = await admin.post<{ id: number }>("/api/v1/printers", facts, { key: randomUUID() });
    assert.equal(made.status, 201, made.text);
    printerId = made.body.id;
    assert.equal((await admin.put("/api/v1/registers/1/printer", { printer_id: printerId })).status, 200);
  });
  afterEach(async () => {
    await admin.put("/api/v1/registers/1/printer", { printer_id: null });
    await shop.db.raw("UPDATE print_jobs SET state = 'cancelled' WHERE state IN ('queued', 'failed')");
    await printer.switchOff();
    await assertBooks(shop);
  });

  const sell = async (payments: unknown = cash("500")) => {
    const { status, body, text } = await ring(admin, {
      items: [{ product_id: bread.id, quantity: "1" }],
      payments,
    });
    assert.equal(status, 201, text);
    return body;
  };
  const jobs = async (): Promise<Job[]> =>
    (await admin.get<{ data: (Job & { printer_id: number })[] }>("/api/v1/print-jobs?limit=100")).body.data
      .filter((job) => job.printer_id === printerId)
      .reverse();
  const jobOf = async (saleId: number) => (await jobs()).find((job) => job.sale_id === saleId);
  const printed = (index: number) => decode(printer.papers[index] ?? assert.fail(`no paper ${index}`));
  /** Now, instead of after the pause between two tries. */
  const hurry = async () => {
    for (const job of await jobs())
      if (job.state === "queued") await admin.post(`/api/v1/print-jobs/${job.id}/retry`, {}, { key: randomUUID() });
  };

  it("a sale's receipt comes out once, with all amounts; cash opens the drawer, a card does not", async () => {
    const first = await sell();
    const second = await sell([{ method: "card", amount: "500", reference: "1" }]);
    await until(() => printer.papers.length === 2);
    const papers = printer.papers.map((_, index) => printed(index));
    for (const [index, sale] of [first, second].entries()) {
      const text = papers.find(({ lines }) => lines.join("\n").includes(sale.number));
      assert.ok(
        text?.lines.some((line) => /Total +\$ 500$/.test(line)),
        text?.lines.join("\n"),
      );
      assert.deepEqual([text?.cuts, text?.kicks], [1, index === 0 ? 1 : 0]);
    }
    await until(async () => (await jobs()).every(({ state, tries }) => state === "done" && tries === 1));
  });

  for (const mood of ["stalls", "closes", "drops", "refuses"] as const) {
    it(`a printer that ${mood}: twenty sales are posted all the same; then every receipt comes out in order`, async () => {
      if (mood === "refuses") await printer.switchOff();
      else printer.mood = mood;
      const sales: { id: number; number: string }[] = [];
      for (let index = 0; index < 20; index++) sales.push(await sell());
      await until(async () => (await jobs()).some(({ last_error: why }) => why !== null));
      assert.equal(printer.papers.length, 0);
      const failing = (await jobs()).find(({ last_error: why }) => why !== null);
      assert.equal(failing?.repeated, mood !== "refuses", "what may have reached the paper is known");

      if (mood === "refuses") await printer.switchOn();
      else printer.mood = "accepts";
      await hurry();
      await until(async () => (await jobs()).filter(({ state }) => state === "done").length === 20);
      assert.equal(printer.papers.length, 20, "nothing twice");
      const texts = printer.papers.map((_, index) => printed(index).lines.join("\n"));
      const order = (await jobs()).map(({ sale_id: id }) => sales.find((sale) => sale.id === id)?.number ?? "?");
      for (const [index, text] of texts.entries()) assert.ok(text.includes(order[index] ?? "?"), text);
      assert.equal(/COPIA: REPETIDO/.test(texts[0] ?? ""), mood !== "refuses", texts[0]);
      assert.doesNotMatch(texts.slice(1).join(), /COPIA/);
    });
  }

  it("what waits when the app stops is printed after its start; what was half sent is marked", async () => {
    printer.mood = "stalls";
    const [first, second] = [await sell(), await sell()];
    await until(async () => printer.visits > 0 && (await jobs()).length === 2);
    await shop.restart();
    printer.mood = "accepts";
    await hurry();
    await until(async () => (await jobs()).every(({ state }) => state === "done"));
    assert.deepEqual([(await jobOf(first.id))?.repeated, (await jobOf(second.id))?.repeated].sort(), [false, true]);
    assert.equal(printer.papers.length, 2);
  });

  it("a process that died while sending: after its time is over another takes the job, marked", async () => {
    await printer.switchOff();
    const sale = await sell();
    await until(async () => (await jobOf(sale.id))?.state === "queued" && (await jobOf(sale.id))?.last_error !== null);
    await shop.db.raw(
      `WITH busy AS (UPDATE printers SET busy_until = now() + interval '1 hour' WHERE id = :printerId)
       UPDATE print_jobs SET state = 'sending', next_try_at = now() WHERE sale_id = :saleId`,
      { printerId, saleId: sale.id },
    );
    await printer.switchOn();
    const other = await sell();
    await until(async () => (await jobOf(other.id)) !== undefined);
    assert.equal(printer.papers.length, 0, "somebody else is at it");
    await shop.db.raw("UPDATE printers SET busy_until = now() WHERE id = ?", [printerId]);
    await until(() => printer.papers.length === 2);
    assert.match(printed(0).lines.join("\n"), /COPIA: REPETIDO/);
    assert.equal(printed(0).kicks, 0, "the drawer is not opened again");
  });

  it("a copy comes out marked with its number; who asks twice with one key gets one", async () => {
    const sale = await sell();
    await until(() => printer.papers.length === 1);
    const key = randomUUID();
    for (let time = 0; time < 2; time++) await admin.post(`/api/v1/sales/${sale.id}/copies`, {}, { key });
    await until(() => printer.papers.length === 2);
    assert.match(printed(1).lines.join("\n"), /COPIA 1\b/);
    assert.equal(printed(1).kicks, 0);
    assert.deepEqual(
      (await jobs()).map(({ kind }) => kind),
      ["receipt", "copy"],
    );
  });

  it("a drawer opened without a sale is opened by its printer at once, and not by one that comes back later", async () => {
    const { shift_id: shiftId } = (await sell()) as unknown as { shift_id: number };
    await until(() => printer.papers.length === 1);
    const open = () =>
      admin.post(`/api/v1/shifts/${shiftId}/drawer-openings`, { reason: "cambio" }, { key: randomUUID() });
    assert.equal((await open()).status, 201);
    await until(() => printer.papers.length === 2);
    assert.deepEqual([printed(1).kicks, printed(1).lines.length, printed(1).cuts], [1, 0, 0]);

    await printer.switchOff();
    assert.equal((await open()).status, 201);
    await until(async () => (await jobs()).at(-1)?.last_error !== null && (await jobs()).length === 3);
    await shop.db.raw("UPDATE print_jobs SET created_at = created_at - interval '2 minutes' WHERE kind = 'drawer'");
    await printer.switchOn();
    await hurry();
    await until(() => printer.papers.length === 3);
    assert.equal(printed(2).kicks, 0);
  });

  it("a person sees what waits and why, tries again, discards; a test page comes out", async () => {
    await printer.switchOff();
    const sale = await sell();
    await until(async () => (await jobOf(sale.id))?.last_error !== null && (await jobOf(sale.id)) !== undefined);
    const emilio = await shop.browser("employee");
    const page = await emilio.get("/printers");
    assert.match(page.text, new RegExp(`Recibo ${sale.number}`));
    assert.match(page.text, /ECONNREFUSED/);
    assert.equal(page.root.querySelector("#printer-new"), null, "who may not change printers sees no form");
    const id = (await jobOf(sale.id))?.id ?? assert.fail();
    assert.equal((await admin.post(`/api/v1/print-jobs/${id}/cancel`, {}, { key: randomUUID() })).status, 200);
    assert.equal((await jobOf(sale.id))?.state, "cancelled");
    const again = await admin.post<{ code: string }>(`/api/v1/print-jobs/${id}/retry`, {}, { key: randomUUID() });
    assert.deepEqual([again.status, again.body.code], [409, "PRINT_JOB_SETTLED"]);

    await printer.switchOn();
    const owner = await shop.browser("admin");
    const tested = await (await owner.get(`/printers/${printerId}`)).submit("#printer-test");
    assert.match(tested.text, /La prueba está en la cola/);
    await until(() => printer.papers.length === 1);
    assert.match(printed(0).lines.join("\n"), /áéíóúüñ ÁÉÍÓÚÜÑ ¿\? ¡! €/);
    await until(async () => (await jobs()).every(({ state }) => state === "done" || state === "cancelled"));
    const metrics = async () => (await fetch(`${shop.url}/metrics`)).text();
    await until(async () => /pos_print_jobs\{state="waiting"\} 0/.test(await metrics()));
  });

  it("a printer is in the shop's network or has a name; public addresses and low ports are refused", async () => {
    const add = (host: string, port = 9100) =>
      admin.post(`/api/v1/printers`, { name: randomUUID(), host, port }, { key: randomUUID() });
    for (const host of [
      "8.8.8.8",
      "169.254.169.254",
      "::ffff:8.8.8.8",
      "0.0.0.0",
      "0x7f000001",
      "134744072",
      "a b",
      "-x",
    ])
      assert.equal((await add(host)).status, 422, host);
    for (const host of ["192.168.1.50", "10.1.2.3", "172.31.0.9", "fd00::5", "impresora-caja1", "caja.tienda.lan"])
      assert.equal((await add(host)).status, 201, host);
    for (const port of [22, 80, 515, 65_536]) assert.equal((await add("10.0.0.9", port)).status, 422, String(port));
    const manager = await shop.api("manager");
    const facts = { name: "x", host: "10.0.0.9" };
    assert.equal((await manager.post("/api/v1/printers", facts, { key: randomUUID() })).status, 403);
  });

  it("a name that leads out of the shop's network is not connected to, whatever else it leads to; one that leads into it is", async () => {
    const real = dns.lookup;
    // any address leads to this machine on the way of 0.0.0.0, which is no printer's
    const leads: Record<string, string[]> = {
      "fuera.example": ["0.0.0.0"],
      "ambas.example": ["0.0.0.0", "127.0.0.1", "169.254.169.254", "::ffff:8.8.8.8"],
    };
    const known = (name: string, options: dns.LookupAllOptions, done: (...told: unknown[]) => void) => {
      const found = (leads[name] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
      if (found.length === 0) return real(name, options, done as never);
      const [first] = found;
      return options.all ? done(null, found) : done(null, first?.address, first?.family);
    };
    dns.lookup = known as unknown as typeof dns.lookup;
    syncBuiltinESMExports();
    try {
      const call = (host: string) => admin.patch(`/api/v1/printers/${printerId}`, { host });
      assert.equal((await call("fuera.example")).status, 200);
      const sale = await sell();
      await until(async () => ((await jobOf(sale.id))?.last_error ?? null) !== null);
      const job = await jobOf(sale.id);
      assert.deepEqual([printer.visits, job?.state, job?.repeated], [0, "queued", false]);
      assert.match(job?.last_error ?? "", /^the name is of no address in the shop's network$/);
      assert.equal((await call("ambas.example")).status, 200);
      await hurry();
      await until(() => printer.papers.length === 1);
    } finally {
      dns.lookup = real;
      syncBuiltinESMExports();
    }
  });
});
