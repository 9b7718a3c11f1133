/** The drawer opened without a sale, e.g. to change a note: never without a reason, and counted in the shift's report. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import type { Emit } from "../../kernel/events/event.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import { drawerOpened } from "./api.ts";
import type { Register } from "./domain.ts";
import { errors } from "./errors.ts";
import { insertOpening, openingsOf } from "./queries/drawer.ts";
import { holdOpenShift } from "./queries/shifts.ts";
import type { CashActor, Shifts } from "./shifts.ts";

export interface DrawerOpening {
  id: number;
  shiftId: number;
  registerId: number;
  reason: string;
  userName: string;
  createdAt: Date;
}

/** `approvedBy`: the username of whoever approved it with a PIN. */
export type DrawerActor = CashActor & { approvedBy: string | undefined };

export type Drawer = ReturnType<typeof createDrawer>;

export function createDrawer(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  emit: Emit;
  shifts: Pick<Shifts, "forSale" | "find">;
}) {
  const { db, clock, audit, emit, shifts } = parts;

  async function record(tx: Tx, shiftId: number, register: Omit<Register, "name">, reason: string, by: DrawerActor) {
    const { seller, address, approvedBy } = by;
    const { id: registerId, storeId } = register;
    const createdAt = clock.now();
    const id = await insertOpening(tx, { shiftId, storeId, registerId, reason, seller, now: createdAt });
    await audit(tx, {
      user: seller,
      action: "drawer.opened",
      subject: `shift:${shiftId}`,
      after: { register_id: registerId, ...(approvedBy === undefined ? {} : { approved_by: approvedBy }) },
      reason,
      address,
    });
    await emit(tx, drawerOpened, { openingId: id, storeId, registerId, shiftId });
    return { id, shiftId, registerId, reason, userName: seller.fullName, createdAt } satisfies DrawerOpening;
  }

  return {
    /** Of a shift, newest first, one more than `limit`. Throws NOT_FOUND. */
    async list(shiftId: number, before: number | undefined, limit: number): Promise<DrawerOpening[]> {
      await shifts.find(shiftId);
      return openingsOf(db.replica, { shiftId, before, limit });
    },

    /** Of a register; its shift is opened as by a sale. Throws SHIFT_CLOSED. */
    async open(tx: Tx, register: Register, reason: string, by: DrawerActor, shop: Shop): Promise<DrawerOpening> {
      const shiftId = await shifts.forSale(tx, register, by.seller, shop);
      return record(tx, shiftId, register, reason, by);
    },

    /** Throws NOT_FOUND, and SHIFT_CLOSED for a shift that is not the register's open one. */
    async openIn(tx: Tx, shiftId: number, reason: string, by: DrawerActor): Promise<DrawerOpening> {
      const { registerId, storeId } = await shifts.find(shiftId, tx);
      if ((await holdOpenShift(tx, registerId)) !== shiftId) throw errors.SHIFT_CLOSED();
      return record(tx, shiftId, { id: registerId, storeId }, reason, by);
    },
  };
}
