/** Control of the stock, beside what documents do to it: counts, transfers between stores. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { Route } from "../../kernel/http/route.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import { createCounts } from "./counts/counts.ts";
import type { Products } from "./products.ts";
import { countsApi } from "./routes/api-v1/counts.ts";
import { transfersApi } from "./routes/api-v1/transfers.ts";
import { countPages } from "./routes/pages/counts.ts";
import { transferPages } from "./routes/pages/transfers.ts";
import type { Stock } from "./stock.ts";
import { createTransfers } from "./transfers/transfers.ts";

export function createControl(
  host: { db: Database; clock: Clock; audit: Auditor; stores: Stores },
  { stock, products }: { stock: Stock; products: Products },
): { routes: Route[] } {
  const counts = createCounts({ ...host, stock });
  const transfers = createTransfers({ ...host, stock });
  const { stores } = host;
  return {
    routes: [
      ...countPages({ counts, products }),
      ...countsApi({ counts }),
      ...transferPages({ transfers, products, stores }),
      ...transfersApi({ transfers }),
    ],
  };
}
