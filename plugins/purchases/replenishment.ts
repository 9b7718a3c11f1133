/** What to order, from whom and why: by what was really sold (reorder.ts). */
import type { Knex } from "knex";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { sum } from "../../kernel/money.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import type { Inventory, RateOfSale } from "../inventory/api.ts";
import { type Awaited, type Awaiting, type Overdue, onOrderMilli as orderedOf } from "./awaited.ts";
import { errors } from "./errors.ts";
import { lineTotal, type Offer } from "./lines.ts";
import { lastOffers } from "./queries/documents.ts";
import { packsOf } from "./queries/packs.ts";
import * as queries from "./queries/replenishment.ts";
import { expecting, type Reorder, reorderOf, Z_MILLI } from "./reorder.ts";
import { coverDays, demandDays, serviceLevel } from "./settings.ts";
import { LEAD_TIME_DAYS } from "./suppliers.ts";

export interface Suggestion extends Reorder, Offer {
  product: RateOfSale;
  /** what is still good */
  onHandMilli: number;
  /** of drafts, of orders that are awaited still, and from other stores */
  onOrderMilli: number;
  /** orders of it whose day is past */
  overdue: readonly Overdue[];
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

/** Of which store, and of what alone. */
export interface Asked {
  storeId: number;
  supplierId?: number | undefined;
  /** of these products, by what somebody expects of a day, thousandths */
  perDay?: ReadonlyMap<number, number> | undefined;
  /** of what no open count has: see countsBlind */
  notCounting?: boolean | undefined;
}

/** What an order lacks to the least that its supplier takes. */
export function missingOf(minimumMinor: number, totalMinor: number): number {
  return Math.max(0, minimumMinor - totalMinor);
}

interface Plan {
  days: number;
  cover: number;
  level: keyof typeof Z_MILLI;
  /** of one supplier alone */
  only: number | undefined;
  awaited: ReadonlyMap<number, Awaited>;
}

export type Replenishment = ReturnType<typeof createReplenishment>;

export function createReplenishment(parts: {
  db: Database;
  inventory: Pick<Inventory, "ratesOfSale">;
  settings: Settings;
  stores: Pick<Stores, "shopOf">;
  awaiting: Awaiting;
}) {
  const { db, inventory, settings, stores, awaiting } = parts;

  /** Of these products, by supplier. */
  async function linesOf(at: Knex, rates: readonly RateOfSale[], { days, cover, level, awaited, only }: Plan) {
    const bought = await queries.usualSuppliers(
      at,
      rates.map(({ productId }) => productId),
    );
    const known = await queries.termsOf(at, [...new Set(bought.values())]);
    const found: Pick<Suggested, "supplier" | "leadTimeDays" | "lines">[] = [];
    for (const supplier of [...known.values(), undefined]) {
      if (only !== undefined && supplier?.id !== only) continue;
      const own = rates.filter(({ productId }) => bought.get(productId) === supplier?.id);
      const ids = own.map(({ productId }) => productId);
      const [offers, packs] = supplier
        ? await Promise.all([lastOffers(at, supplier.id, ids), packsOf(at, supplier.id, ids)])
        : [new Map<number, Offer>(), new Map<number, number>()];
      const leadTimeDays = supplier?.leadTimeDays ?? LEAD_TIME_DAYS;
      const plan = { leadTimeDays, coverDays: cover, zMilli: Z_MILLI[level] };
      const lines = own.flatMap((product): Suggestion[] => {
        const coming = awaited.get(product.productId);
        const onOrderMilli = orderedOf(coming) + product.inTransitMilli;
        const onHandMilli = product.onHandMilli - product.expiredMilli;
        const shelf = { onHandMilli, onOrderMilli, ownPointMilli: product.reorderPointMilli };
        const packMilli = packs.get(product.productId);
        const reorder = reorderOf({ ...product, days }, plan, shelf, packMilli);
        if (reorder.orderMilli === 0) return [];
        const offer = offers.get(product.productId) ?? { costMinor: product.costMinor, discountBp: 0 };
        const { costMinor, discountBp } = offer;
        const totalMinor = lineTotal(reorder.orderMilli, offer);
        const stands = { onHandMilli, onOrderMilli, overdue: coming?.overdue ?? [] };
        return [{ ...reorder, ...stands, costMinor, discountBp, product, packMilli, totalMinor }];
      });
      if (lines.length > 0) found.push({ supplier, leadTimeDays, lines });
    }
    return found;
  }

  return {
    /** By supplier's name, those of nobody last. Throws TRAINING_STORE. */
    async suggestions({ storeId, supplierId: only, perDay, notCounting }: Asked, tx?: Tx): Promise<Suggestions> {
      const [days, cover, level] = await Promise.all([
        settings.get(demandDays),
        settings.get(coverDays),
        settings.get(serviceLevel),
      ]);
      const { training } = await stores.shopOf(storeId);
      if (training) throw errors.TRAINING_STORE();
      const at = tx ?? db.primary;
      const plan = { days, cover, level, only, awaited: await awaiting(storeId, tx) };
      const found = new Map<number | undefined, Pick<Suggested, "supplier" | "leadTimeDays" | "lines">>();
      for await (const sold of inventory.ratesOfSale(storeId, days, tx)) {
        const rates = sold.flatMap((one) => {
          if (notCounting && one.counting) return [];
          const expected = perDay?.get(one.productId);
          if (perDay === undefined) return [one];
          return expected === undefined ? [] : [{ ...one, ...expecting({ ...one, days }, expected) }];
        });
        for (const group of await linesOf(at, rates, plan)) {
          const before = found.get(group.supplier?.id)?.lines ?? [];
          found.set(group.supplier?.id, { ...group, lines: [...before, ...group.lines] });
        }
      }
      const byName = await queries.termsOf(at, [...found.keys()].filter(isKnown));
      const groups = [...byName.keys(), undefined].flatMap((id): Suggested[] => {
        const group = found.get(id);
        if (!group) return [];
        const totalMinor = sum(group.lines.map((line) => line.totalMinor));
        const missingMinor = missingOf(group.supplier?.minimumMinor ?? 0, totalMinor);
        return [{ ...group, totalMinor, missingMinor }];
      });
      return { groups, days, coverDays: cover, serviceLevel: level };
    },
  };
}

const isKnown = (id: number | undefined) => id !== undefined;
