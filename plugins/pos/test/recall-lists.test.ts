/** Lists of lots and of who bought of one: every row once, page by page, and as files. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Answer, ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addProduct, type ProblemAnswer } from "../../inventory/test/shelf.ts";

interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

describe("lists of lots", () => {
  let shop: Shop;
  let manager: ApiClient;
  let productId: number;
  const LOTS = 203;
  const SALES = 1105;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    productId = (await addProduct(manager, { sku: "LECHE", name: "Leche" })).id;
    await manager.put(`/api/v1/products/${productId}/lots`, { tracks_lots: true });
    // many lots of one day, and many without one: what a cursor by the day alone would lose
    await shop.db.raw(
      `INSERT INTO lots (product_id, code, expires_on, created_at)
       SELECT :productId, 'L' || lpad(n::text, 4, '0'), CASE WHEN n % 3 = 0 THEN NULL ELSE date '2090-01-01' + n % 2 END, now()
       FROM generate_series(1, :lots::int) AS n`,
      { productId, lots: LOTS },
    );
    await shop.db.raw(
      "INSERT INTO lot_stock SELECT (SELECT min(id) FROM stores), id, product_id, 1000 FROM lots WHERE product_id = ?",
      [productId],
    );
    // sales of old, as the recall of a large lot has them
    await shop.db.raw(
      `INSERT INTO sales (id, number, status, store_id, register_id, user_id, user_name, currency, subtotal_minor, tax_minor, total_minor,
         paid_minor, change_minor, business_date, created_at, customer_name) OVERRIDING SYSTEM VALUE
       SELECT 900000 + n, 'R-' || n, 'completed', (SELECT min(id) FROM stores), (SELECT min(id) FROM registers), 1, 'x', 'COP', 0, 0, 0, 0, 0,
         '2026-01-01', now(), '=Cliente ' || n FROM generate_series(1, :sales::int) AS n`,
      { sales: SALES },
    );
    await shop.db.raw(
      `WITH moved AS (
         INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, document_type, document_id,
           document_number, created_at)
         SELECT (SELECT min(id) FROM stores), :productId, 'sale', -1000, 0, 0, 'sale', 900000 + n, 'R-' || n, now()
         FROM generate_series(1, :sales::int) AS n RETURNING id, store_id)
       INSERT INTO lot_movements (movement_id, store_id, product_id, lot_id, quantity_milli, balance_milli, created_at)
       SELECT id, store_id, :productId, (SELECT id FROM lots WHERE code = 'L0001'), -1000, 0, now() FROM moved`,
      { productId, sales: SALES },
    );
  });
  after(() => shop.close());

  async function all<T>(path: string, query = ""): Promise<T[]> {
    const rows: T[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const answer: Answer<Page<T>> = await manager.get<Page<T>>(`${path}?limit=200${query}&cursor=${cursor}`);
      assert.equal(answer.status, 200, answer.text);
      rows.push(...answer.body.data);
      cursor = answer.body.next_cursor;
    }
    return rows;
  }
  const lotId = async () => (await all<{ id: number }>("/api/v1/lots", "&code=L0001"))[0]?.id ?? assert.fail();

  it("every lot once, what goes bad first before the others, by pages of any size", async () => {
    const rows = await all<{ code: string; expires_on: string | null }>("/api/v1/lots");
    assert.equal(new Set(rows.map(({ code }) => code)).size, LOTS);
    assert.equal(rows.length, LOTS);
    const days = rows.map(({ expires_on }) => expires_on ?? "9");
    assert.deepEqual(days, days.toSorted());
    const small: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { body }: { body: Page<{ code: string }> } = await manager.get(`/api/v1/lots?limit=7&cursor=${cursor}`);
      small.push(...body.data.map(({ code }) => code));
      cursor = body.next_cursor;
    }
    assert.deepEqual(
      small,
      rows.map(({ code }) => code),
    );
  });

  it("every sale of the recall once, and every movement", async () => {
    const at = `/api/v1/lots/${await lotId()}`;
    const buyers = await all<{ number: string; returned: string }>(`${at}/buyers`);
    assert.equal(new Set(buyers.map(({ number }) => number)).size, SALES);
    assert.equal(buyers[0]?.number, `R-${SALES}`);
    assert.equal((await all(`${at}/movements`)).length, SALES);
    const one = await manager.get<{ buyers: unknown[]; buyers_next_cursor: string; movements_next_cursor: string }>(at);
    assert.equal(one.body.buyers.length, 50);
    const next = await manager.get<Page<{ number: string }>>(`${at}/buyers?cursor=${one.body.buyers_next_cursor}`);
    assert.equal(next.body.data[0]?.number, `R-${SALES - 50}`);
  });

  it("a cursor of another list, or a day that is none, is a fault of the cursor", async () => {
    const cursor = (values: unknown[]) => Buffer.from(JSON.stringify(values)).toString("base64url");
    const bad = [["x", "y", 1, 1], ["2026-02-31", "", 1, 1], ["' OR 1", "", 1, 1], [1], ["2026-01-01", "", 1]];
    for (const values of bad) {
      const answer = await manager.get<ProblemAnswer>(`/api/v1/lots?cursor=${cursor(values)}`);
      assert.deepEqual([answer.status, answer.body.errors?.[0]?.field], [422, "cursor"], answer.text);
    }
    assert.equal((await manager.get(`/api/v1/lots/${await lotId()}/buyers?cursor=${cursor(["a"])}`)).status, 422);
  });

  it("pages lead on without scripts, to the last row", async () => {
    const browser = await shop.browser("manager");
    const codes: string[] = [];
    for (let at = "/lots"; at !== ""; ) {
      const page = await browser.get(at);
      codes.push(...page.root.querySelectorAll("tbody th a").map((link) => link.text));
      at = page.root.querySelector("a[rel='next']")?.getAttribute("href") ?? "";
    }
    assert.equal(new Set(codes).size, LOTS);
    const lot = await browser.get(`/lots/${await lotId()}`);
    const [buyers, moves] = lot.root.querySelectorAll("a[rel='next']").map((link) => link.getAttribute("href") ?? "");
    const on = await browser.get(buyers ?? assert.fail());
    assert.equal(on.root.querySelector("tbody th a")?.text, `R-${SALES - 50}`);
    assert.match((await browser.get(moves ?? assert.fail())).text, new RegExp(`R-${SALES - 50}`));
  });

  it("files hold every row, guard formulas, and stand in the trail", async () => {
    const csv = await manager.get("/api/v1/lots/export.csv");
    assert.equal(csv.text.trim().split("\r\n").length, LOTS + 1);
    const id = await lotId();
    const recall = await manager.get(`/api/v1/lots/${id}/buyers.csv`);
    assert.equal(recall.text.trim().split("\r\n").length, SALES + 1);
    assert.match(recall.text, /'=Cliente 7/);
    const page = await (await shop.browser("manager")).get(`/lots/${id}`);
    assert.ok(page.root.querySelector(`a[href="/lots/${id}/buyers.csv"]`));
    const { rows } = await shop.db.raw(
      "SELECT action FROM audit_log WHERE action IN ('lots.exported', 'lot.recalled') ORDER BY id",
    );
    assert.deepEqual(
      rows.map(({ action }: { action: string }) => action),
      ["lots.exported", "lot.recalled"],
    );
  });
});
