/** What pages, probes and figures ask all day is found by its index, whatever was sold, printed and delivered since. */
import assert from "node:assert/strict";
import type { Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../kernel/db/connect.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { createDeliveries } from "../../kernel/events/deliveries.ts";
import { interruptOthers } from "../../kernel/jobs/runs.ts";
import { countLots, freshnessByStore } from "../../plugins/inventory/queries/lot-lists.ts";
import { tendersOfDays } from "../../plugins/pos/queries/figures.ts";
import { listIntents } from "../../plugins/pos/queries/intents.ts";
import { listJobs, queueStats } from "../../plugins/pos/queries/print-jobs.ts";
import { dayTotals, listSales } from "../../plugins/pos/queries/sales.ts";
import { memoryLog } from "../harness/log.ts";
import { migrateEverything } from "../harness/migrated.ts";
import { migratedDatabase, type TestDatabase } from "../harness/postgres.ts";

const STORES = [1, 2];
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
  [
    "the sales of a cashier by name",
    (db) => listSales(db, { cashier: "Ana", storeIds: STORES, limit: 50 }),
    ["sales_by_cashier_name"],
  ],
  [
    "the sales of days long ago",
    (db) => listSales(db, { from: "2020-01-01", to: "2020-01-31", storeIds: STORES, limit: 50 }),
    ["sales_by_day", "sales_pkey"],
  ],
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

describe("what is asked all day", () => {
  let database: TestDatabase;
  let db: OpenDatabase;
  before(async () => {
    database = await migratedDatabase(migrateEverything);
    db = createDatabase({ url: database.url, poolMax: 1, log });
  });
  after(async () => {
    await db?.close();
    await database?.drop();
  });

  for (const [what, asks, indexes] of ASKED)
    it(`${what}: by ${indexes.join(" and ")}`, async () => {
      const said: { sql: string; bindings: Knex.RawBinding[] }[] = [];
      await db.transaction(async (tx: Tx) => {
        tx.on("query", (one) => said.push(one));
        await asks(tx);
        tx.removeAllListeners("query");
        // an empty table is read whole unless that is forbidden
        await tx.raw("SET LOCAL enable_seqscan = off");
        const [{ sql, bindings } = assert.fail("nothing was asked")] = said;
        const { rows } = await tx.raw(`EXPLAIN ${sql.replace(/\$\d+/g, "?")}`, bindings);
        const plan = rows.map((row: Record<string, string>) => row["QUERY PLAN"]).join("\n");
        for (const index of indexes) assert.match(plan, new RegExp(`\\b${index}\\b`), plan);
      });
    });
});
