/** What to order, from whom and why: by what was really sold (reorder.ts). */
import type { Database } from "../../kernel/db/database.ts";
import { sum } from "../../kernel/money.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import type { Inventory, RateOfSale } from "../inventory/api.ts";
import { errors } from "./errors.ts";
import { lineTotal, type Offer } from "./lines.ts";
import { lastOffers } from "./queries/documents.ts";
import { packsOf } from "./queries/packs.ts";
import * as queries from "./queries/replenishment.ts";
import { expecting, type Reorder, reorderOf, Z_MILLI } from "./reorder.ts";
import { coverDays, demandDays, serviceLevel } from "./settings.ts";
import { LEAD_TIME_DAYS } from "./suppliers.ts";

/** products that are looked at; a shop with more of them orders in parts */
const MOST = 5000;

export interface Suggestion extends Reorder, Offer {
  product: RateOfSale;
  /** what is still good */
  onHandMilli: number;
  onOrderMilli: number;
  /** undefined: the supplier sells it in any quantity */
  packMilli: number | undefined;
  totalMinor: number;
}

/** What to order of one supplier; undefined: of nobody known. */
export interface Suggested {
  supplier: queries.Terms | undefined;
  leadTimeDays: number;
  lines: Suggestion[];
  totalMinor: number;
  /** to the supplier's least order */
  missingMinor: number;
}

export interface Suggestions {
  groups: Suggested[];
  days: number;
  coverDays: number;
  serviceLevel: string;
}

/** What an order lacks to the least that its supplier takes. */
export function missingOf(minimumMinor: number, totalMinor: number): number {
  return Math.max(0, minimumMinor - totalMinor);
}

export type Replenishment = ReturnType<typeof createReplenishment>;

export function createReplenishment(parts: {
  db: Database;
  inventory: Pick<Inventory, "ratesOfSale">;
  settings: Settings;
  stores: Pick<Stores, "shopOf">;
}) {
  const { db, inventory, settings, stores } = parts;
  return {
    /**
     * By supplier's name, those of nobody last; of one supplier alone when it is asked for. `perDay`: of these
     * products alone, by what somebody expects of a day (thousandths). Throws TRAINING_STORE.
     */
    async suggestions(storeId: number, only?: number, perDay?: ReadonlyMap<number, number>): Promise<Suggestions> {
      const [days, cover, level] = await Promise.all([
        settings.get(demandDays),
        settings.get(coverDays),
        settings.get(serviceLevel),
      ]);
      const { training } = await stores.shopOf(storeId);
      if (training) throw errors.TRAINING_STORE();
      const sold = await inventory.ratesOfSale(storeId, days, MOST);
      const rates = sold.flatMap((one) => {
        const expected = perDay?.get(one.productId);
        if (perDay === undefined) return [one];
        return expected === undefined ? [] : [{ ...one, ...expecting({ ...one, days }, expected) }];
      });
      const ids = rates.map(({ productId }) => productId);
      const [awaited, bought] = await Promise.all([
        queries.onOrder(db.primary, storeId),
        queries.usualSuppliers(db.primary, ids),
      ]);
      const known = await queries.termsOf(db.primary, [...new Set(bought.values())]);
      const groups: Suggested[] = [];
      for (const supplier of [...known.values(), undefined]) {
        if (only !== undefined && supplier?.id !== only) continue;
        const own = rates.filter(({ productId }) => bought.get(productId) === supplier?.id);
        const ids = own.map(({ productId }) => productId);
        const [offers, packs] = supplier
          ? await Promise.all([lastOffers(db.primary, supplier.id, ids), packsOf(db.primary, supplier.id, ids)])
          : [new Map<number, Offer>(), new Map<number, number>()];
        const leadTimeDays = supplier?.leadTimeDays ?? LEAD_TIME_DAYS;
        const plan = { leadTimeDays, coverDays: cover, zMilli: Z_MILLI[level] };
        const lines = own.flatMap((product): Suggestion[] => {
          const onOrderMilli = (awaited.get(product.productId) ?? 0) + product.inTransitMilli;
          const onHandMilli = product.onHandMilli - product.expiredMilli;
          const shelf = { onHandMilli, onOrderMilli, ownPointMilli: product.reorderPointMilli };
          const packMilli = packs.get(product.productId);
          const reorder = reorderOf({ ...product, days }, plan, shelf, packMilli);
          if (reorder.orderMilli === 0) return [];
          const offer = offers.get(product.productId) ?? { costMinor: product.costMinor, discountBp: 0 };
          const { costMinor, discountBp } = offer;
          const totalMinor = lineTotal(reorder.orderMilli, offer);
          return [{ ...reorder, costMinor, discountBp, product, onHandMilli, onOrderMilli, packMilli, totalMinor }];
        });
        const totalMinor = sum(lines.map((line) => line.totalMinor));
        const missingMinor = missingOf(supplier?.minimumMinor ?? 0, totalMinor);
        if (lines.length > 0) groups.push({ supplier, leadTimeDays, lines, totalMinor, missingMinor });
      }
      return { groups, days, coverDays: cover, serviceLevel: level };
    },
  };
}
