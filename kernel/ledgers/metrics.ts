/** Gauges of the ledgers, read from the database when somebody asks: every instance tells the same. */
import type { Database } from "../db/database.ts";
import type { Ledger } from "../ledger.ts";
import type { Metrics } from "../metrics.ts";
import { lastResults } from "./results.ts";
import { countUnsealed } from "./seals.ts";

export function ledgerMetrics(parts: { db: Database; metrics: Metrics; ledgers(): readonly Ledger[] }): void {
  const { db, metrics, ledgers } = parts;
  const labels = ["ledger"];
  metrics.figures(
    () => lastResults(db),
    [
      {
        name: "pos_ledger_findings",
        help: "changed, removed, added or reordered rows found by the last verification",
        labels,
        of: (all) => all.map(({ ledger, findings }) => [{ ledger }, findings] as const),
      },
      {
        name: "pos_ledger_verified_timestamp_seconds",
        help: "when the ledger was verified last",
        labels,
        of: (all) => all.map(({ ledger, verifiedAt }) => [{ ledger }, verifiedAt.getTime() / 1000] as const),
      },
    ],
  );
  const waiting = async () => {
    const counts: [string, number][] = [];
    for (const ledger of ledgers()) counts.push([ledger.name, await countUnsealed(db.primary, ledger)]);
    return counts;
  };
  metrics.figures(waiting, [
    {
      name: "pos_ledger_unsealed_rows",
      help: "rows that wait for their seal",
      labels,
      of: (all) => all.map(([ledger, rows]) => [{ ledger }, rows] as const),
    },
  ]);
}
