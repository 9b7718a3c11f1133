/** The bounds of ids that days have leave no row of theirs out, however days and ids are mixed. */
import assert from "node:assert/strict";
import fc from "fast-check";
import knex, { type Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { idsOfDays } from "../../kernel/db/within-days.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";

const FIRST = Date.parse("2026-02-20");
const dayOf = (at: number) => new Date(FIRST + at * 86_400_000).toISOString().slice(0, 10);
const DIARY = { table: "diary", day: "day" };

describe("rows of some days", () => {
  let database: TestDatabase;
  let db: Knex;
  before(async () => {
    database = await testDatabase();
    db = knex({ client: "pg", connection: database.url });
    await db.raw("CREATE TABLE diary (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, day date)");
    await db.raw("CREATE INDEX diary_day ON diary (day, id)");
  });
  after(async () => {
    await db?.destroy();
    await database?.drop();
  });

  async function write(days: readonly number[]): Promise<void> {
    await db.raw("TRUNCATE diary");
    await db.raw("INSERT INTO diary (day) SELECT day FROM unnest(:days::date[]) AS day", { days: days.map(dayOf) });
  }

  function bounds(range: { from?: string | undefined; to?: string | undefined }): string {
    const { first, last } = idsOfDays(DIARY, {
      from: range.from && "cast(:from AS date)",
      to: range.to && "cast(:to AS date)",
    });
    return `id BETWEEN ${first} AND ${last}`;
  }

  it("are found between the ids of these days, with both ends, with one and with none", async () => {
    // days near the ends are walked past, others asked for; one clock was years off
    const day = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(-9000, 9000));
    const end = fc.option(day, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(fc.array(day, { maxLength: 30 }), end, end, async (days, one, other) => {
        await write(days);
        const range = {
          from: one === undefined ? undefined : dayOf(one),
          to: other === undefined ? undefined : dayOf(other),
        };
        const idsOf = async (more: string) =>
          (
            await db.raw(
              `SELECT id::int AS id FROM diary WHERE day >= coalesce(cast(:from AS date), '-infinity')
                 AND day <= coalesce(cast(:to AS date), 'infinity') ${more} ORDER BY id`,
              { from: range.from ?? null, to: range.to ?? null },
            )
          ).rows;
        assert.deepEqual(await idsOf(`AND ${bounds(range)}`), await idsOf(""));
      }),
      { numRuns: 80 },
    );
  });

  it("are read without those that are older and newer", async () => {
    await write(Array.from({ length: 3000 }, (_, at) => Math.floor(at / 100)));
    await db.raw("ANALYZE diary");
    const range = { from: dayOf(10), to: dayOf(11) };
    const { rows } = await db.raw(`SELECT count(*)::int AS read FROM diary WHERE ${bounds(range)}`, range);
    assert.equal(rows[0].read, 200);
  });

  it("of many years are found as well", async () => {
    await write([-9000, 0, 100]);
    const range = { from: dayOf(-10_000), to: dayOf(0) };
    const { rows } = await db.raw(`SELECT count(*)::int AS read FROM diary WHERE ${bounds(range)}`, range);
    assert.equal(rows[0].read, 2);
  });
});
