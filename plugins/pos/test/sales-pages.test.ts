/** The list of sales page by page: every sale that a filter means once, in order, whatever clocks said and whoever sold. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../../kernel/db/connect.ts";
import { memoryLog } from "../../../test/harness/log.ts";
import { migrateEverything } from "../../../test/harness/migrated.ts";
import { migratedDatabase, type TestDatabase } from "../../../test/harness/postgres.ts";
import { listSales, type SaleFilter } from "../queries/sales.ts";

const FIRST = Date.parse("2026-02-20");
const PAGE = 3;
/** of the book; the filters are drawn anew each time */
const SEED = 20260220;
const PEOPLE = [
  { id: 1, name: "Ana" },
  { id: 2, name: "ÑUSTA" },
] as const;
const CUSTOMERS = [7, 8];

const dayOf = (day: number) => new Date(FIRST + day * 86_400_000).toISOString().slice(0, 10);

interface Sold {
  id: number;
  store: number;
  person: (typeof PEOPLE)[number];
  customer: number | null;
  day: string;
}

describe("the pages of the sales", () => {
  let database: TestDatabase;
  let opened: OpenDatabase;
  let db: Knex;
  let stores: number[];
  const book: Sold[] = [];

  before(async () => {
    database = await migratedDatabase(migrateEverything);
    opened = createDatabase({ url: database.url, poolMax: 2, log: memoryLog().log });
    db = opened.primary;
    await db.raw("INSERT INTO stores (name) SELECT 'Sede ' || n FROM generate_series(1, 2) AS n");
    stores = (await db("stores").select("id").orderBy("id")).map(({ id }) => id);
    const one = fc.record({
      store: fc.constantFrom(...stores),
      person: fc.constantFrom(...PEOPLE),
      customer: fc.constantFrom(null, ...CUSTOMERS),
      jump: fc.integer({ min: -20, max: 20 }),
    });
    // days go on, but for a clock that jumps
    const sold = fc
      .sample(one, { numRuns: 200, seed: SEED })
      .map(({ jump, ...rest }, at) => ({ ...rest, day: dayOf(Math.floor(at / 10) + (at % 7 === 0 ? jump : 0)) }));
    await db.transaction(async (tx) => {
      // sales without lines: who sold what when is all that counts here
      await tx.raw("ALTER TABLE sales DISABLE TRIGGER USER");
      const { rows } = await tx.raw(
        `INSERT INTO sales (number, store_id, register_id, user_id, user_name, customer_id, currency, subtotal_minor, tax_minor, total_minor,
           paid_minor, change_minor, business_date, created_at)
         SELECT 'S' || row_number() OVER (), store, (SELECT min(id) FROM registers), person, name, customer, 'COP', 100, 0, 100, 100, 0, day, now()
         FROM unnest(:stores::bigint[], :people::bigint[], :names::text[], :customers::bigint[], :days::date[])
           AS s (store, person, name, customer, day)
         RETURNING id`,
        {
          stores: sold.map(({ store }) => store),
          people: sold.map(({ person }) => person.id),
          names: sold.map(({ person }) => person.name),
          customers: sold.map(({ customer }) => customer),
          days: sold.map(({ day }) => day),
        } as Record<string, Knex.RawBinding>,
      );
      book.push(...sold.map((rest, at) => ({ id: rows[at].id, ...rest })));
    });
  });
  after(async () => {
    await opened?.close();
    await database?.drop();
  });

  function meant({ storeIds, customerIds, cashier, from, to }: Omit<SaleFilter, "limit">): number[] {
    return book
      .filter(
        ({ store, person, customer, day }) =>
          storeIds.includes(store) &&
          (customerIds === undefined || (customer !== null && customerIds.includes(customer))) &&
          (cashier === undefined || [String(person.id), person.name.toLowerCase()].includes(cashier.toLowerCase())) &&
          (from === undefined || day >= from) &&
          (to === undefined || day <= to),
      )
      .map(({ id }) => id)
      .toReversed();
  }

  it("hold what stores, customer, cashier and days mean, newest first", async () => {
    const day = fc.option(fc.integer({ min: -20, max: 40 }).map(dayOf), { nil: undefined, freq: 1 });
    const filters = fc.record({
      storeIds: fc.array(fc.constantFrom(...stores), { maxLength: 4 }),
      customerIds: fc.option(fc.subarray(CUSTOMERS), { nil: undefined, freq: 1 }),
      cashier: fc.option(fc.constantFrom("1", "2", "ana", "ñusta", "Nadie"), { nil: undefined, freq: 1 }),
      from: day,
      to: day,
    });
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const found: number[] = [];
        for (;;) {
          const page = await listSales(db, { ...filter, before: found.at(-1), limit: PAGE });
          found.push(...page.slice(0, PAGE).map(({ id }) => id));
          if (page.length <= PAGE) break;
        }
        assert.deepEqual(found, meant(filter));
      }),
      { numRuns: 100 },
    );
  });
});
