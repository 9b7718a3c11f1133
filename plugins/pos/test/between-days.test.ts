/** The bounds of ids that days have leave no sale of theirs out, however days and ids are mixed. */
import assert from "node:assert/strict";
import fc from "fast-check";
import knex, { type Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { type TestDatabase, testDatabase } from "../../../test/harness/postgres.ts";
import { withinDaysSql } from "../queries/sales.ts";

const FIRST = Date.parse("2026-02-20");
const dayOf = (at: number) => new Date(FIRST + at * 86_400_000).toISOString().slice(0, 10);

describe("sales between two days", () => {
  let database: TestDatabase;
  let db: Knex;
  before(async () => {
    database = await testDatabase();
    db = knex({ client: "pg", connection: database.url });
    await db.raw("CREATE TABLE sales (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, business_date date)");
  });
  after(async () => {
    await db?.destroy();
    await database?.drop();
  });

  it("are found between the ids of these days", async () => {
    const day = fc.integer({ min: 0, max: 14 });
    await fc.assert(
      fc.asyncProperty(fc.array(day, { maxLength: 30 }), day, day, async (days, one, other) => {
        await db.raw("TRUNCATE sales");
        await db.raw("INSERT INTO sales (business_date) SELECT day FROM unnest(:days::date[]) AS day", {
          days: days.map(dayOf),
        });
        const range = { from: dayOf(one), to: dayOf(other) };
        const idsOf = async (more: string) =>
          (
            await db.raw(
              `SELECT id::int AS id FROM sales WHERE business_date BETWEEN cast(:from AS date) AND cast(:to AS date) ${more} ORDER BY id`,
              range,
            )
          ).rows;
        assert.deepEqual(await idsOf(`AND ${withinDaysSql(range)}`), await idsOf(""));
      }),
      { numRuns: 60 },
    );
  });

  it("of many days none are asked one by one", () => {
    assert.equal(withinDaysSql({ from: "2024-01-01", to: "2026-01-01" }), "true");
    assert.notEqual(withinDaysSql({ from: "2025-01-01", to: "2025-12-31" }), "true");
  });
});
