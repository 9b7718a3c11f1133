/** Anomaly watch: who takes back or discounts more than the others, sales at an hour at which the shop sleeps, prices that look mistyped. */
import { businessDate, type Clock } from "../../../kernel/clock.ts";
import { doingBusiness, type Stores } from "../../../kernel/stores/store.ts";
import type { Inventory } from "../../inventory/api.ts";
import { MEASURES, type Sales, TIMES } from "../../pos/api.ts";
import type { Agent, Said } from "../domain.ts";

const DAY_MS = 86_400_000;
const DAYS = 30;
/** days whose hours are looked at: of a till that was off since, those before as well */
const HOURS_LOOKED = 7;
/** an hour in which something was sold on fewer days of so many is unusual */
const HOURS_BEFORE = 56;
const LEAST_DAYS = 28;
const USUAL_SHARE = 0.02;
/** a price so many times the one before, or so small a part of it, has a digit too much or too little */
const JUMP = 5;
const JUMP_DAYS = 7;

export function createAnomalyWatch(parts: {
  clock: Clock;
  stores: Pick<Stores, "list" | "shopOf">;
  sales: Pick<Sales, "losses" | "hoursOfSales">;
  inventory: Pick<Inventory, "priceJumps">;
}): Agent {
  const { clock, stores, sales, inventory } = parts;
  return async (signal) => {
    const said: Said[] = [];
    let looked = 0;
    let able = 0;
    const now = clock.now();
    for (const store of doingBusiness(await stores.list())) {
      if (!store.active) continue;
      signal.throwIfAborted();
      const { currency, timeZone, dayCutoffHour } = await stores.shopOf(store.id);
      const dayOf = (back: number) => businessDate(new Date(now.getTime() - back * DAY_MS), timeZone, dayCutoffHour);
      const range = { from: dayOf(DAYS - 1), to: dayOf(0), currency, storeIds: [store.id] };
      for (const { userId, userName: person, sales: count, figures } of await sales.losses(range)) {
        looked += 1;
        able += 1;
        for (const measure of MEASURES) {
          const { outlier, count: times, rate, usual } = figures[measure];
          // of who is alone with it, or sold nothing, there is nothing to compare with
          if (!outlier || rate === undefined || rate <= TIMES * usual) continue;
          const facts = { measure, person, count: times, sales: count, days: DAYS, rate, usual };
          said.push({ kind: "cashier", storeId: store.id, subject: `user:${userId}:${measure}`, facts, news: [] });
        }
      }
      const asked = { storeId: store.id, day: dayOf(0), looked: HOURS_LOOKED, before: HOURS_BEFORE, timeZone };
      for (const { firstId: saleId, firstNumber: number, ...rung } of await sales.hoursOfSales(asked)) {
        looked += 1;
        // a young shop has no usual hours
        if (rung.days < LEAST_DAYS) continue;
        able += 1;
        if (rung.usualDays > rung.days * USUAL_SHARE) continue;
        const facts = { ...rung, number, saleId };
        // another sale in that hour, and whoever else sold then
        const news = [`sales:${rung.sales}`, ...rung.userIds.map((id) => `user:${id}`)];
        said.push({ kind: "hour", storeId: store.id, subject: `hour:${rung.day}:${rung.hour}`, facts, news });
      }
    }
    const jumps = await inventory.priceJumps(new Date(now.getTime() - JUMP_DAYS * DAY_MS));
    looked += jumps.length;
    able += jumps.length;
    for (const { productId, sku, name, beforeMinor, afterMinor, userName, changedAt } of jumps) {
      if (beforeMinor <= 0 || (afterMinor < beforeMinor * JUMP && afterMinor * JUMP > beforeMinor)) continue;
      const facts = { sku, name, beforeMinor, afterMinor, by: userName ?? "" };
      const news = [`changed:${changedAt.toISOString()}`];
      said.push({ kind: "price", storeId: undefined, subject: `product:${productId}`, facts, news });
    }
    return { looked, able, said };
  };
}
