/** Shifts: a register is opened with a float, sells, takes cash in and out, and is closed once by counting what is there. */
import type { Logger } from "pino";
import type { Auditor } from "../../kernel/audit.ts";
import { businessDate, type Clock } from "../../kernel/clock.ts";
import { afterRollback } from "../../kernel/db/after-commit.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import { amountIn, type Shop } from "../../kernel/settings/shop.ts";
import type { CashMovement, Register, Seller, Shift } from "./domain.ts";
import { errors } from "./errors.ts";
import { paymentPending } from "./payments/pending.ts";
import { registerById } from "./queries/carts.ts";
import { unsettledAt } from "./queries/intents.ts";
import * as queries from "./queries/shifts.ts";
import { differenceLimit, explicitShift } from "./settings.ts";
import { countedCash, type Denomination, expectedCash, type ShiftReport } from "./shift-report.ts";

export interface CashActor {
  seller: Seller;
  address: string;
}

/** What was counted: by denomination, or only the sum. */
export type Count = { counts: Denomination[] } | { totalMinor: number };

export type Shifts = ReturnType<typeof createShifts>;

export interface ShiftParts {
  db: Database;
  clock: Clock;
  audit: Auditor;
  settings: Settings;
  log: Logger;
}

/** Amounts were read, and the day will be told, as that store has them: a route that says another store is a fault. */
function checkStore({ storeId }: Register, shop: Shop): void {
  if (shop.storeId !== storeId) throw new Error(`register of store ${storeId}, request about ${shop.storeId}`);
}

