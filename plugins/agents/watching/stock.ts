/** Stock watch and reorder advice: what runs out before it could come, and what to order of whom. */
import type { Purchases } from "../../purchases/api.ts";
import type { Agent, Looked, OrderLine, Said } from "../domain.ts";
import { AHEAD, daysThatLast, type Expected, type Forecasts, perDayMilli } from "./forecasts.ts";

/** of whom nothing is known, and without the plugin that buys */
const LEAD_DAYS = 7;
/** lines of one piece of advice; an order of more is made in parts */
const LINES = 200;

const able = (expected: readonly Expected[]) =>
  expected.flatMap(({ product, known }) => (known ? [{ product, ...known }] : []));

/** What will run out before a delivery that is ordered today is there. */
export function createStockWatch(parts: { forecasts: Forecasts; purchases: Purchases | undefined }): Agent {
  const { forecasts, purchases } = parts;
  return async (signal) => {
    const result: Looked = { looked: 0, able: 0, said: [] };
    for (const { storeId, expected } of await forecasts.all(signal)) {
      const known = able(expected);
      result.looked += expected.length;
      result.able += known.length;
      const ids = known.map(({ product }) => product.productId);
      const suppliers = (await purchases?.suppliersOf(ids)) ?? new Map();
      const onOrder = (await purchases?.onOrder(storeId)) ?? new Map<number, number>();
      for (const { product, days, grounds } of known) {
        const { productId, sku, name, unit, onHandMilli } = product;
        const leadDays: number = suppliers.get(productId)?.leadTimeDays ?? purchases?.leadTimeDays ?? LEAD_DAYS;
        const onOrderMilli = onOrder.get(productId) ?? 0;
        const lasts = daysThatLast(days, Math.max(0, onHandMilli) + onOrderMilli);
        // beyond what is looked ahead nobody knows
        if (lasts >= Math.min(leadDays, AHEAD)) continue;
        const perDay = perDayMilli(days, leadDays);
        const facts = {
          sku,
          name,
          unit,
          onHandMilli,
          onOrderMilli,
          perDayMilli: perDay,
          days: lasts,
          leadDays,
          ...grounds,
        };
        result.said.push({ kind: "runs_out", storeId, subject: `product:${productId}`, facts });
      }
    }
    return result;
  };
}

/** What the reorder formula of the plugin that buys says, by what is expected to be sold instead of what was. */
export function createReorderAdvice(parts: { forecasts: Forecasts; purchases: Purchases }): Agent {
  const { forecasts, purchases } = parts;
  return async (signal) => {
    const result: Looked = { looked: 0, able: 0, said: [] };
    for (const { storeId, expected } of await forecasts.all(signal)) {
      const known = new Map(able(expected).map((one) => [one.product.productId, one]));
      result.looked += expected.length;
      result.able += known.size;
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
          const { productId, sku, name, unit, onHandMilli } = line.product;
          const { orderMilli: quantityMilli, costMinor, onOrderMilli } = line;
          const days = daysThatLast(found.days, Math.max(0, onHandMilli) + onOrderMilli + quantityMilli);
          return [{ productId, sku, name, unit, quantityMilli, costMinor, days, ...found.grounds }];
        });
        if (advised.length === 0) continue;
        const totalMinor = lines.slice(0, LINES).reduce((sum, line) => sum + line.totalMinor, 0);
        const facts = { supplierId: supplier.id, supplier: supplier.name, totalMinor, lines: advised };
        const said: Said = { kind: "order", storeId, subject: `supplier:${supplier.id}`, facts };
        result.said.push(said);
      }
    }
    return result;
  };
}
