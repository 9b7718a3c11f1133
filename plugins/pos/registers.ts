/** The registers of the shop and the ranges their numbers come from. */
import type { Auditor } from "../../kernel/audit.ts";
import { businessDate, type Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import type { Register, Seller } from "./domain.ts";
import { errors } from "./errors.ts";
import { type NumberRange, type RangeState, registerWarning } from "./numbering.ts";
import { registerById, registerToUse } from "./queries/carts.ts";
import * as queries from "./queries/registers.ts";

export interface RegisterView extends queries.RegisterRow {
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

export function createRegisters({ db, clock, audit }: { db: Database; clock: Clock; audit: Auditor }) {
  const today = (shop: Shop) => businessDate(clock.now(), shop.timeZone, shop.dayCutoffHour);

  async function view(
    rows: queries.RegisterRow[],
    shop: Shop,
    from: Database["primary"] = db.primary,
  ): Promise<RegisterView[]> {
    const ranges = await queries.rangesOf(
      from,
      rows.map(({ id }) => id),
    );
    return rows.map((row) => {
      const own = ranges.filter(({ registerId }) => registerId === row.id);
      return { ...row, ranges: own, warning: registerWarning(own, today(shop)) };
    });
  }

  return {
    today,

    /** In use; without an id the first. */
    inUse: (tx: Tx, id: number | undefined): Promise<Register | undefined> =>
      id === undefined ? registerToUse(tx, undefined) : registerById(tx, id),

    list: async (shop: Shop): Promise<RegisterView[]> => view(await queries.listRegisters(db.primary), shop),

    /** Throws NOT_FOUND. */
    async find(id: number, shop: Shop, tx?: Tx): Promise<RegisterView> {
      const row = await queries.findRegister(tx ?? db.primary, id);
      const [found] = row ? await view([row], shop, tx) : [];
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    /** Throws a fault of `store_id` for a store that is none. */
    async create(tx: Tx, actor: RegisterActor, name: string, storeId: number | undefined): Promise<number> {
      const id = await queries.insertRegister(tx, name, storeId);
      if (id === undefined) throw fieldFault("store_id", "STORE_UNKNOWN", "pos.validation.store_unknown");
      await audit(tx, { ...actor, action: "register.created", subject: `register:${id}`, after: { name } });
      return id;
    },

    /** Throws NOT_FOUND, LAST_REGISTER. */
    async update(actor: RegisterActor, id: number, wanted: { name: string; active: boolean }): Promise<void> {
      await db.transaction(async (tx) => {
        const all = await queries.lockRegisters(tx);
        const before = await queries.findRegister(tx, id);
        if (!before) throw kernelErrors.NOT_FOUND();
        if (!wanted.active && !all.some((one) => one.active && one.id !== id)) throw errors.LAST_REGISTER();
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
      const [other] = await queries.overlapping(tx, range);
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
