/** What pages, probes and figures ask all day is found by its index, whatever was sold, printed and delivered since. */
import assert from "node:assert/strict";
import type { Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../kernel/db/connect.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { createDeliveries } from "../../kernel/events/deliveries.ts";
import { interruptOthers } from "../../kernel/jobs/runs.ts";
import { movements } from "../../plugins/inventory/queries/ledger.ts";
import { countLots, freshnessByStore } from "../../plugins/inventory/queries/lot-lists.ts";
import { productsByName } from "../../plugins/inventory/queries/search.ts";
import { tendersOfDays } from "../../plugins/pos/queries/figures.ts";
import { listIntents } from "../../plugins/pos/queries/intents.ts";
import { listJobs, queueStats } from "../../plugins/pos/queries/print-jobs.ts";
import { dayTotals, listSales } from "../../plugins/pos/queries/sales.ts";
import { memoryLog } from "../harness/log.ts";
import { migrateEverything } from "../harness/migrated.ts";
import { migratedDatabase, type TestDatabase } from "../harness/postgres.ts";

const STORES = [1, 2];
const ALL = { storeIds: STORES, limit: 50 };
const DAYS = STORES.map((storeId) => ({ storeId, businessDate: "2026-03-02" }));
const { log } = memoryLog();

type Asks = (db: Knex) => Promise<unknown>;

const ASKED: [what: string, asks: Asks, indexes: string[]][] = [
  [
    "events that wait or were given up",
    (db) =>
      createDeliveries({
        db: { primary: db } as unknown as OpenDatabase,
        log,
        clock: { now: () => new Date() },
      }).stats(["a"]),
    ["outbox_deliveries_due"],
  ],
  [
    "runs of a job without an end",
    (db) =>
      interruptOthers({ primary: db } as unknown as OpenDatabase, {
        plugin: "kernel",
        name: "x",
        cron: "* * * * *",
        run: async () => {},
      }),
    ["job_runs_unfinished"],
  ],
  ["the day of each store", (db) => dayTotals(db, DAYS), ["sales_store_day"]],
  ["the tenders of each store's day", (db) => tendersOfDays(db, DAYS), ["sales_store_day"]],
  ["payments by providers", (db) => listIntents(db, STORES, 50), ["payment_intents_open"]],
  ["the queue of print jobs", (db) => queueStats(db), ["print_jobs_open"]],
  [
    "open print jobs",
    (db) => listJobs(db, { before: undefined, limit: 50, open: true, storeIds: STORES }),
    ["print_jobs_open"],
  ],
  ["how many lots go bad", (db) => countLots(db, { storeIds: STORES, until: "2026-03-09" }), ["lot_stock_on_hand"]],
  [
    "which lots of each store go bad",
    (db) => freshnessByStore(db, { day: "2026-03-02", until: "2026-03-09" }),
    ["lot_stock_on_hand"],
  ],
];

const OLD = { from: "2020-01-01", to: "2020-01-31" };
/** Of fifty thousand rows of others so many pages may be looked at, with those of the rows that are found; to walk to these were 600 and more. */
const FEW = 400;

const SELDOM: [what: string, asks: Asks][] = [
  ["the sales of a cashier who left, by name", (db) => listSales(db, { ...ALL, cashier: "ana" })],
  ["the sales of that cashier by id", (db) => listSales(db, { ...ALL, cashier: "7" })],
  ["the sales of days long ago", (db) => listSales(db, { ...ALL, ...OLD })],
  ["the sales up to then", (db) => listSales(db, { ...ALL, to: OLD.to })],
  ["the sales of a day that has not come", (db) => listSales(db, { ...ALL, from: "2099-01-01" })],
  ["the sales of a store that sells little", (db) => listSales(db, { storeIds: [2], limit: 50 })],
  ["its sales of late", (db) => listSales(db, { storeIds: [2], from: "2025-06-01", limit: 50 })],
  ["the ledger of that store", (db) => movements(db, { storeIds: [2] }, undefined, 50)],
  ["the ledger of a shelf of it", (db) => movements(db, { productId: 1, storeIds: [2] }, undefined, 50)],
  ["what was broken", (db) => movements(db, { reason: "damaged", storeIds: STORES }, undefined, 50)],
  ["what was never given away", (db) => movements(db, { reason: "gift", storeIds: STORES }, undefined, 50)],
  ["the ledger of days long ago", (db) => movements(db, { ...OLD, storeIds: STORES }, undefined, 50)],
  [
    "the ledger of a day that has not come",
    (db) => movements(db, { from: "2099-01-01", storeIds: STORES }, undefined, 50),
  ],
  ["products that are not in use", (db) => productsByName(db, { active: false }, undefined, undefined, 50)],
];

describe("what is asked all day", () => {
  let database: TestDatabase;
  let db: OpenDatabase;
  before(async () => {
    database = await migratedDatabase(migrateEverything);
    db = createDatabase({ url: database.url, poolMax: 1, log });
    await db.transaction(fill);
    await db.primary.raw("VACUUM ANALYZE sales, products, stock_movements");
  });
  after(async () => {
    await db?.close();
    await database?.drop();
  });

  /** The plan of the first statement that is asked, as PostgreSQL explains it with these options. */
  async function explained(asks: Asks, options: string, before = "SELECT"): Promise<Record<"QUERY PLAN", unknown>[]> {
    const said: { sql: string; bindings: Knex.RawBinding[] }[] = [];
    return db.transaction(async (tx: Tx) => {
      tx.on("query", (one) => said.push(one));
      await asks(tx);
      tx.removeAllListeners("query");
      await tx.raw(before);
      const [{ sql, bindings } = assert.fail("nothing was asked")] = said;
      return (await tx.raw(`EXPLAIN (${options}) ${sql.replace(/\$\d+/g, "?")}`, bindings)).rows;
    });
  }

  for (const [what, asks, indexes] of ASKED)
    it(`${what}: by ${indexes.join(" and ")}`, async () => {
      // an empty table is read whole unless that is forbidden
      const rows = await explained(asks, "COSTS", "SET LOCAL enable_seqscan = off");
      const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
      for (const index of indexes) assert.match(plan, new RegExp(`\\b${index}\\b`), plan);
    });

  for (const [what, asks] of SELDOM)
    it(`${what}: past few rows of others`, async () => {
      const [row] = await explained(asks, "ANALYZE, BUFFERS, FORMAT JSON");
      const [{ Plan: plan }] = (row ?? assert.fail())["QUERY PLAN"] as [{ Plan: Record<string, number> }];
      const looked = (plan["Shared Hit Blocks"] ?? 0) + (plan["Shared Read Blocks"] ?? 0);
      assert.ok(looked <= FEW, `${looked} pages: ${JSON.stringify(plan, undefined, 1)}`);
    });
});

/** A store that sells much, and one that sold three times long ago, when Ana was there; sales without lines, and with another stock than theirs. */
async function fill(tx: Tx): Promise<void> {
  await tx.raw("ALTER TABLE sales DISABLE TRIGGER USER");
  await tx.raw("INSERT INTO stores (name) VALUES ('Sede norte')");
  await tx.raw(`INSERT INTO sales (number, store_id, register_id, user_id, user_name, currency, subtotal_minor, tax_minor, total_minor,
      paid_minor, change_minor, business_date, created_at)
    SELECT 'S' || n, CASE WHEN n <= 3 THEN 2 ELSE 1 END, (SELECT min(id) FROM registers), CASE WHEN n <= 3 THEN 7 ELSE 1 END,
      CASE WHEN n <= 3 THEN 'Ana' ELSE 'Eva' END, 'COP', 100, 0, 100, 100, 0, cast('2020-01-30' AS date) + n / 25, now()
    FROM generate_series(1, 50000) AS n`);
  await tx.raw(`INSERT INTO products (sku, name, unit, price_minor, tax_rate_bp, cost_minor, search_text, active, created_at, updated_at)
    SELECT 'S' || n, 'Producto ' || n, 'each', 100, 0, 50, '', n < 19990, now(), now() FROM generate_series(1, 20000) AS n`);
  await tx.raw(`INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, created_at)
    SELECT CASE WHEN n <= 3 THEN 2 ELSE 1 END, (SELECT min(id) FROM products) + n / 49990, CASE WHEN n <= 3 THEN 'damaged' ELSE 'sale' END,
      -1000, 0, 50, timestamptz '2020-01-30 12:00Z' + n * interval '1 hour'
    FROM generate_series(1, 50000) AS n`);
}
