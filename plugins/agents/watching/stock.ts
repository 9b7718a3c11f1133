/** Stock watch and reorder advice: what runs out before it could come, and what to order of whom. */
import type { Arrival, Overdue, Purchases } from "../../purchases/api.ts";
import type { Looked, OrderLine, OverdueOrder, Said } from "../domain.ts";
import { AHEAD, daysThatLast, type Expected, perDayMilli } from "./forecasts.ts";

/** of whom nothing is known, and without the plugin that buys */
const LEAD_DAYS = 7;
/** lines of one piece of advice; an order of more is made in parts */
const LINES = 200;

/** Says something of one store by what is expected to be sold there. */
export type StoreAgent = (storeId: number, expected: Expected) => Promise<Looked>;

/** What will run out before the next delivery: before all that was sent for is there, or what is ordered today. */
export function createStockWatch({ purchases }: { purchases: Purchases | undefined }): StoreAgent {
  return async (storeId, { looked, known }) => {
    const said: Said[] = [];
    const suppliers = (await purchases?.suppliersOf(known.map(({ product }) => product.productId))) ?? new Map();
    const awaited = await purchases?.awaited(storeId);
    for (const { product, days, grounds } of known) {
      const { productId, sku, name, unit, inTransitMilli } = product;
      const onHandMilli = product.onHandMilli - product.expiredMilli;
      const leadDays: number = suppliers.get(productId)?.leadTimeDays ?? purchases?.leadTimeDays ?? LEAD_DAYS;
      const { arrivals = [], overdue = [] } = awaited?.get(productId) ?? {};
      const lasts = daysThatLast(days, Math.max(0, onHandMilli) + inTransitMilli, arrivals);
      // beyond what is looked ahead nobody knows
      if (lasts >= Math.min(Math.max(leadDays, ...arrivals.map(({ inDays }) => inDays)), AHEAD)) continue;
      const onOrderMilli = arrivals.reduce((sum, { milli }) => sum + milli, inTransitMilli);
      const perDay = perDayMilli(days, leadDays);
      const goods = { sku, name, unit, onHandMilli, onOrderMilli, perDayMilli: perDay };
      const coming = { arrivesDays: firstAfter(lasts, arrivals), overdue: toldOf(overdue) };
      const facts = { ...goods, days: lasts, leadDays, ...coming, ...grounds };
      // whoever waited for an order has not heard that it did not come
      const news = overdue.map(({ number }) => `overdue:${number}`);
      said.push({ kind: "runs_out", storeId, subject: `product:${productId}`, facts, news });
    }
    return { looked, able: known.length, said };
  };
}

/** In how many days something comes once the shelf is empty. */
function firstAfter(day: number, arrivals: readonly Arrival[]): number | undefined {
  const later = arrivals.map(({ inDays }) => inDays).filter((inDays) => inDays > day);
  return later.length === 0 ? undefined : Math.min(...later);
}

/** Each order once. */
function toldOf(overdue: readonly Overdue[]): OverdueOrder[] | undefined {
  const orders = new Map(overdue.map(({ number, sentOn, dueOn }) => [number, { number, sentOn, dueOn }]));
  const told = [...orders.values()].sort((one, other) => (one.dueOn < other.dueOn ? -1 : 1));
  return told.length === 0 ? undefined : told;
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
      const first = lines.slice(0, LINES);
      const advised = first.flatMap((line): OrderLine[] => {
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
      const totalMinor = first.reduce((sum, line) => sum + line.totalMinor, 0);
      const { id: supplierId, name, minimumMinor } = supplier;
      const missingMinor = Math.max(0, minimumMinor - totalMinor);
      const overdue = toldOf(first.flatMap((line) => line.overdue));
      const facts = { supplierId, supplier: name, totalMinor, minimumMinor, missingMinor, overdue, lines: advised };
      // also of those beyond the longest order: one that moves up is not new
      const news = lines.flatMap(({ product: { productId } }) =>
        known.has(productId) ? [`product:${productId}`] : [],
      );
      said.push({ kind: "order", storeId, subject: `supplier:${supplierId}`, facts, news });
    }
    return { looked: expected.looked, able: known.size, said };
  };
}
