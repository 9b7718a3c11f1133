/** Control of the stock, beside what documents do to it: counts, transfers between stores, lots. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { Route } from "../../kernel/http/route.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import type { HomeCard } from "../../kernel/plugin.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import { createCounts } from "./counts/counts.ts";
import type { Holds } from "./holds.ts";
import { createLotExports } from "./lots/export.ts";
import { lotsCard } from "./lots/home.ts";
import { createLots, type Lots } from "./lots/lots.ts";
import { watchLots } from "./lots/metrics.ts";
import { watchLowStock } from "./low-stock.ts";
import type { Products } from "./products.ts";
import { countsApi } from "./routes/api-v1/counts.ts";
import { lotsApi } from "./routes/api-v1/lots.ts";
import { transfersApi } from "./routes/api-v1/transfers.ts";
import { countPages } from "./routes/pages/counts.ts";
import { lotPages } from "./routes/pages/lots.ts";
import { transferPages } from "./routes/pages/transfers.ts";
import type { Stock } from "./stock.ts";
import { createTransfers } from "./transfers/transfers.ts";

export function createControl(
  host: { db: Database; clock: Clock; audit: Auditor; settings: Settings; stores: Stores; metrics: Metrics },
  { stock, products, holds }: { stock: Stock; products: Products; holds: Holds },
): { routes: Route[]; home: HomeCard[]; lots: Pick<Lots, "registerBuyers" | "asked" | "ofDocument"> } {
  const counts = createCounts({ ...host, stock });
  const transfers = createTransfers({ ...host, stock });
  const lots = createLots({ ...host, holds });
  watchLots(host, lots);
  watchLowStock(host, stock);
  const lotExports = createLotExports({ ...host, lots });
  const { stores } = host;
  const { transaction } = host.db;
  return {
    lots,
    home: [lotsCard({ lots })],
    routes: [
      ...countPages({ counts, products }),
      ...countsApi({ counts }),
      ...transferPages({ transfers, products, stores }),
      ...transfersApi({ transfers }),
      ...lotPages({ lots, lotExports, products, stock, transaction }),
      ...lotsApi({ lots, lotExports, products, transaction }),
    ],
  };
}
