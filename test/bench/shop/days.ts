/** One business day: a delivery, a morning and an afternoon at each register, each counted and closed with its Z. */
import { businessDate } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import { formatNumber, type NumberRange } from "../../../plugins/pos/numbering.ts";
import { createShifts } from "../../../plugins/pos/shifts.ts";
import { fillBasket } from "./baskets.ts";
import type { Good } from "./catalogue.ts";
import { deliver, settleShelves } from "./deliveries.ts";
import type { Demand } from "./demand.ts";
import type { Person, Till } from "./people.ts";
import type { Random } from "./random.ts";
import { deliveryTime, type ShiftTimes, shiftsOf } from "./rhythm.ts";
import { insertRows } from "./rows.ts";
import { addSale, noRows } from "./sale-rows.ts";
import type { Trail } from "./trail.ts";

const CENTAVOS = 100;
const FLOAT = 200_000 * CENTAVOS;
/** above this the drawer is emptied into the safe before it is counted */
const SAFE = 600_000 * CENTAVOS;
const ADDRESS = "192.168.1.20";
const quiet = { error() {} } as unknown as Parameters<typeof createShifts>[0]["log"];

export interface OpenShopDays {
  db: Database;
  settings: Settings;
  shop: Shop;
  trail: Trail;
  random: Random;
  demand: Demand;
  goods: readonly Good[];
  byId: ReadonlyMap<number, Good>;
  manager: Person;
  tills: readonly (Till & { range: NumberRange })[];
}

/** A till while it is open. */
interface OpenTill {
  till: Till & { range: NumberRange };
  cashier: Person;
  shiftId: number;
  /** in the drawer, by the documents */
  cashMinor: number;
}

export function createDays(parts: OpenShopDays) {
  const { db, trail, settings, shop, random, demand, goods, byId, manager, tills } = parts;
  const storeId = tills[0]?.register.storeId ?? 0;
  /** those whose stock changed since the last delivery, and by it */
  let moved = new Set<Good>();
  const shiftsAt = (now: Date) =>
    createShifts({ db, settings, audit: trail.at(now), clock: { now: () => now }, log: quiet });

  async function open(tx: Tx, half: number, at: Date): Promise<OpenTill[]> {
    const opened: OpenTill[] = [];
    for (const till of tills) {
      const cashier = till.cashiers[half] ?? till.cashiers[0];
      const actor = { seller: cashier, address: ADDRESS };
      const shiftId = await shiftsAt(at).open(tx, till.register.id, FLOAT, actor, shop);
      opened.push({ till, cashier, shiftId, cashMinor: FLOAT });
    }
    return opened;
  }

  async function close(tx: Tx, { cashier, shiftId, cashMinor }: OpenTill, at: Date): Promise<void> {
    const actor = { seller: cashier, address: ADDRESS };
    const toSafe = cashMinor > SAFE ? cashMinor - FLOAT : 0;
    if (toSafe > 0) {
      const movement = { kind: "out", amountMinor: toSafe, reason: "a la caja fuerte" } as const;
      await shiftsAt(new Date(at.getTime() - 60_000)).move(tx, shiftId, movement, actor);
    }
    const off = random.percent(4) ? random.int(-30, 20) * 100 * CENTAVOS : 0;
    const reason = off === 0 ? undefined : "vueltos mal dados";
    await shiftsAt(at).close(tx, shiftId, { totalMinor: cashMinor - toSafe + off }, reason, actor);
  }

  async function sell(tx: Tx, open: readonly OpenTill[], times: ShiftTimes, firstId: number): Promise<number> {
    const rows = noRows();
    for (const at of times.sales) {
      const basket = fillBasket(goods, demand, random);
      if (!basket) continue;
      const at_ = random.pick(open);
      const { till, cashier, shiftId } = at_;
      const sale = {
        id: firstId + rows.sales.length,
        number: formatNumber(till.range, till.range.nextNumber++),
        rangeId: till.range.id,
        cartId: random.uuid(),
        storeId,
        registerId: till.register.id,
        shiftId,
        cashier,
        currency: shop.currency,
        businessDate: businessDate(at, shop.timeZone, shop.dayCutoffHour),
        at,
      };
      addSale(rows, sale, basket, byId);
      for (const { productId } of basket.lines) moved.add(byId.get(productId) as Good);
      const cash = basket.payments.filter(({ method }) => method === "cash");
      for (const { amountMinor } of cash) at_.cashMinor += amountMinor - basket.changeMinor;
    }
    const { sales, sale_items, payments, stock_movements, carts, cart_lines } = rows;
    for (const [table, made] of Object.entries({ sales, sale_items, payments, stock_movements, carts, cart_lines }))
      await insertRows(tx, table, made);
    return sales.length;
  }

  /** `firstId`: of its first sale. Answers how many there were: whoever finds nothing of what was wanted goes away. */
  return async function day(date: string, sales: number, firstId: number): Promise<number> {
    return db.transaction(async (tx) => {
      await tx.raw("SET LOCAL statement_timeout = 0");
      moved = new Set(await deliver(tx, { storeId, goods: moved, manager, at: deliveryTime(date) }));
      let made = 0;
      for (const [half, times] of shiftsOf(date, sales, random).entries()) {
        const opened = await open(tx, half, times.opensAt);
        made += await sell(tx, opened, times, firstId + made);
        for (const one of opened) await close(tx, one, times.closesAt);
      }
      await settleShelves(tx, storeId, [...moved]);
      await tx.raw("SELECT setval(pg_get_serial_sequence('sales', 'id'), ?, ?)", [
        Math.max(firstId + made - 1, 1),
        firstId + made > 1,
      ]);
      for (const { range } of tills)
        await tx.raw("UPDATE number_ranges SET next_number = ? WHERE id = ?", [range.nextNumber, range.id]);
      return made;
    });
  };
}
