/** Lots: which products ask for them, what goes bad soon, and who bought of one. */
import type { Auditor } from "../../../kernel/audit.ts";
import { businessDate, type Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { kernelErrors } from "../../../kernel/errors.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import { countsBlind } from "../api.ts";
import type { Actor } from "../domain.ts";
import { errors } from "../errors.ts";
import { type Holds, WITH_LOTS } from "../holds.ts";
import * as lists from "../queries/lot-lists.ts";
import * as queries from "../queries/lots.ts";
import { productForUpdate } from "../queries/products.ts";
import { shelvesOf } from "../queries/stock-lists.ts";
import { expiryDays } from "../settings.ts";
import { type BuyersPort, daysAfter, type Lot, type LotBuyer } from "./lot.ts";

export type Lots = ReturnType<typeof createLots>;

export function createLots(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  settings: Settings;
  stores: Pick<Stores, "shopOf">;
  holds: Pick<Holds, "refuse">;
}) {
  const { db, clock, audit, settings, stores, holds } = parts;
  let port: BuyersPort | undefined;

  return {
    /** Who writes sales says who got what they took. */
    registerBuyers(buyers: BuyersPort): void {
      port = buyers;
    },

    /** Whether somebody is told the names of who bought, on a page or in a file. */
    names: (can: (permission: string) => boolean, where: "seeNames" | "takeNames") =>
      port !== undefined && can(port[where]),

    /** How much of it had gone before it came, from shelves below zero: of that no sale can be named. */
    owed: (id: number, storeIds: readonly number[]) => lists.owedOfLot(db.primary, id, storeIds),

    /** Whether any product asks for lots. */
    asked: () => queries.anyTracksLots(db.primary),
    tracks: (productId: number, tx?: Tx) => queries.tracksLots(tx ?? db.primary, productId),

    /** Throws PRODUCT_UNKNOWN, and what holds it while some of it stands, is on its way or is counted. */
    async setTracks(tx: Tx, actor: Actor, productId: number, tracks: boolean): Promise<void> {
      const product = await productForUpdate(tx, productId);
      if (!product) throw errors.PRODUCT_UNKNOWN();
      if ((await queries.tracksLots(tx, productId)) === tracks) return;
      await holds.refuse(tx, product, WITH_LOTS);
      if (!(await queries.setTracksLots(tx, productId, tracks))) return;
      const said = { before: { tracks_lots: !tracks }, after: { tracks_lots: tracks } };
      await audit(tx, { ...actor, action: "product.lots_tracked", subject: `product:${productId}`, ...said });
    },

    /** Today, and the last day that the shop wants to be warned of. */
    async horizon(): Promise<{ day: string; until: string; days: number }> {
      const [{ timeZone, dayCutoffHour }, days] = await Promise.all([
        stores.shopOf(undefined),
        settings.get(expiryDays),
      ]);
      const day = businessDate(clock.now(), timeZone, dayCutoffHour);
      return { day, until: daysAfter(day, days), days };
    },

    /** What goes bad first before the others, at most `limit`. */
    list: (filter: lists.LotFilter, after: lists.LotPlace | undefined, limit: number) =>
      lists.lotsOnHand(db.replica, filter, after, limit),
    count: (filter: lists.LotFilter) => lists.countLots(db.replica, filter),

    /** Throws NOT_FOUND. */
    async find(id: number): Promise<Lot> {
      const found = await lists.lotById(db.primary, id);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    /** Newest first. */
    movements: (id: number, storeIds: readonly number[], before: number | undefined, limit: number) =>
      lists.movementsOfLot(db.replica, id, storeIds, before, limit),

    /** Of these stores those whose shelf of it somebody may see who counts blind, or not. */
    async shownIn(
      { productId }: Pick<Lot, "productId">,
      storeIds: readonly number[],
      can: (permission: string) => boolean,
    ): Promise<number[]> {
      if (!countsBlind(can)) return [...storeIds];
      const shelves = await shelvesOf(db.primary, productId);
      return storeIds.filter((id) => !shelves.get(id)?.counting);
    },

    /** See `Inventory.lotsOf`. */
    ofDocument: (document: { type: string; id: number }, tx?: Tx) => lists.lotsOfDocument(tx ?? db.primary, document),

    /**
     * Who is to be called when the lot is recalled: sales that took of it, the newest first; customers by name alone for who may know them.
     * Whoever writes sales may be gone.
     */
    async buyers(
      id: number,
      storeIds: readonly number[],
      before: number | undefined,
      limit: number,
      named: boolean,
    ): Promise<LotBuyer[]> {
      const sales = await lists.salesOfLot(db.replica, id, storeIds, before, limit);
      const found = await port?.find(sales.map(({ saleId }) => saleId));
      const byId = new Map(found?.map((one) => [one.documentId, one]));
      return sales.flatMap(({ saleId, ...quantities }) => {
        const buyer = byId.get(saleId);
        return buyer ? [{ ...buyer, ...quantities, customer: named ? buyer.customer : undefined }] : [];
      });
    },
  };
}
