/** How many products of each store are at or under their reorder point: for whoever watches from afar. */
import type { Metrics } from "../../kernel/metrics.ts";
import { doingBusiness, type Stores } from "../../kernel/stores/store.ts";
import type { Stock } from "./stock.ts";

export function watchLowStock(
  { metrics, stores }: { metrics: Metrics; stores: Pick<Stores, "list"> },
  stock: Pick<Stock, "countLow">,
): void {
  const load = async () => {
    const ids = doingBusiness(await stores.list())
      .filter(({ active }) => active)
      .map(({ id }) => id);
    const found = new Map((await stock.countLow(ids)).map(({ storeId, low }) => [storeId, low]));
    return ids.map((id) => [{ store: String(id) }, found.get(id) ?? 0] as const);
  };
  metrics.figures(load, [
    {
      name: "pos_low_stock_products",
      help: "products at or under their reorder point",
      labels: ["store"],
      of: (rows) => rows,
    },
  ]);
}
