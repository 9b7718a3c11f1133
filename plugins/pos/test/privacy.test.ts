/** What is known of people: whom they send, what they agreed to, all of it in a file, and none of it when they ask to be forgotten. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addCustomer, brokenAccounts } from "./accounts.ts";
import { assertBooks, cash, follow, type Goods, type ProblemAnswer, ring, stocked } from "./till.ts";

interface Customer extends ProblemAnswer {
  id: number;
  name: string;
  phone: string | null;
  document_number: string | null;
  erased_at: string | null;
  data: Customer[];
}

describe("what is known of people", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let rice: Goods;
  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    rice = await stocked(shop, { sku: "ARROZ", name: "Arroz", price: "10000", stock: "1000" });
  });
  after(() => shop?.close());
  afterEach(async () => {
    await assertBooks(shop);
    assert.deepEqual(await brokenAccounts(shop), []);
  });

  const hire = (name: string, more: object = {}) => addCustomer(manager, name, { credit_limit: "100000", ...more });
  const read = async (id: number) => (await manager.get<Customer>(`/api/v1/customers/${id}`)).body;
  const buy = (id: number, payments: object[]) =>
    ring(employee, { items: [{ product_id: rice.id, quantity: "1" }], payments, customer_id: id });
  const find = async (q: string) =>
    (await employee.get<Customer>(`/api/v1/customers?q=${encodeURIComponent(q)}`)).body.data.map(({ id }) => id);
  const erase = (id: number, client = manager) =>
    client.post<ProblemAnswer>(`/api/v1/customers/${id}/erase`, { reason: "lo pidió" }, { key: randomUUID() });

  it("a customer is found by whom it sends, also after it was changed, and no longer when they left", async () => {
    const firm = await hire("Panadería El Trigo");
    const browser = await shop.browser("employee");
    const people = await follow(browser, await browser.get(`/customers/${firm}`), "#people");
    const wrong = await people.submit("#contact", { name: "Zulma Zapata", phone: "uno dos" });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.fields("#contact")["name"], "Zulma Zapata");
    const saved = await wrong.submit("#contact", { role: "Compras", phone: "310 999 88 77" });
    assert.match(saved.root.querySelector("#contacts")?.text ?? "", /Zulma Zapata\s*Compras/);
    assert.deepEqual(await find("zulma"), [firm]);
    await manager.patch(`/api/v1/customers/${firm}`, { name: "Panadería La Espiga" });
    assert.deepEqual([await find("3109998877"), await find("espiga"), await find("trigo")], [[firm], [firm], []]);
    const again = await hire("Panadería Espiga repetida");
    assert.equal(
      (await manager.post(`/api/v1/customers/${again}/merge`, { from_id: firm }, { key: randomUUID() })).status,
      200,
    );
    assert.deepEqual(await find("zulma"), [again]);
    const page = await browser.get(`/customers/${again}/people`);
    // most people give no mail
    assert.doesNotMatch(page.root.querySelector("#contacts")?.text ?? "undefined", /undefined/);
    await page.submit(".remove-contact");
    assert.deepEqual([await find("zulma"), await find("repetida")], [[], [again]]);
    const none = await manager.request("DELETE", `/api/v1/customers/${again}/contacts/1`);
    assert.equal(none.status, 404);
  });

  it("what somebody agreed to is kept with when, by whom and how; the newest word holds", async () => {
    const ana = await hire("Ana Ardila");
    const browser = await shop.browser("employee");
    const page = await browser.get(`/customers/${ana}/people`);
    const yes = await page.submit("#consent", {
      purpose: "offers",
      given: "yes",
      channel: "written",
      note: "folio 12",
    });
    const no = await yes.submit("#consent", { purpose: "offers", given: "no", channel: "message" });
    const rows = no.root.querySelectorAll("#consents tbody tr").map((row) => row.text.replace(/\s+/g, " ").trim());
    assert.match(rows[0] ?? "", /^Recibir ofertas\s?No autoriza vigente.*Por mensaje.*Emilio Estrada/);
    assert.match(rows[1] ?? "", /^Recibir ofertas\s?Autoriza ?Por escrito.*folio 12/);
    const sent = await employee.post<{ data: { purpose: string; holds: boolean }[] }>(
      `/api/v1/customers/${ana}/consents`,
      { purpose: "records", given: true, channel: "spoken" },
      { key: randomUUID() },
    );
    assert.deepEqual(
      [sent.status, sent.body.data.map(({ purpose, holds }) => [purpose, holds])],
      [
        201,
        [
          ["records", true],
          ["offers", true],
          ["offers", false],
        ],
      ],
    );
    const odd = await employee.post(
      `/api/v1/customers/${ana}/consents`,
      { purpose: "x", given: true, channel: "web" },
      { key: randomUUID() },
    );
    assert.equal(odd.status, 422);
    await assert.rejects(shop.db.raw("DELETE FROM customer_consents"));
  });

  it("a person gets all that is known in a file; who took it out stands in the trail", async () => {
    const bea = await hire("Bea Bueno", { document_type: "CC", document_number: "900100200", phone: "300 123 45 67" });
    await buy(bea, [{ method: "customer_credit", amount: "4000" }, ...cash("6000")]);
    const browser = await shop.browser("manager");
    const privacy = await follow(browser, await browser.get(`/customers/${bea}`), "#privacy");
    const read = await privacy.submit("#export", { format: "text" });
    assert.match(read.headers.get("content-disposition") ?? "", /datos-del-cliente-\d+\.txt/);
    assert.match(read.html, /Datos \(1\)\n-+\nId: \d+\nNombre: Bea Bueno\nTipo de documento: CC\nDocumento: 900100200/);
    assert.match(read.html, /Ventas \(1\)[\s\S]*Total: \$\s10\.000\n[\s\S]*Código: ARROZ/);
    assert.match(read.html, /Auditoría \(1\)[\s\S]*Acción: customer\.created/);
    const file = await privacy.submit("#export", { format: "json" });
    assert.match(file.headers.get("content-disposition") ?? "", /datos-del-cliente-\d+\.json/);
    const known = JSON.parse(file.html);
    assert.equal(known.customers[0].document_number, "900100200");
    assert.deepEqual([known.sales.length, known.sales[0].lines[0].sku, known.account.length], [1, "ARROZ", 1]);
    assert.ok(known.trail.some(({ action }: { action: string }) => action === "customer.exported"));
    const sent = (await manager.get<{ trail: object[] }>(`/api/v1/customers/${bea}/export`)).body;
    assert.deepEqual({ ...sent, trail: sent.trail.slice(1) }, known);
    assert.equal((await employee.get(`/api/v1/customers/${bea}/export`)).status, 403);
    const { rows } = await shop.db.raw(
      "SELECT user_name FROM audit_log WHERE action = 'customer.exported' AND subject = ?",
      [`customer:${bea}`],
    );
    assert.equal(rows.length, 3);
  });

  it("a person is forgotten, the sale stays as it was printed; who owes is not forgotten", async () => {
    const caro = await hire("Carolina Cano", {
      document_type: "CC",
      document_number: "77889900",
      email: "caro@correo.co",
    });
    await manager.post(`/api/v1/customers/${caro}/contacts`, { name: "Hija Cano" }, { key: randomUUID() });
    const twin = await hire("Carito Cano", { phone: "320 000 11 22" });
    await manager.post(`/api/v1/customers/${caro}/merge`, { from_id: twin }, { key: randomUUID() });
    const sale = (await buy(caro, [{ method: "customer_credit", amount: "10000" }])).body;
    const owes = await erase(caro);
    assert.deepEqual([owes.status, owes.body.code], [409, "ERASE_OWES"]);
    await employee.post(
      `/api/v1/customers/${caro}/payments`,
      { amount: "10000", method: "cash" },
      { key: randomUUID() },
    );
    assert.equal((await erase(caro, employee)).status, 403);
    const browser = await shop.browser("manager");
    const privacy = await browser.get(`/customers/${caro}/privacy`);
    assert.equal((await privacy.submit("#erase", { reason: "" })).status, 422);
    const done = await privacy.submit("#erase", { reason: "lo pidió por correo" });
    assert.equal(done.url, `/customers/${caro}`, done.text);
    assert.match(done.text, new RegExp(`Persona borrada ${caro}`));
    const gone = await read(caro);
    assert.deepEqual([gone.phone, gone.document_number, gone.erased_at !== null], [null, null, true]);
    for (const table of ["customers", "customer_contacts", "customer_consents", "carts", "vouchers"]) {
      const { rows } = await shop.db.raw("SELECT t::text AS row FROM ?? t", [table]);
      for (const { row } of rows)
        assert.doesNotMatch(row, /Carolina|Carito|Hija Cano|77889900|caro@|320 000 11 22|3200001122/, table);
    }
    assert.deepEqual(await find("cano"), []);
    const trail = await shop.db.raw("SELECT * FROM audit_log WHERE subject = ?", [`customer:${caro}`]);
    assert.doesNotMatch(JSON.stringify(trail.rows), /Cano|77889900/);
    assert.ok(trail.rows.some((row: { action: string }) => row.action === "customer.erased"));
    const receipt = await browser.get(`/sales/${sale.id}/receipt`);
    assert.match(receipt.text, /Carolina Cano/);
    const again = await erase(caro);
    assert.deepEqual([again.status, again.body.code], [409, "CUSTOMER_ERASED"]);
    const changed = await manager.patch<ProblemAnswer>(`/api/v1/customers/${caro}`, { name: "Otra vez" });
    assert.deepEqual([changed.status, changed.body.code], [409, "CUSTOMER_ERASED"]);
    const merged = await manager.post<ProblemAnswer>(
      `/api/v1/customers/${await hire("Dora")}/merge`,
      { from_id: caro },
      { key: randomUUID() },
    );
    assert.equal(merged.body.code, "CUSTOMER_ERASED");
    // the document is free for who comes back
    await hire("Carolina de nuevo", { document_type: "CC", document_number: "77889900" });
    // the books verify, the seals hold
    assert.equal((await browser.get(`/sales/${sale.id}`)).status, 200);
  });

  it("who does not come back is forgotten after as many months as the owner says; nobody while nothing is said", async () => {
    const [old, buyer, debtor] = [
      await hire("Viejo Olvidado"),
      await hire("Comprador Fiel"),
      await hire("Deudor Viejo"),
    ];
    await buy(debtor, [{ method: "customer_credit", amount: "10000" }]);
    await buy(buyer, cash("10000"));
    await shop.db.raw("UPDATE customers SET updated_at = updated_at - interval '30 months' WHERE id = ANY(?)", [
      [old, buyer, debtor],
    ]);
    const job = () => shop.kernel.jobs.runNow("customers", "forget-inactive-customers");
    await job();
    assert.equal((await read(old)).erased_at, null);
    const settings = await (await shop.browser("admin")).get("/settings");
    await settings.submit("form[action='/settings']", { "customers.retention_months": "24" });
    await job();
    assert.ok((await read(old)).erased_at);
    assert.equal((await read(old)).name, `Persona borrada ${old}`);
    assert.deepEqual([(await read(buyer)).erased_at, (await read(debtor)).erased_at], [null, null]);
    const { rows } = await shop.db.raw(
      "SELECT user_name, reason FROM audit_log WHERE action = 'customer.erased' AND subject = ?",
      [`customer:${old}`],
    );
    assert.deepEqual(rows, [{ user_name: null, reason: "retention" }]);
  });
});
