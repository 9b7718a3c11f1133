/** Forgetting a person, judged by the database itself: no text anywhere still tells who it was, but in the fiscal documents. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { assertBooks, follow, rung, saleIdOf, stocked } from "./till.ts";

/** What tells who it was, however it was written. */
const TELLS = /quetzalina|zurbar[aá]n|7788990011|320 ?999 ?88 ?77|3209998877|quetz@|xil[oó]fono|hija de ella/i;

describe("a person who was forgotten", () => {
  let shop: Shop;
  let mailbox: Mailbox;
  let manager: ApiClient;
  before(async () => {
    mailbox = await openMailbox();
    shop = await openShop({ env: { SMTP_URL: mailbox.url, SMTP_FROM: "Tienda <caja@tienda.example>" } });
    manager = await shop.api("manager");
    await stocked(shop, { sku: "ARROZ", name: "Arroz", price: "10000", stock: "1000" });
  });
  after(async () => {
    try {
      await shop?.close();
    } finally {
      await mailbox?.close();
    }
  });

  /** Every row of every table that says something about the person: `table.column: what`. */
  const traces = async (): Promise<string[]> => {
    const { rows: columns } = await shop.db.raw(
      `SELECT c.table_schema AS schema, c.table_name AS "table", c.column_name AS "column"
       FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
       WHERE t.table_type = 'BASE TABLE' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')
         AND c.data_type NOT IN ('bigint', 'integer', 'boolean', 'timestamp with time zone', 'date', 'uuid', 'smallint')
       ORDER BY 1, 2, 3`,
    );
    assert.ok(columns.length > 100, "the whole database is looked at");
    const found: string[] = [];
    for (const { schema, table, column } of columns) {
      const { rows } = await shop.db.raw(
        "SELECT CASE WHEN pg_typeof(??) = 'bytea'::regtype THEN encode(cast(cast(?? AS text) AS bytea), 'escape') ELSE ??::text END AS said FROM ??.?? WHERE ?? IS NOT NULL",
        [column, column, column, schema, table, column],
      );
      for (const { said } of rows) {
        const text = /^\\x[0-9a-f]+$/.test(said) ? Buffer.from(said.slice(2), "hex").toString("utf8") : said;
        if (TELLS.test(text)) found.push(`${table}.${column}: ${text.slice(0, 200)}`);
      }
    }
    return found;
  };

  it("is found nowhere but on the documents that the law keeps", async () => {
    const made = await manager.post<{ id: number }>(
      "/api/v1/customers",
      {
        name: "Quetzalina Zurbarán",
        document_type: "CC",
        document_number: "7788990011",
        phone: "320 999 88 77",
        email: "quetz@correo.example",
        address: "Calle Xilófono 77",
        note: "la hija de ella paga",
        credit_limit: "100000",
      },
      { key: randomUUID() },
    );
    const { id } = made.body;
    const post = async (path: string, body: object, client = manager) => {
      const answer = await client.post<{ id: number }>(path, body, { key: randomUUID() });
      assert.ok(answer.status < 300, `${path}: ${answer.text}`);
      return answer.body;
    };
    await post(`/api/v1/customers/${id}/contacts`, { name: "Hija de ella", phone: "320 999 88 77" });
    await post(`/api/v1/customers/${id}/consents`, {
      purpose: "reminders",
      given: true,
      channel: "written",
      note: "firmó Quetzalina",
    });
    await post(`/api/v1/customers/${id}/points`, { points: 10, reason: "other", note: "Quetzalina cumple" });
    const twin = await post("/api/v1/customers", { name: "Quetzalina repetida", phone: "3209998877" });
    await post(`/api/v1/customers/${id}/merge`, { from_id: twin.id });
    await manager.get("/api/v1/customers?q=quetzalina");
    await manager.patch(`/api/v1/customers/${id}`, { note: "Quetzalina paga los lunes" });

    // documents: a sale on credit with a note, its letter and links, a payment of the debt, a return that says why, a gift card
    const browser = await shop.browser("manager");
    let page = await rung(browser, "ARROZ", "ARROZ");
    page = await (await follow(browser, page, "#customer")).submit("#find-customer", { q: "quetzalina" });
    page = await page.submit("#choose-customer", { customer_id: String(id) });
    const payment = await follow(browser, page, 'a[href$="/payment"]');
    const receipt = await payment.submit("#payment", { rest: "customer_credit" });
    const sale = saleIdOf(receipt);
    await post(`/api/v1/customers/${id}/reminders`, {});
    await post(`/api/v1/sales/${sale}/email`, { to: "quetz@correo.example" });
    await post(`/api/v1/customers/${id}/payments`, { amount: "10000", method: "cash" }, await shop.api("employee"));
    await post(`/api/v1/sales/${sale}/returns`, {
      reason: "no era",
      lines: [{ line: 1, quantity: "1" }],
    });
    // no documents: carts, parked under the name or given up, searches, a list
    const parked = randomUUID();
    await manager.post(`/api/v1/carts/${parked}/items`, { code: "ARROZ" });
    await manager.put(`/api/v1/carts/${parked}/customer`, { customer_id: id });
    await manager.post(`/api/v1/carts/${parked}/park`, { name: "Quetzalina" }, { key: randomUUID() });
    const open = randomUUID();
    await manager.post(`/api/v1/carts/${open}/items`, { code: "ARROZ" });
    await manager.put(`/api/v1/carts/${open}/customer`, { customer_id: id });
    const list =
      "tipo de documento;documento;nombre;telefono\nCC;7788990011;Quetzalina Zurbarán;3209998877\nCC;x;Quetzalina mal escrita;\n";
    await (await browser.get("/customers/import")).submit("input[type=file]", {
      file: { name: "lista de Quetzalina.csv", content: list, type: "text/csv" },
    });

    const [other, key] = [{ name: "Zoraida Zuluaga", phone: "320 999 88 70" }, randomUUID()];
    await manager.post("/api/v1/customers", other, { key });

    const before = await traces();
    assert.ok(before.length > 15, before.join("\n"));
    await post(`/api/v1/customers/${id}/erase`, { reason: "lo pidió Quetzalina Zurbarán, cédula 7788990011" });
    const left = await traces();
    // fiscal documents keep whom they were made out to: the sale, its return, the payment of the debt (adr 0011)
    assert.deepEqual(
      [...new Set(left.map((one) => one.split(":")[0]))].sort(),
      ["collections.customer_name", "sales.customer_document", "sales.customer_name"],
      left.join("\n"),
    );
    assert.ok(left.length < before.length);
    const trail = await shop.db.raw("SELECT reason FROM audit_log WHERE action = 'customer.erased'");
    assert.deepEqual(trail.rows, [{ reason: "lo pidió … … cédula …" }]);
    // of others nothing went: neither who is called alike nor an answer that is kept for a second try
    const again = await manager.post<{ name: string }>("/api/v1/customers", other, { key });
    assert.deepEqual([again.status, again.body.name], [200, "Zoraida Zuluaga"]);
    assert.equal((await manager.get<{ status: string }>(`/api/v1/carts/${open}`)).body.status, "open");
    await assertBooks(shop);
  });
});
