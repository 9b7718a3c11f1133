/** Points: earned by sales, spent as a tender, taken back and given back by returns; all in the document's own transaction. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { fieldFault } from "../../../kernel/errors.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import { amountIn } from "../../../kernel/settings/shop.ts";
import type { Entry, PointsService } from "../api.ts";
import { atRest } from "../customers.ts";
import type { MergeActor } from "../merging.ts";
import { changeable } from "../people/changeable.ts";
import { customerById } from "../queries/customers.ts";
import { insertPointNote, listPoints, pointsOfDocument, pointsOfSale, writePoints } from "../queries/points.ts";
import { backOf, earnedFor, keptOf, neededFor, type PointRules, worthOf } from "./rules.ts";
import { pointsEarn, pointsMinimum, pointsValue } from "./settings.ts";

export type PointKind = "earn" | "spend" | "refund" | "reverse" | "merge" | "adjust";
/** Why points are moved by hand. */
export const POINT_REASONS = ["correction", "goodwill", "campaign", "expired", "other"] as const;
export type PointReason = (typeof POINT_REASONS)[number];

/** What somebody gives, or takes where it is below zero. */
export interface ByHand {
  points: number;
  reason: PointReason;
  note: string | undefined;
}

/** One line of the ledger of points. */
export interface PointEntry {
  id: number;
  kind: PointKind;
  /** signed */
  points: number;
  balancePoints: number;
  document: { type: string; id: number; number: string };
  userName: string;
  /** of what was done by hand */
  reason: PointReason | undefined;
  note: string | undefined;
  createdAt: Date;
}

export interface Points extends PointsService {
  entries(customerId: number, before: number | undefined, limit: number): Promise<PointEntry[]>;
  rules(currency: string): Promise<PointRules>;
  /**
   * By hand; answers the entry's id and how many there are then. Throws NOT_FOUND, CUSTOMER_MERGED, CUSTOMER_ERASED, and a fault of
   * `points` where more would be taken than there is.
   */
  adjust(
    tx: Tx,
    actor: MergeActor,
    where: { customerId: number; storeId: number },
    what: ByHand,
  ): Promise<{ id: number; balance: number }>;
}

export function createPoints(parts: { db: Database; clock: Clock; settings: Settings; audit: Auditor }): Points {
  const { db, clock, settings, audit } = parts;
  const rules = async (currency: string): Promise<PointRules> => {
    const [earnMinor, valueMinor, minimum] = await Promise.all([
      amountIn(currency, settings, pointsEarn),
      amountIn(currency, settings, pointsValue),
      settings.get(pointsMinimum),
    ]);
    return { earnMinor, valueMinor, minimum };
  };
  const write = async (tx: Tx, kind: PointKind, asked: Omit<Entry, "amountMinor">, how: Moved, minimum = 0) => {
    const { customerId, storeId, currency, document, user } = await atRest(tx, asked);
    return writePoints(tx, { kind, customerId, storeId, currency, document, user, ...how }, minimum, clock.now());
  };

  return {
    rules,
    entries: (customerId, before, limit) => listPoints(db.replica, customerId, { before, limit }),

    async adjust(tx, { user, address }, { customerId, storeId }, { points, reason, note }) {
      const { currency, points: had } = changeable(await customerById(tx, customerId, true));
      const document = { type: "adjustment", id: customerId, number: "" };
      const entry = {
        kind: "adjust",
        customerId,
        storeId,
        currency,
        points,
        amountMinor: 0,
        saleId: undefined,
      } as const;
      const written = await writePoints(tx, { ...entry, document, user, reason }, 0, clock.now());
      if (!written) throw fieldFault("points", "POINTS_BELOW_ZERO", "customers.validation.points_below_zero", { had });
      if (note) await insertPointNote(tx, written.id, note);
      const subject = `customer:${customerId}`;
      await audit(tx, { user, address, action: "customer.points_adjusted", subject, after: { points, why: reason } });
      return written;
    },

    of: (document) => pointsOfDocument(db.primary, document),

    async worth({ points, currency }) {
      return worthOf(points, await rules(currency));
    },

    async earn(tx, { amountMinor, ...entry }) {
      const points = earnedFor(amountMinor, await rules(entry.currency));
      if (points === 0) return;
      await write(tx, "earn", entry, { points, amountMinor: 0, saleId: entry.document.id });
    },

    async takeBack(tx, saleId, { wholeMinor, leftMinor }, entry) {
      const { earned, reversed } = await pointsOfSale(tx, saleId);
      const points = earned - reversed - keptOf(earned, wholeMinor, leftMinor);
      if (points > 0) await write(tx, "reverse", entry, { points: -points, amountMinor: 0, saleId });
    },

    async spend(tx, { amountMinor, ...asked }) {
      const entry = await atRest(tx, asked);
      const going = await rules(entry.currency);
      const customer = await customerById(tx, entry.customerId);
      const may = customer?.active && customer.currency === entry.currency;
      const points = going.valueMinor > 0 ? neededFor(amountMinor, going) : 0;
      const how = { points: -points, amountMinor, saleId: entry.document.id };
      if (may && points > 0 && (await write(tx, "spend", entry, how, going.minimum)) !== undefined)
        return { ok: true, points };
      const left = await customerById(tx, entry.customerId);
      return { ok: false, spendableMinor: may && left ? worthOf(left.points, going) : 0 };
    },

    async giveBack(tx, saleId, { amountMinor, ...entry }) {
      const { spent, paidMinor, refunded, refundedMinor } = await pointsOfSale(tx, saleId);
      const points = backOf(spent, paidMinor, refundedMinor + amountMinor) - refunded;
      await write(tx, "refund", entry, { points, amountMinor: -amountMinor, saleId });
      return points;
    },
  };
}

interface Moved {
  points: number;
  amountMinor: number;
  saleId: number | undefined;
}
