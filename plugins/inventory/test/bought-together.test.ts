/** Which pairs of a ledger say something: the query alone, on sales that are written down here. */
import assert from "node:assert/strict";
import knex, { type Knex } from "knex";
import { after, before, beforeEach, describe, it } from "mocha";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { type TestDatabase, testDatabase } from "../../../test/harness/postgres.ts";
import { boughtTogetherSince, countFurther, countSold, soldUntil } from "../queries/demand.ts";
import { createTogether } from "../together.ts";

const [BAG, MILK, BREAD, COFFEE, SUGAR, SOAP] = [1, 2, 3, 4, 5, 6];

describe("what was bought together", () => {
  let database: TestDatabase;
  let db: Knex;

  before(async () => {
    database = await testDatabase();
    db = knex({ client: "pg", connection: database.url });
    await db.raw(`CREATE TABLE stock_movements (document_type text DEFAULT 'sale', document_id bigint, product_id bigint,
      quantity_milli bigint DEFAULT -1000, created_at timestamptz DEFAULT now(), store_id bigint DEFAULT 1)`);
    // as the migrations have them
    await db.raw(`CREATE INDEX ON stock_movements (product_id); CREATE INDEX ON stock_movements (document_type, document_id);
      CREATE INDEX ON stock_movements USING brin (created_at);
      CREATE TABLE sold_lines (product_id bigint PRIMARY KEY, sales int, until timestamptz)`);
    await db.raw("CREATE TABLE stores (id bigint, training boolean)");
    await db.raw("INSERT INTO stores VALUES (1, false), (2, true)");
  });
  beforeEach(() => db.raw("TRUNCATE stock_movements, sold_lines"));
  after(async () => {
    await db?.destroy();
    await database?.drop();
  });

  let last = 0;
  const ring = async (times: number, ...products: number[]): Promise<void> => {
    for (let time = 0; time < times; time++) {
      last += 1;
      for (const product of products)
        await db.raw("INSERT INTO stock_movements (document_id, product_id) VALUES (?, ?)", [last, product]);
    }
  };
  const since = new Date(0);
  const pairs = (ids?: number[], from = since, on: Knex = db) =>
    boughtTogetherSince(on, { since, most: 20, some: ids && { ids, from }, gone: [] });
  const partnersOf = async (product: number) =>
    (await pairs()).filter(({ productId }) => Number(productId) === product).map(({ otherId }) => Number(otherId));

  it("a sale of two says more than a trolley", async () => {
    const others = Array.from({ length: 8 }, (_, at) => 100 + at);
    await ring(3, COFFEE, MILK, ...others);
    await ring(3, COFFEE, SUGAR);
    assert.equal((await partnersOf(COFFEE))[0], SUGAR);
  });

  it("what stands together no more often than chance would have it is not named", async () => {
    await ring(30, BAG, MILK);
    await ring(30, BAG, BREAD);
    await ring(2, BAG, MILK, BREAD);
    assert.deepEqual(await partnersOf(MILK), [BAG]);
    await ring(5, COFFEE, SUGAR, BAG);
    await ring(2, COFFEE, SOAP);
    assert.deepEqual(await partnersOf(COFFEE), [SUGAR, SOAP, BAG], "what goes with everything says least");
  });

  it("what a store in training rings says nothing", async () => {
    await ring(3, COFFEE, SUGAR);
    await db.raw("UPDATE stock_movements SET store_id = 2");
    assert.deepEqual(await partnersOf(COFFEE), []);
  });

  it("two lines of one product are one, once is chance, and a part is counted as the whole is", async () => {
    await ring(2, COFFEE, COFFEE, SUGAR);
    await ring(1, COFFEE, SOAP);
    await ring(3, MILK);
    const whole = await pairs();
    assert.deepEqual(
      whole.map(({ productId, otherId, together }) => [Number(productId), Number(otherId), together]),
      [
        [COFFEE, SUGAR, 2],
        [SUGAR, COFFEE, 2],
      ],
    );
    assert.deepEqual(
      await pairs([COFFEE]),
      whole.filter(({ productId }) => Number(productId) === COFFEE),
    );
  });

  it("after a night a part reads what it was sold with, and is counted as the whole is", async () => {
    // eight hundred products in sales of three, of which 7 is in one of a hundred
    await db.raw(`INSERT INTO stock_movements (document_id, product_id, created_at)
      SELECT sale, CASE WHEN line = 0 AND sale % 100 = 0 THEN 7 ELSE 10 + (sale * 7919 + line * 104729 + sale / 100 % 3 * line) % 800 END,
        timestamptz '2026-01-01' + sale * interval '1 minute'
      FROM generate_series(1, 40000) AS sale, generate_series(0, 2) AS line`);
    // as autovacuum does: a block of the index by time says nothing before
    await db.raw("VACUUM ANALYZE stock_movements");
    const night = new Date("2026-01-28T12:00:00Z");
    await db.transaction((tx) => countSold(tx as Tx, { since, until: night, gone: [] }));
    assert.deepEqual(await soldUntil(db), night);
    let plan: Plan | undefined;
    const explain = async (sql: string, values: Record<string, number>) => {
      const { rows } = await db.raw(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, values);
      plan = rows[0]["QUERY PLAN"][0].Plan;
      return { rows: [] };
    };
    await pairs([7], night, { raw: explain } as unknown as Knex);
    assert.ok(plan);
    const read = ofLedger(plan);
    // a block of the index by time is some 15,000 lines
    assert.ok(read > 400 && read < 50_000, `${read} of 120,000 lines were read`);
    const counted = await pairs([7], night);
    assert.ok(counted.length > 0);
    await db.raw("TRUNCATE sold_lines");
    assert.deepEqual(counted, await pairs([7]), "as without a night");
  });

  it("minutes add up to what a night counts, each sale once, those in which nothing is sold as well", async () => {
    const minute = (at: number) => new Date(Date.UTC(2026, 0, 1, 0, at));
    const sellAt = (at: number, ...products: number[]) =>
      Promise.all(
        products.map((product) =>
          db.raw("INSERT INTO stock_movements (document_id, product_id, created_at) VALUES (?, ?, ?)", [
            at,
            product,
            minute(at),
          ]),
        ),
      );
    const sold = async () =>
      (await db.raw("SELECT product_id::int AS id, sales FROM sold_lines ORDER BY 1")).rows.map(
        ({ id, sales }: { id: number; sales: number }) => [id, sales],
      );
    const count = (at: number) =>
      db.transaction((tx) => countFurther(tx as Tx, { since, until: minute(at), gone: [] }));
    assert.equal(await soldUntil(db), undefined);
    await count(0);
    for (const [at, ...products] of [
      [1, COFFEE, SUGAR],
      [2, COFFEE, MILK],
      [5, MILK, SOAP],
      [7, COFFEE],
    ] as const)
      await sellAt(at, ...products);
    await count(2);
    assert.deepEqual(await soldUntil(db), minute(2), "what was sold at its end is not in it");
    await count(3);
    for (const at of [4, 5, 5]) await count(at);
    assert.deepEqual(await soldUntil(db), minute(3), "minutes without a sale are looked at again");
    await count(7);
    await count(3);
    assert.deepEqual(await soldUntil(db), minute(7), "a clock that goes back counts nothing again");
    const byMinutes = await sold();
    assert.deepEqual(byMinutes, [
      [MILK, 2],
      [COFFEE, 2],
      [SUGAR, 1],
      [SOAP, 1],
    ]);
    await db.transaction((tx) => countSold(tx as Tx, { since, until: minute(7), gone: [] }));
    assert.deepEqual(await sold(), byMinutes);
  });

  it("by the minute what was sold minutes ago is counted once, what is fresh is read, and nothing came back twice", async () => {
    let now = Date.parse("2026-03-02T15:00:00Z");
    const sellAt = async (ago: number, document: number, ...products: number[]) => {
      for (const product of products)
        await db.raw("INSERT INTO stock_movements (document_id, product_id, created_at) VALUES (?, ?, ?)", [
          document,
          product,
          new Date(now - ago * 60_000),
        ]);
    };
    const transaction: Knex["transaction"] = db.transaction.bind(db);
    const database = { primary: db, replica: db, transaction } as unknown as Database;
    const together = createTogether({ db: database, clock: { now: () => new Date(now) } });
    together.registerTakenBack(async () => [{ saleId: 3, productId: SOAP }]);
    await sellAt(9, 1, COFFEE, SUGAR);
    await sellAt(8, 2, COFFEE, SUGAR);
    await sellAt(8, 3, COFFEE, SOAP);
    await sellAt(1, 4, COFFEE, SUGAR, MILK);
    const whole = await boughtTogetherSince(db, {
      since,
      most: 20,
      some: undefined,
      gone: [{ saleId: 3, productId: SOAP }],
    });
    const ofCoffee = whole.filter(({ productId }) => Number(productId) === COFFEE);
    assert.equal(ofCoffee.length, 1);
    assert.deepEqual(await together.of(since, 20, [COFFEE]), ofCoffee);
    const sold = async () => (await db.raw("SELECT sum(sales)::int AS lines FROM sold_lines")).rows[0].lines;
    assert.equal(await sold(), 5, "neither the last sale nor what came back");
    now += 5 * 60_000;
    assert.deepEqual(await together.of(since, 20, [COFFEE]), ofCoffee);
    assert.equal(await sold(), 8);
  });
});

interface Plan {
  "Relation Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: Plan[];
}

/** Rows of the ledger that were looked at. */
function ofLedger(plan: Plan): number {
  const each =
    plan["Actual Rows"] + (plan["Rows Removed by Filter"] ?? 0) + (plan["Rows Removed by Index Recheck"] ?? 0);
  const own = plan["Relation Name"] === "stock_movements" ? each * plan["Actual Loops"] : 0;
  return (plan.Plans ?? []).reduce((sum, part) => sum + ofLedger(part), own);
}