export function createShifts({ db, clock, audit, settings, log }: ShiftParts) {
  const insert = (tx: Tx, register: Register, floatMinor: number, seller: Seller, shop: Shop) => {
    checkStore(register, shop);
    const openedAt = clock.now();
    const day = businessDate(openedAt, shop.timeZone, shop.dayCutoffHour);
    return queries.insertShift(tx, {
      register,
      currency: shop.currency,
      floatMinor,
      seller,
      businessDate: day,
      openedAt,
    });
  };

  const trail = (tx: Tx, { seller, address }: CashActor, action: string, shiftId: number, after: object) =>
    audit(tx, { user: seller, action, subject: `shift:${shiftId}`, after, address });

  async function find(id: number, tx?: Tx): Promise<Shift> {
    const shift = await queries.findShift(tx ?? db.primary, id);
    if (!shift) throw kernelErrors.NOT_FOUND();
    return shift;
  }

  return {
    find,

    current: (registerId: number, tx?: Tx): Promise<Shift | undefined> =>
      queries.openShiftOf(tx ?? db.primary, registerId),

    /** Of these stores, the newest first. */
    list: (storeIds: readonly number[], before: number | undefined, limit: number): Promise<Shift[]> =>
      queries.listShifts(db.replica, storeIds, before, limit),

    movements: (shiftId: number): Promise<CashMovement[]> => queries.movementsOf(db.replica, shiftId),

    /** As it stands now (X), or as it was closed (Z). */
    async report(shift: Shift): Promise<ShiftReport> {
      return shift.closing?.report ?? queries.shiftReport(db.primary, shift.id);
    },

    /** Throws SHIFT_OPEN, and a fault of `register_id` for one that is none. */
    async open(tx: Tx, registerId: number, floatMinor: number, actor: CashActor, shop: Shop): Promise<number> {
      const register = await registerById(tx, registerId);
      if (!register) throw fieldFault("register_id", "REGISTER_UNKNOWN", "pos.validation.register_unknown");
      const id = await insert(tx, register, floatMinor, actor.seller, shop);
      if (id === undefined) throw errors.SHIFT_OPEN();
      await trail(tx, actor, "shift.opened", id, { register_id: registerId, float_minor: floatMinor });
      return id;
    },

    /** The shift that a sale belongs to, held open until the sale is committed; `held` is, when the caller has it. Throws SHIFT_CLOSED. */
    async forSale(tx: Tx, register: Register, seller: Seller, shop: Shop, held?: number): Promise<number> {
      checkStore(register, shop);
      const open = held ?? (await queries.holdOpenShift(tx, register.id));
      if (open !== undefined) return open;
      if (await settings.get(explicitShift)) throw errors.SHIFT_CLOSED();
      const own = await insert(tx, register, 0, seller, shop);
      // another sale was faster: its shift is ours too
      const shiftId = own ?? (await queries.holdOpenShift(tx, register.id));
      if (shiftId === undefined) throw errors.SHIFT_CLOSED();
      return shiftId;
    },

    /** After cash was given back: the drawer must have held it. Whoever takes cash waits for the others. Throws CASH_SHORT. */
    async takeCash(tx: Tx, registerId: number, shiftId: number): Promise<void> {
      await queries.holdOpenShiftAlone(tx, registerId);
      if (expectedCash(await queries.shiftReport(tx, shiftId)) < 0) throw errors.CASH_SHORT();
    },

    /** Throws NOT_FOUND, SHIFT_CLOSED, CASH_SHORT when more is taken out than there can be. */
    async move(
      tx: Tx,
      shiftId: number,
      movement: { kind: "in" | "out"; amountMinor: number; reason: string },
      actor: CashActor,
    ): Promise<CashMovement> {
      const { registerId, storeId } = await find(shiftId, tx);
      if ((await queries.holdOpenShiftAlone(tx, registerId)) !== shiftId) throw errors.SHIFT_CLOSED();
      const now = clock.now();
      const { seller } = actor;
      const id = await queries.insertMovement(tx, { shiftId, storeId, ...movement, seller, now });
      if (movement.kind === "out" && expectedCash(await queries.shiftReport(tx, shiftId)) < 0)
        throw errors.CASH_SHORT();
      const { kind, amountMinor, reason } = movement;
      await trail(tx, actor, "cash.moved", shiftId, { kind, amount_minor: amountMinor, reason });
      return { id, kind, amountMinor, reason, userName: seller.fullName, createdAt: now };
    },

    /** The Z report. Throws NOT_FOUND, SHIFT_CLOSED, PAYMENT_PENDING, a fault of `reason` when the difference is too large to go without one. */
    async close(tx: Tx, shiftId: number, count: Count, reason: string | undefined, actor: CashActor): Promise<void> {
      const { registerId, storeId, currency } = await find(shiftId, tx);
      // waits for sales under way and lets no further one in
      if (!(await queries.takeOpenShift(tx, shiftId))) throw errors.SHIFT_CLOSED();
      if ((await unsettledAt(tx, registerId)) > 0) throw paymentPending();
      const report = await queries.shiftReport(tx, shiftId);
      const expectedMinor = expectedCash(report);
      const counts = "counts" in count ? count.counts : undefined;
      const countedMinor = "counts" in count ? countedCash(count.counts) : count.totalMinor;
      const limit = await amountIn(currency, settings, differenceLimit);
      if (Math.abs(countedMinor - expectedMinor) > limit && reason === undefined) {
        const tried = { expected_minor: expectedMinor, counted_minor: countedMinor };
        // the refusal rolls back, its trace stays: nobody tries amounts unseen until one fits
        afterRollback(tx, () => {
          db.transaction((own) => trail(own, actor, "count.refused", shiftId, tried)).catch((err) =>
            log.error({ err, shiftId }, "a refused count is not in the trail"),
          );
        });
        throw fieldFault("reason", "REASON_NEEDED", "pos.validation.difference_reason");
      }
      const { seller } = actor;
      const closing = { shiftId, storeId, registerId, expectedMinor, countedMinor, counts, reason, report };
      const zNumber = await queries.insertClosing(tx, { ...closing, seller, now: clock.now() });
      await trail(tx, actor, "shift.closed", shiftId, {
        z_number: zNumber,
        expected_minor: expectedMinor,
        counted_minor: countedMinor,
        difference_minor: countedMinor - expectedMinor,
        ...(reason === undefined ? {} : { reason }),
      });
    },
  };
}
