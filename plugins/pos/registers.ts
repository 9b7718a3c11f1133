/** The registers of the shop and the ranges their numbers come from. */
import type { Auditor } from "../../kernel/audit.ts";
import { businessDate, type Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Store, Stores } from "../../kernel/stores/store.ts";
import type { Register, Seller } from "./domain.ts";
import { errors } from "./errors.ts";
import { freePrefix, type NumberRange, type RangeState, registerWarning, shareANumber } from "./numbering.ts";
import { type Choice, registerById, registerToUse } from "./queries/carts.ts";
import * as queries from "./queries/registers.ts";

export interface RegisterView extends queries.RegisterRow {
  /** the business day of its store */
  today: string;
  ranges: NumberRange[];
  warning: RangeState;
}

export interface NewRange {
  prefix: string;
  fromNumber: number;
  toNumber: number;
  expiresOn: string | undefined;
  resolution: string | undefined;
  digits: number;
}

export interface RegisterActor {
  user: Pick<Seller, "id" | "username">;
  address: string;
}

export type Registers = ReturnType<typeof createRegisters>;

export function createRegisters(parts: { db: Database; clock: Clock; audit: Auditor; stores: Pick<Stores, "shopOf"> }) {
  const { db, clock, audit, stores } = parts;
  const todayOf = async (storeId: number) => {
    const { timeZone, dayCutoffHour } = await stores.shopOf(storeId);
    return businessDate(clock.now(), timeZone, dayCutoffHour);
  };

  async function view(rows: queries.RegisterRow[], from: Database["primary"] = db.primary): Promise<RegisterView[]> {
    const ranges = await queries.rangesOf(
      from,
      rows.map(({ id }) => id),
    );
    return Promise.all(
      rows.map(async (row) => {
        const own = ranges.filter(({ registerId }) => registerId === row.id);
        const today = await todayOf(row.storeId);
        return { ...row, today, ranges: own, warning: registerWarning(own, today) };
      }),
    );
  }

  return {
    /** In use; without an id the first of those in which the person works. */
    inUse: (tx: Tx, id: number | undefined, till: Choice): Promise<Register | undefined> =>
      id === undefined ? registerToUse(tx, till) : registerById(tx, id),

    /** Of these stores. */
    async list(of: readonly Pick<Store, "id">[]): Promise<RegisterView[]> {
      const ids = of.map(({ id }) => id);
      return view(await queries.listRegisters(db.primary, ids));
    },

    /** Throws NOT_FOUND. */
    async find(id: number, tx?: Tx): Promise<RegisterView> {
      const row = await queries.findRegister(tx ?? db.primary, id);
      const [found] = row ? await view([row], tx) : [];
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    /**
     * In the store named, else in the first of those in which the person works. Throws a fault of `store_id` for one that is
     * none of them, or out of use.
     */
    async create(
      tx: Tx,
      actor: RegisterActor,
      name: string,
      where: { storeId: number | undefined; stores: readonly Store[] },
    ): Promise<number> {
      const store = where.stores.find(({ id, active }) => active && id === (where.storeId ?? id));
      const id = store && (await queries.insertRegister(tx, name, store.id));
      if (id === undefined) throw fieldFault("store_id", "STORE_UNKNOWN", "pos.validation.store_unknown");
      await queries.insertEndless(tx, id, freePrefix(id, await queries.takenBy(tx, id)));
      await audit(tx, {
        ...actor,
        action: "register.created",
        subject: `register:${id}`,
        after: { name, store_id: store?.id },
      });
      return id;
    },

    /** Throws NOT_FOUND, LAST_REGISTER, REGISTER_BUSY for one where sales are parked or a payment is under way. */
    async update(actor: RegisterActor, id: number, wanted: { name: string; active: boolean }): Promise<void> {
      await db.transaction(async (tx) => {
        const all = await queries.lockRegisters(tx);
        const before = await queries.findRegister(tx, id);
        if (!before) throw kernelErrors.NOT_FOUND();
        if (!wanted.active && !all.some((one) => one.active && one.id !== id)) throw errors.LAST_REGISTER();
        if (before.active && !wanted.active && (await queries.isBusy(tx, id))) throw errors.REGISTER_BUSY();
        if (before.name === wanted.name && before.active === wanted.active) return;
        await queries.updateRegister(tx, id, wanted.name, wanted.active);
        const { name, active } = before;
        const said = { action: "register.updated", subject: `register:${id}`, before: { name, active }, after: wanted };
        await audit(tx, { ...actor, ...said });
      });
    },

    /** Throws NOT_FOUND, faults of `to` and `from`. */
    async addRange(tx: Tx, actor: RegisterActor, registerId: number, range: NewRange): Promise<void> {
      if (!(await queries.findRegister(tx, registerId))) throw kernelErrors.NOT_FOUND();
      if (range.toNumber < range.fromNumber)
        throw fieldFault("to", "RANGE_BACKWARDS", "pos.validation.range_backwards");
      const other = (await queries.takenBy(tx, registerId)).find((one) => shareANumber(one, range));
      if (other)
        throw fieldFault("from", "RANGE_TAKEN", "pos.validation.range_taken", {
          prefix: other.prefix,
          from: other.fromNumber,
          to: other.toNumber ?? "∞",
        });
      const id = await queries.insertRange(tx, { registerId, ...range });
      const { prefix, fromNumber, toNumber, expiresOn, resolution } = range;
      await audit(tx, {
        ...actor,
        action: "number_range.added",
        subject: `register:${registerId}`,
        after: { id, prefix, from: fromNumber, to: toNumber, expires_on: expiresOn, resolution },
      });
    },
  };
}
