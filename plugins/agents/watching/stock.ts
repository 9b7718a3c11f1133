/** Stock watch and reorder advice: what runs out before it could come, and what to order of whom. */
import type { Purchases } from "../../purchases/api.ts";
import type { Looked, OrderLine, Said } from "../domain.ts";
import { AHEAD, daysThatLast, type Expected, perDayMilli } from "./forecasts.ts";

/** of whom nothing is known, and without the plugin that buys */
const LEAD_DAYS = 7;
/** lines of one piece of advice; an order of more is made in parts */
const LINES = 200;

/** Says something of one store by what is expected to be sold there. */
export type StoreAgent = (storeId: number, expected: Expected) => Promise<Looked>;

/** What will run out before a delivery that is ordered today is there. */
export function createStockWatch({ purchases }: { purchases: Purchases | undefined }): StoreAgent {
  return async (storeId, { looked, known }) => {
    const said: Said[] = [];
    const suppliers = (await purchases?.suppliersOf(known.map(({ product }) => product.productId))) ?? new Map();
    const onItsWay = (await purchases?.onItsWay(storeId)) ?? new Map<number, number>();
    for (const { product, days, grounds } of known) {
      const { productId, sku, name, unit, inTransitMilli } = product;
      const onHandMilli = product.onHandMilli - product.expiredMilli;
      const leadDays: number = suppliers.get(productId)?.leadTimeDays ?? purchases?.leadTimeDays ?? LEAD_DAYS;
      const onOrderMilli = (onItsWay.get(productId) ?? 0) + inTransitMilli;
      const lasts = daysThatLast(days, Math.max(0, onHandMilli) + onOrderMilli);
      // beyond what is looked ahead nobody knows
      if (lasts >= Math.min(leadDays, AHEAD)) continue;
      const perDay = perDayMilli(days, leadDays);
      const goods = { sku, name, unit, onHandMilli, onOrderMilli, perDayMilli: perDay };
      const facts = { ...goods, days: lasts, leadDays, ...grounds };
      said.push({ kind: "runs_out", storeId, subject: `product:${productId}`, facts, news: [] });
    }
    return { looked, able: known.length, said };
  };
}

/** What the reorder formula of the plugin that buys says, by what is expected to be sold instead of what was. */
export function createReorderAdvice({ purchases }: { purchases: Purchases }): StoreAgent {
  return async (storeId, expected) => {
    const said: Said[] = [];
    const known = new Map(expected.known.map((one) => [one.product.productId, one]));
    const suppliers = await purchases.suppliersOf([...known.keys()]);
    const perDay = new Map(
      [...known].map(([id, { days }]) => {
        const lead = suppliers.get(id)?.leadTimeDays ?? purchases.leadTimeDays;
        return [id, perDayMilli(days, lead + 7)];
      }),
    );
    const { groups } = await purchases.suggestions(storeId, perDay);
    for (const { supplier, lines } of groups) {
      if (!supplier) continue;
      const advised = lines.slice(0, LINES).flatMap((line): OrderLine[] => {
        const found = known.get(line.product.productId);
        if (!found) return [];
        const { productId, sku, name, unit } = line.product;
        const onHandMilli = line.product.onHandMilli - line.product.expiredMilli;
        const { orderMilli: quantityMilli, packMilli, costMinor, onOrderMilli } = line;
        const days = daysThatLast(found.days, Math.max(0, onHandMilli) + onOrderMilli + quantityMilli);
        const figures = { quantityMilli, packMilli, perDayMilli: perDay.get(productId), costMinor, days };
        return [{ productId, sku, name, unit, ...figures, ...found.grounds }];
      });
      if (advised.length === 0) continue;
      const totalMinor = lines.slice(0, LINES).reduce((sum, line) => sum + line.totalMinor, 0);
      const { id: supplierId, name, minimumMinor } = supplier;
      const missingMinor = Math.max(0, minimumMinor - totalMinor);
      const facts = { supplierId, supplier: name, totalMinor, minimumMinor, missingMinor, lines: advised };
      // also of those beyond the longest order: one that moves up is not new
      const news = lines.flatMap(({ product: { productId } }) =>
        known.has(productId) ? [`product:${productId}`] : [],
      );
      said.push({ kind: "order", storeId, subject: `supplier:${supplierId}`, facts, news });
    }
    return { looked: expected.looked, able: known.size, said };
  };
}
