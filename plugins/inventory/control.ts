/** Control of the stock, beside what documents do to it: counts. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { Route } from "../../kernel/http/route.ts";
import { createCounts } from "./counts/counts.ts";
import type { Products } from "./products.ts";
import { countsApi } from "./routes/api-v1/counts.ts";
import { countPages } from "./routes/pages/counts.ts";
import type { Stock } from "./stock.ts";

export function createControl(
  host: { db: Database; clock: Clock; audit: Auditor },
  parts: { stock: Stock; products: Products },
): { routes: Route[] } {
  const counts = createCounts({ ...host, stock: parts.stock });
  return { routes: [...countPages({ ...parts, counts }), ...countsApi({ counts })] };
}
