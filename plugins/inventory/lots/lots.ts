/** Lots: which products ask for them, what goes bad soon, and who bought of one. */
import type { Auditor } from "../../../kernel/audit.ts";
import { businessDate, type Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { kernelErrors } from "../../../kernel/errors.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import type { Actor } from "../domain.ts";
import * as queries from "../queries/lots.ts";
import { expiryDays } from "../settings.ts";
import { type Buyer, daysAfter, type FindBuyers, type Lot } from "./lot.ts";

const MOST_SALES = 1000;

export type Lots = ReturnType<typeof createLots>;

export function createLots(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  settings: Settings;
  stores: Pick<Stores, "shopOf">;
}) {
  const { db, clock, audit, settings, stores } = parts;
  let findBuyers: FindBuyers | undefined;

  return {
    /** Who writes sales says who got what they took. */
    registerBuyers(find: FindBuyers): void {
      findBuyers = find;
    },

    /** Whether any product asks for lots. */
    asked: () => queries.anyTracksLots(db.primary),
    tracks: (productId: number, tx?: Tx) => queries.tracksLots(tx ?? db.primary, productId),

    async setTracks(tx: Tx, actor: Actor, productId: number, tracks: boolean): Promise<void> {
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
    list: (filter: queries.LotFilter, limit: number) => queries.lotsOnHand(db.primary, filter, limit),
    count: (filter: queries.LotFilter) => queries.countLots(db.replica, filter),

    /** Throws NOT_FOUND. */
    async find(id: number): Promise<Lot> {
      const found = await queries.lotById(db.primary, id);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    movements: (id: number, storeIds: readonly number[], limit: number) =>
      queries.movementsOfLot(db.primary, id, storeIds, limit),

    /** Who is to be called when the lot is recalled: sales that took of it, the newest first. */
    async buyers(id: number, storeIds: readonly number[]): Promise<(Buyer & { quantityMilli: number })[]> {
      const sales = await queries.salesOfLot(db.primary, id, storeIds, MOST_SALES);
      const found = await findBuyers?.(sales.map(({ saleId }) => saleId));
      const byId = new Map(found?.map((one) => [one.documentId, one]));
      return sales.flatMap(({ saleId, quantityMilli }) => {
        const buyer = byId.get(saleId);
        return buyer ? [{ ...buyer, quantityMilli }] : [];
      });
    },
  };
}
