/** Gauges of the ledgers, read from the database when somebody asks: every instance tells the same. */
import type { Logger } from "pino";
import type { Database } from "../db/database.ts";
import type { Ledger } from "../ledger.ts";
import type { Metrics } from "../metrics.ts";
import { lastResults } from "./results.ts";
import { countUnsealed } from "./seals.ts";

export function ledgerMetrics(parts: {
  db: Database;
  metrics: Metrics;
  log: Logger;
  ledgers(): readonly Ledger[];
}): void {
  const { db, metrics, log, ledgers } = parts;
  /** while the database is away they keep quiet, and what else is measured is told */
  const quietly = (read: () => Promise<void>) => () =>
    read().catch((error) => log.warn({ err: error }, "the ledgers cannot be measured"));

  const findings = metrics.gauge<"ledger">({
    name: "pos_ledger_findings",
    help: "changed, removed, added or reordered rows found by the last verification",
    labels: ["ledger"],
    collect: quietly(async () => {
      findings.reset();
      for (const { ledger, findings: count } of await lastResults(db)) findings.set({ ledger }, count);
    }),
  });
  const verified = metrics.gauge<"ledger">({
    name: "pos_ledger_verified_timestamp_seconds",
    help: "when the ledger was verified last",
    labels: ["ledger"],
    collect: quietly(async () => {
      verified.reset();
      for (const { ledger, verifiedAt } of await lastResults(db)) verified.set({ ledger }, verifiedAt.getTime() / 1000);
    }),
  });
  const waiting = metrics.gauge<"ledger">({
    name: "pos_ledger_unsealed_rows",
    help: "rows that wait for their seal",
    labels: ["ledger"],
    collect: quietly(async () => {
      waiting.reset();
      for (const ledger of ledgers()) waiting.set({ ledger: ledger.name }, await countUnsealed(db.primary, ledger));
    }),
  });
}
