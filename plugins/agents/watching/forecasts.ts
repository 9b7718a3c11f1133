/** What the shop's stores will sell, product by product: only of those whose forecast beats the naive ones. */
import { setImmediate } from "node:timers/promises";
import { doingBusiness, type Store, type Stores } from "../../../kernel/stores/store.ts";
import type { Inventory, RateOfSale, SoldByDay } from "../../inventory/api.ts";
import type { Arrival } from "../../purchases/api.ts";
import type { Grounds } from "../domain.ts";
import { forecast, judge } from "../forecast/backtest.ts";

/** a year's half: long enough for the weights, short enough to forget what the shop was */
const DAYS = 182;
/** how far ahead anybody asks */
export const AHEAD = 60;
const BATCH = 200;

/** What is known of a product beats the naive forecasts. */
interface Known {
  days: number[];
  grounds: Grounds;
}

/** Of a store: how many products were looked at, and those of which something is known. */
export interface Expected {
  looked: number;
  known: (Known & { product: RateOfSale })[];
}

export type Forecasts = ReturnType<typeof createForecasts>;

export function createForecasts(parts: {
  inventory: Pick<Inventory, "ratesOfSale" | "salesByDay">;
  stores: Pick<Stores, "list">;
}) {
  const { inventory, stores } = parts;

  async function* batches({ id }: Pick<Store, "id">): AsyncGenerator<RateOfSale[]> {
    for await (const products of inventory.ratesOfSale(id, DAYS))
      for (let from = 0; from < products.length; from += BATCH) yield products.slice(from, from + BATCH);
  }

  async function of(store: Pick<Store, "id">, signal: AbortSignal): Promise<Expected> {
    const found: Expected = { looked: 0, known: [] };
    for await (const batch of batches(store)) {
      const ids = batch.map(({ productId }) => productId);
      const sold = await inventory.salesByDay(store.id, ids, DAYS);
      for (const product of batch) {
        // the till has its turn in between
        await setImmediate();
        signal.throwIfAborted();
        found.looked += 1;
        const days = sold.get(product.productId);
        const known = days && knownOf(days);
        if (known) found.known.push({ product, ...known });
      }
    }
    return found;
  }

  return {
    /** Of each store in use that does business, one after the other. */
    async *all(signal: AbortSignal): AsyncGenerator<{ storeId: number; expected: Expected }> {
      for (const store of doingBusiness(await stores.list()))
        if (store.active) yield { storeId: store.id, expected: await of(store, signal) };
    },
  };
}

/** What was never sold before its first sale was not there; of what sold before these days it was so many days without a sale. */
export function historyOf({ milli, soldBefore }: SoldByDay): number[] {
  const first = milli.findIndex((sold) => sold > 0);
  if (first < 0) return [];
  return milli.slice(soldBefore ? 0 : first).map((sold) => sold / 1000);
}

export function knownOf(sold: SoldByDay): Known | undefined {
  const history = historyOf(sold);
  const verdict = judge(history);
  if (!verdict?.beats) return undefined;
  const grounds = {
    method: verdict.method,
    errorMilli: Math.round(verdict.errors.week * 1000),
    naiveMilli: Math.round(verdict.naive.week * 1000),
    seasonalMilli: Math.round(verdict.seasonal.week * 1000),
  };
  return { days: forecast(history, verdict.method, AHEAD), grounds };
}

/** Whole days that so much lasts, with what comes on the way; AHEAD when it is not known to end before. */
export function daysThatLast(days: readonly number[], milli: number, arrivals: readonly Arrival[] = []): number {
  let left = milli / 1000;
  for (const [day, sold] of days.entries()) {
    for (const { inDays, milli: came } of arrivals) if (inDays === day) left += came / 1000;
    left -= sold;
    if (left < 0) return day;
  }
  return days.length;
}

/** Thousandths a day over the next so many days. */
export function perDayMilli(days: readonly number[], over: number): number {
  const next = days.slice(0, Math.max(1, over));
  return Math.round((next.reduce((sum, sold) => sum + sold, 0) * 1000) / next.length);
}
