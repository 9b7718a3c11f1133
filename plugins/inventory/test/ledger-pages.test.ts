/** The ledger page by page: every movement that a filter means once, in order, whatever clocks said and wherever it moved. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../../kernel/db/connect.ts";
import { memoryLog } from "../../../test/harness/log.ts";
import { migrateEverything } from "../../../test/harness/migrated.ts";
import { migratedDatabase, type TestDatabase } from "../../../test/harness/postgres.ts";
import { ledgerPages, type MovementFilter, movements } from "../queries/ledger.ts";

const ZONES = ["America/Bogota", "Pacific/Kiritimati", "Etc/GMT+12"] as const;
const FIRST = Date.parse("2026-02-20T12:00:00Z");
const HOUR = 3_600_000;
const PAGE = 3;
/** hours by which the clock was wrong, by movement; few, as they widen what is looked through */
const JUMPS = new Map([
  [20, -220],
  [120, 600],
]);
/** of the ledger; the filters are drawn anew each time */
const SEED = 20260220;

interface Moved {
  id: number;
  store: number;
  product: number;
  reason: string;
  /** hours after the first */
  hour: number;
}

const timeOf = (hour: number) => new Date(FIRST + hour * HOUR);
const dayOf = (hour: number, timeZone: string) => timeOf(hour).toLocaleDateString("sv", { timeZone });

describe("the pages of the ledger", () => {
  let database: TestDatabase;
  let opened: OpenDatabase;
  let db: Knex;
  let stores: number[];
  let products: number[];
  const ledger: Moved[] = [];

  before(async () => {
    database = await migratedDatabase(migrateEverything);
    opened = createDatabase({ url: database.url, poolMax: 2, log: memoryLog().log });
    db = opened.primary;
    await db.raw("INSERT INTO stores (name) SELECT 'Sede ' || n FROM generate_series(1, 3) AS n");
    await db.raw(`INSERT INTO products (sku, name, unit, price_minor, tax_rate_bp, cost_minor, search_text, created_at, updated_at)
      SELECT 'S' || n, 'Producto ' || n, 'each', 100, 0, 50, '', now(), now() FROM generate_series(1, 3) AS n`);
    const idsOf = async (table: string) => (await db(table).select("id").orderBy("id")).map(({ id }) => id);
    [stores, products] = [await idsOf("stores"), await idsOf("products")];
    const one = fc.record({
      store: fc.constantFrom(...stores),
      product: fc.constantFrom(...products),
      reason: fc.constantFrom("sale", "sale", "sale", "damaged", "count"),
    });
    const moved = fc
      .sample(one, { numRuns: 200, seed: SEED })
      .map((rest, at) => ({ ...rest, hour: 6 * at + (JUMPS.get(at) ?? 0) }));
    const column = (of: (one: Omit<Moved, "id">) => unknown) => moved.map(of);
    const { rows } = await db.raw(
      `INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, created_at)
       SELECT store, product, reason, 1000, 1000, 50, time
       FROM unnest(:stores::bigint[], :products::bigint[], :reasons::text[], :times::timestamptz[]) AS m (store, product, reason, time)
       RETURNING id`,
      {
        stores: column(({ store }) => store),
        products: column(({ product }) => product),
        reasons: column(({ reason }) => reason),
        times: column(({ hour }) => timeOf(hour)),
      } as Record<string, Knex.RawBinding>,
    );
    ledger.push(...moved.map((rest, at) => ({ id: rows[at].id, ...rest })));
  });
  after(async () => {
    await opened?.close();
    await database?.drop();
  });

  function meant({ storeIds, productId, reason, from, to, timeZone = "UTC" }: MovementFilter): number[] {
    return ledger
      .filter(
        (one) =>
          storeIds.includes(one.store) &&
          (productId === undefined || one.product === productId) &&
          (reason === undefined || one.reason === reason) &&
          (from === undefined || dayOf(one.hour, timeZone) >= from) &&
          (to === undefined || dayOf(one.hour, timeZone) <= to),
      )
      .map(({ id }) => id);
  }

  async function newestFirst(filter: MovementFilter): Promise<number[]> {
    const found: number[] = [];
    for (;;) {
      const page = await movements(db, filter, found.at(-1), PAGE);
      found.push(...page.map(({ id }) => id));
      if (page.length < PAGE) return found;
    }
  }

  async function oldestFirst(filter: MovementFilter): Promise<number[]> {
    const found: number[] = [];
    for await (const page of ledgerPages(db, filter, PAGE)) found.push(...page.map(({ id }) => id));
    return found;
  }

  it("hold what stores, product, reason and days mean, newest first and oldest first", async () => {
    const day = fc.option(
      fc.integer({ min: -300, max: 1500 }).map((hour) => dayOf(hour, "UTC")),
      { nil: undefined, freq: 1 },
    );
    const filters = fc.record({
      storeIds: fc.array(fc.constantFrom(...stores), { maxLength: 4 }),
      productId: fc.option(fc.constantFrom(...products), { nil: undefined, freq: 1 }),
      reason: fc.option(fc.constantFrom("sale", "damaged", "opening"), { nil: undefined, freq: 1 }),
      from: day,
      to: day,
      timeZone: fc.constantFrom(...ZONES),
    });
    // a day that ends after that of UTC, and one that begins before it
    const none = {
      storeIds: stores,
      productId: undefined,
      reason: undefined,
      from: undefined,
      to: undefined,
      timeZone: ZONES[0],
    };
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const ids = meant(filter);
        assert.deepEqual(await oldestFirst(filter), ids);
        assert.deepEqual(await newestFirst(filter), ids.toReversed());
      }),
      {
        numRuns: 60,
        examples: [[{ ...none, to: "2026-03-10" }], [{ ...none, from: "2026-03-10", timeZone: ZONES[1] }]],
      },
    );
  });
});
