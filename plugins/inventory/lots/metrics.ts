/** How many lots of each store stand on the shelf though they are bad, or go bad soon: for whoever watches from afar. */
import type { Database } from "../../../kernel/db/database.ts";
import type { Metrics } from "../../../kernel/metrics.ts";
import { freshnessByStore } from "../queries/lot-lists.ts";
import type { Lots } from "./lots.ts";

export function watchLots({ metrics, db }: { metrics: Metrics; db: Database }, lots: Pick<Lots, "horizon">): void {
  const load = async () => freshnessByStore(db.replica, await lots.horizon());
  metrics.figures(load, [
    {
      name: "pos_lots_expiring",
      help: "lots on hand that are expired, or expire within the days of the setting inventory.expiry_days",
      labels: ["store", "state"],
      of: (stores) =>
        stores.flatMap(({ storeId, expired, soon }) => [
          [{ store: String(storeId), state: "expired" }, expired] as const,
          [{ store: String(storeId), state: "soon" }, soon] as const,
        ]),
    },
  ]);
}
