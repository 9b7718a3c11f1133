/** Which pairs of a ledger say something: the query alone, on sales that are written down here. */
import assert from "node:assert/strict";
import knex, { type Knex } from "knex";
import { after, before, beforeEach, describe, it } from "mocha";
import { type TestDatabase, testDatabase } from "../../../test/harness/postgres.ts";
import { boughtTogetherSince } from "../queries/demand.ts";

const [BAG, MILK, BREAD, COFFEE, SUGAR, SOAP] = [1, 2, 3, 4, 5, 6];

describe("what was bought together", () => {
  let database: TestDatabase;
  let db: Knex;

  before(async () => {
    database = await testDatabase();
    db = knex({ client: "pg", connection: database.url });
    await db.raw(`CREATE TABLE stock_movements (document_type text DEFAULT 'sale', document_id bigint, product_id bigint,
      quantity_milli bigint DEFAULT -1000, created_at timestamptz DEFAULT now(), store_id bigint DEFAULT 1)`);
    await db.raw("CREATE TABLE stores (id bigint, training boolean)");
    await db.raw("INSERT INTO stores VALUES (1, false), (2, true)");
  });
  beforeEach(() => db.raw("TRUNCATE stock_movements"));
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
  const pairs = (only?: number[]) => boughtTogetherSince(db, { since: new Date(0), most: 20, only, gone: [] });
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
});
