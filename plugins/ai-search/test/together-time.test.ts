/** Counting what goes together leaves the till its time: what does not fit into its part of a minute waits for the next. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../../kernel/db/connect.ts";
import { memoryLog } from "../../../test/harness/log.ts";
import { migrateEverything } from "../../../test/harness/migrated.ts";
import { migratedDatabase, type TestDatabase } from "../../../test/harness/postgres.ts";
import { createTogether } from "../together.ts";

const PRODUCTS = 1000;
/** products counted at once */
const AT_ONCE = 200;

describe("counting what goes together while much is sold", () => {
  let database: TestDatabase;
  let db: OpenDatabase;
  before(async () => {
    database = await migratedDatabase(migrateEverything);
    db = createDatabase({ url: database.url, poolMax: 2, log: memoryLog().log });
    // the last ones have moved most
    await db.primary.raw("INSERT INTO together_moves SELECT n, n FROM generate_series(1, :products::int) AS n", {
      products: PRODUCTS,
    });
  });
  after(async () => {
    await db?.close();
    await database?.drop();
  });

  it("ends with its time, begins with what changed most, and comes to all of it", async () => {
    let now = Date.parse("2026-03-02T15:00:00Z");
    const asked: number[][] = [];
    const leaving = new AbortController();
    const together = createTogether({
      db,
      clock: { now: () => new Date(now) },
      inventory: {
        boughtTogether: async (_since, _kept, ids = []) => {
          asked.push([...ids]);
          now += 4000;
          return [];
        },
      },
    });
    leaving.abort();
    assert.equal(await together.catchUp(leaving.signal), 0, "who is told to end begins with none");
    assert.equal(await together.catchUp(), 2 * AT_ONCE);
    assert.deepEqual(
      [Math.max(...(asked[0] ?? [])), Math.min(...(asked[0] ?? []))],
      [PRODUCTS, PRODUCTS - AT_ONCE + 1],
    );
    assert.equal(await together.catchUp(), 2 * AT_ONCE);
    assert.equal(await together.catchUp(), AT_ONCE);
    assert.equal(await together.catchUp(), 0);
    assert.equal(new Set(asked.flat()).size, PRODUCTS);
  });
});
