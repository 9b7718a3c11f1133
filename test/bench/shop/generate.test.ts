/** The generated shop is one that the program could have run: its books add up, and it goes on selling. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { invariants as stockInvariants } from "../../../plugins/inventory/invariants.ts";
import { invariants } from "../../../plugins/pos/invariants.ts";
import { assertBooks, cash, ring } from "../../../plugins/pos/test/till.ts";
import { openShop, type Shop } from "../../harness/shop.ts";
import { generate } from "./generate.ts";

const WANTED = {
  products: 200,
  sales: 2000,
  seed: 7,
  registers: 3,
  days: 14,
  until: "2026-03-31",
  password: "the shop that never was",
};

describe("the generated shop", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    await generate(shop.kernel.db, WANTED);
  });
  after(() => shop?.close());

  const one = async (sql: string) => (await shop.db.raw(sql)).rows[0];

  it("has what was asked for, and books that add up", async () => {
    const counts = await one(
      "SELECT (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM sales) AS sales, (SELECT count(*) FROM shift_closings) AS closings, (SELECT count(*) FROM open_shifts) AS open",
    );
    assert.deepEqual(counts, { products: 200, sales: 2000, closings: 3 * 14 * 2, open: 0 });
    await assertBooks(shop);
    // each balance follows from the one before it, and each document holds by itself
    for (const { name, whole, check } of [...stockInvariants, ...invariants])
      if (!whole) assert.deepEqual(await check(shop.db, { since: new Date(0), limit: 10 }), [], name);
    // no event told of these sales: reports find them as they find those of before the plugin came
    await shop.kernel.jobs.runNow("reports", "catch-up");
    const lines: string[] = [];
    assert.equal(await shop.kernel.invariants.check("whole", (line) => lines.push(line)), 0, lines.join("\n"));
  });

  it("sells a few products often and most seldom, more on Saturday than on Tuesday", async () => {
    const { top, rest } = await one(`
      WITH sold AS (SELECT product_id, count(*) AS lines, row_number() OVER (ORDER BY count(*) DESC) AS rank FROM sale_items GROUP BY 1)
      SELECT (sum(lines) FILTER (WHERE rank <= 20))::int AS top, (sum(lines) FILTER (WHERE rank > 100))::int AS rest FROM sold`);
    assert.ok(top > 2 * rest, `${top} lines of the first 20, ${rest} beyond the first 100`);
    const { saturday, tuesday } = await one(`
      SELECT (count(*) FILTER (WHERE extract(isodow FROM business_date) = 6))::int AS saturday,
        (count(*) FILTER (WHERE extract(isodow FROM business_date) = 2))::int AS tuesday FROM sales`);
    assert.ok(saturday > tuesday, `${saturday} on Saturdays, ${tuesday} on Tuesdays`);
  });

  it("goes on selling: the next number, the next id, the shelf that is there", async () => {
    const { id, code } = await one(
      "SELECT p.id, b.code FROM products p JOIN product_barcodes b ON b.product_id = p.id JOIN inventory i ON i.product_id = p.id WHERE i.on_hand_milli > 0 ORDER BY p.id LIMIT 1",
    );
    const { number } = await one("SELECT next_number AS number FROM number_ranges WHERE register_id = 1");
    const employee = await shop.api("employee");
    const sold = await ring(employee, { items: [{ code, quantity: "1" }], payments: cash("9999999") });
    assert.equal(sold.status, 201, sold.text);
    assert.deepEqual([sold.body.id, sold.body.number], [2001, `C1-${String(number).padStart(6, "0")}`]);
    assert.equal(sold.body.lines[0]?.["product_id"], id);
    await assertBooks(shop);
    const { password } = WANTED;
    const visitor = await shop.api();
    const cashier = await visitor.post("/api/v1/auth/login", { username: "caja2b", password });
    assert.equal(cashier.status, 200, cashier.text);
  });

  it("is sealed as any other, and a second one does not go on top of it", async () => {
    await shop.kernel.ledgers.seal();
    const verified = await shop.kernel.ledgers.verify(() => {});
    assert.deepEqual(
      verified.filter(({ findings }) => findings > 0),
      [],
    );
    assert.equal(verified.find(({ ledger }) => ledger === "sales")?.rows, 2001);
    await assert.rejects(generate(shop.kernel.db, WANTED), /already/);
  });

  it("comes out the same of the same seed, and not of another", async () => {
    const print = async (seed: number) => {
      const other = await openShop();
      try {
        await generate(other.kernel.db, { ...WANTED, sales: 300, seed });
        const { rows } = await other.db.raw(`
          SELECT md5(string_agg(t.line, E'\\n' ORDER BY t.line)) AS print FROM (
            SELECT to_jsonb(s)::text AS line FROM sales s UNION ALL SELECT to_jsonb(i)::text FROM sale_items i
            UNION ALL SELECT to_jsonb(p)::text FROM payments p UNION ALL SELECT to_jsonb(m)::text FROM stock_movements m
            UNION ALL SELECT (to_jsonb(c))::text FROM shift_closings c UNION ALL SELECT to_jsonb(l)::text FROM cart_lines l
            UNION ALL SELECT to_jsonb(p)::text FROM products p) t`);
        return rows[0].print;
      } finally {
        await other.close();
      }
    };
    const first = await print(7);
    assert.equal(await print(7), first);
    assert.notEqual(await print(8), first);
  });
});
