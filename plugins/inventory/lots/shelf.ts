/** Lots as they follow the movements of their products: taken first expired first, put where the package says. */
import { businessDate, type Clock } from "../../../kernel/clock.ts";
import type { Tx } from "../../../kernel/db/database.ts";
import { fieldFault } from "../../../kernel/errors.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import type { LeavingLot } from "../api.ts";
import { lotByCode, lotsThere } from "../queries/lot-lists.ts";
import * as queries from "../queries/lots.ts";
import { restoreLots, takeOfBrought } from "../queries/lots-back.ts";
import type { SaidLot } from "./lot.ts";

export interface LotFields {
  lot: string;
  expiresOn: string;
}

/** lots that a sentence names */
const MOST_NAMED = 10;

/** where a fault is told when nobody says another place */
const FIELDS: LotFields = { lot: "lot", expiresOn: "expires_on" };

export type ShelfLots = ReturnType<typeof createShelfLots>;

export function createShelfLots({ clock, stores }: { clock: Clock; stores: Pick<Stores, "shopOf"> }) {
  async function today(storeId: number): Promise<string> {
    const { timeZone, dayCutoffHour } = await stores.shopOf(storeId);
    return businessDate(clock.now(), timeZone, dayCutoffHour);
  }

  /** Throws faults of a lot of a product that asks for none, of an expiry that is past, and of one that is not the lot's. */
  async function known(
    tx: Tx,
    storeId: number,
    productId: number,
    tracked: boolean,
    { code, expiresOn }: SaidLot,
    fields: LotFields,
    incoming: boolean,
  ): Promise<number> {
    if (!tracked) throw fieldFault(fields.lot, "LOT_NOT_TRACKED", "inventory.validation.lot_not_tracked");
    if (incoming && expiresOn !== undefined && expiresOn < (await today(storeId)))
      throw fieldFault(fields.expiresOn, "EXPIRED", "inventory.validation.expired");
    const lot = await queries.lotOf(tx, { productId, code, expiresOn, now: clock.now() });
    if (expiresOn !== undefined && lot.expiresOn !== expiresOn)
      throw fieldFault(fields.expiresOn, "LOT_OTHER_EXPIRY", "inventory.validation.lot_other_expiry", {
        expires: lot.expiresOn ?? "–",
      });
    if (incoming && lot.expiresOn !== null && lot.expiresOn < (await today(storeId)))
      throw fieldFault(fields.lot, "EXPIRED", "inventory.validation.expired");
    return lot.id;
  }

  const pay = async (tx: Tx, storeId: number, movementIds: readonly number[]) =>
    queries.payOwed(tx, { storeId, movementIds, day: await today(storeId), now: clock.now() });

  return {
    /** What these movements took is taken off the lots that go bad first. */
    async takeOf(tx: Tx, storeId: number, movementIds: readonly number[]): Promise<void> {
      await queries.takeFirstExpiring(tx, { storeId, movementIds, day: await today(storeId), now: clock.now() });
    },

    /**
     * What a document took of products is of the lots it says. Answers the products that are done with: of one that holds no lot there,
     * nothing needs to be said.
     */
    async takeSaid(
      tx: Tx,
      where: queries.Where,
      lines: readonly { productId: number; lots?: readonly LeavingLot[] | undefined }[],
      tracked: ReadonlySet<number>,
    ): Promise<Set<number>> {
      const done = new Set<number>();
      if (lines.length === 0) return done;
      const due = new Map((await queries.lotMovementsDue(tx, where, -1)).map(({ id, productId }) => [productId, id]));
      for (const { productId, lots = [] } of lines) {
        if (!tracked.has(productId)) {
          const said = lots.find(({ code }) => code !== undefined);
          if (said) throw fieldFault(said.field, "LOT_NOT_TRACKED", "inventory.validation.lot_not_tracked");
          continue;
        }
        const there = await lotsThere(tx, where.storeId, productId, MOST_NAMED);
        const params = { lots: there.map(({ code, onHandMilli }) => `${code} (${onHandMilli / 1000})`).join(", ") };
        for (const { code, quantityMilli, field } of lots) {
          if (code === undefined && there.length === 0) continue;
          if (code === undefined) throw fieldFault(field, "LOT_REQUIRED", "inventory.validation.lot_required", params);
          const lotId = await lotByCode(tx, productId, code);
          if (lotId === undefined) throw fieldFault(field, "LOT_UNKNOWN", "inventory.validation.lot_unknown", params);
          const movementId = due.get(productId);
          if (movementId === undefined) throw new Error(`product ${productId} did not go out`);
          const { storeId } = where;
          const one = { movementId, storeId, productId, lotId, quantityMilli: -quantityMilli, now: clock.now() };
          if (!(await queries.moveLot(tx, one))) throw fieldFault(field, "LOT_SHORT", "inventory.validation.lot_short");
        }
        done.add(productId);
      }
      return done;
    },

    /** What a document took is taken off the lots that go bad first; not that of `others`. */
    async take(tx: Tx, where: queries.Where, others?: ReadonlySet<number>): Promise<void> {
      const due = (await queries.lotMovementsDue(tx, where, -1)).filter(({ productId }) => !others?.has(productId));
      if (due.length === 0) return;
      const day = await today(where.storeId);
      const movementIds = due.map(({ id }) => id);
      await queries.takeFirstExpiring(tx, { storeId: where.storeId, movementIds, day, now: clock.now() });
    },

    /** What a document brought to shelves below zero pays first what they owed: more of lots than stands there is nowhere. */
    async pay(tx: Tx, where: queries.Where, owing: ReadonlySet<number>): Promise<void> {
      const due = (await queries.lotMovementsDue(tx, where, 1)).filter(({ productId }) => owing.has(productId));
      const movementIds = due.map(({ id }) => id);
      if (due.length > 0) await pay(tx, where.storeId, movementIds);
    },

    /** What a document of another store brought is of the lots that it took there. */
    async carry(tx: Tx, where: queries.Where): Promise<void> {
      const due = await queries.lotMovementsDue(tx, where, 1);
      if (due.length > 0)
        await queries.carryLots(tx, { ...where, movementIds: due.map(({ id }) => id), now: clock.now() });
    },

    /** What a document brought back is of the lots that `taken` took; what of it is damaged goes out of the same lots. */
    async restore(tx: Tx, where: queries.Where, taken: queries.Where["document"], damaged: boolean): Promise<void> {
      const now = clock.now();
      const idsOf = async (sign: 1 | -1) => (await queries.lotMovementsDue(tx, where, sign)).map(({ id }) => id);
      const { storeId } = where;
      await restoreLots(tx, { storeId, document: taken, movementIds: await idsOf(1), now });
      if (damaged) await takeOfBrought(tx, { ...where, movementIds: await idsOf(-1), now });
    },

    /** What a document brought of a product is of these lots. Throws faults of the lot and its expiry, in the line's fields. */
    async put(
      tx: Tx,
      where: queries.Where,
      lines: readonly {
        productId: number;
        quantityMilli: number;
        lot: SaidLot;
        tracked: boolean;
        fields?: LotFields | undefined;
      }[],
    ): Promise<void> {
      const due = new Map((await queries.lotMovementsDue(tx, where, 1)).map(({ id, productId }) => [productId, id]));
      for (const { productId, quantityMilli, lot, tracked, fields = FIELDS } of lines) {
        const { storeId } = where;
        const lotId = await known(tx, storeId, productId, tracked, lot, fields, true);
        const movementId = due.get(productId);
        if (movementId === undefined) throw new Error(`product ${productId} did not come in`);
        await queries.moveLot(tx, { movementId, storeId, productId, lotId, quantityMilli, now: clock.now() });
      }
    },

    /** One movement by hand is of this lot. Throws faults of `lot` (not that much of it is there) and `expires_on`. */
    async move(
      tx: Tx,
      movement: { id: number; storeId: number; productId: number; quantityMilli: number },
      tracked: boolean,
      lot: SaidLot,
    ): Promise<void> {
      const { id: movementId, storeId, productId, quantityMilli } = movement;
      const lotId = await known(tx, storeId, productId, tracked, lot, FIELDS, quantityMilli > 0);
      const moved = await queries.moveLot(tx, {
        movementId,
        storeId,
        productId,
        lotId,
        quantityMilli,
        now: clock.now(),
      });
      if (!moved) throw fieldFault("lot", "LOT_SHORT", "inventory.validation.lot_short");
      if (quantityMilli > 0) await pay(tx, storeId, [movementId]);
    },
  };
}
