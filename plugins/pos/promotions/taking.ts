/**
 * What promotions take from the lines of a sale: pure, and the same whatever the order of lines and promotions.
 *
 * How they combine: all lines of one product get one promotion together, the one that takes most; of two that take the same, the
 * older. So a customer never pays more than under any single promotion for that product. Units of one product count together on
 * whatever lines they stand; units of different products do not. A line whose price was changed by hand gets none, and one of
 * a scale's label counts for percents, not for take N pay M; nor does a case of 24, which has a price of its own, but it is 24 units
 * where a percent begins at a quantity. A discount by hand is taken from what the promotion leaves.
 */
import { extend, share, sum } from "../../../kernel/money.ts";

export type Offer =
  | { kind: "percent"; bp: number }
  /** off all of them, once there are so many */
  | { kind: "quantity"; fromMilli: number; bp: number }
  /** of each `take` only `pay` are paid: the cheapest are free */
  | { kind: "n_for_m"; take: number; pay: number };

/** A promotion that holds here and now. */
export interface Rule {
  id: number;
  name: string;
  offer: Offer;
  /** undefined: all */
  productIds: ReadonlySet<number> | undefined;
}

/** What a promotion took, in minor units. */
export interface Taken {
  id: number;
  name: string;
  amountMinor: number;
}

export interface PromotedLine {
  productId?: number | undefined;
  quantityMilli: number;
  /** base units in one of what is sold, in thousandths; 1 when it is not said */
  factorMilli?: number | undefined;
  unitPriceMinor: number;
  grossMinor: number;
  taxRateBp: number;
  taxKind?: string | undefined;
  labelMinor?: number | undefined;
  listPriceMinor?: number | undefined;
  discount?: unknown;
}

/** Of each line what its promotion takes: at least 0, at most its gross. */
export function takenFrom(lines: readonly PromotedLine[], rules: readonly Rule[]): (Taken | undefined)[] {
  const taken = new Array<Taken | undefined>(lines.length).fill(undefined);
  if (rules.length === 0) return taken;
  const products = byProduct(lines);
  for (const [productId, places] of products) {
    const own = places.flatMap((index) => lines[index] ?? []);
    const best = bestOf(own, rules, productId);
    if (!best) continue;
    best.amounts.forEach((amountMinor, at) => {
      const { id, name } = best.rule;
      if (amountMinor > 0) taken[places[at] ?? 0] = { id, name, amountMinor };
    });
  }
  return taken;
}

/** Where the lines of each product stand, without those whose price was changed by hand. */
function byProduct(lines: readonly PromotedLine[]): Map<number, number[]> {
  const places = new Map<number, number[]>();
  lines.forEach(({ productId, listPriceMinor }, index) => {
    if (productId === undefined || listPriceMinor !== undefined) return;
    places.set(productId, [...(places.get(productId) ?? []), index]);
  });
  return places;
}

function bestOf(lines: readonly PromotedLine[], rules: readonly Rule[], productId: number) {
  let best: { rule: Rule; amounts: number[]; total: number } | undefined;
  for (const rule of rules) {
    if (rule.productIds && !rule.productIds.has(productId)) continue;
    const amounts = amountsOf(lines, rule.offer);
    const total = sum(amounts);
    const better = !best || total > best.total || (total === best.total && rule.id < best.rule.id);
    if (total > 0 && better) best = { rule, amounts, total };
  }
  return best;
}

function amountsOf(lines: readonly PromotedLine[], offer: Offer): number[] {
  switch (offer.kind) {
    case "percent":
      return lines.map(({ grossMinor }) => share(grossMinor, offer.bp));
    case "quantity": {
      const enough = unitsIn(lines) >= BigInt(offer.fromMilli) * 1000n;
      return lines.map(({ grossMinor }) => (enough ? share(grossMinor, offer.bp) : 0));
    }
    case "n_for_m":
      return freeAmounts(lines, offer);
  }
}

const UNIT_MILLI = 1000;

/** Base units, in millionths. */
function unitsIn(lines: readonly PromotedLine[]): bigint {
  return lines.reduce((so, one) => so + BigInt(one.quantityMilli) * BigInt(one.factorMilli ?? UNIT_MILLI), 0n);
}

/** From the dearest to the cheapest, in packs of `take`: in each the last ones are free, which is most for the customer. */
function freeAmounts(lines: readonly PromotedLine[], { take, pay }: { take: number; pay: number }): number[] {
  const counted = [...lines.keys()].filter((index) => {
    const { labelMinor, factorMilli = UNIT_MILLI } = lines[index] ?? {};
    return labelMinor === undefined && factorMilli === UNIT_MILLI;
  });
  counted.sort((a, b) => dearest(lines[a], lines[b]));
  const pack = take * UNIT_MILLI;
  const paid = pay * UNIT_MILLI;
  const whole = sum(counted.map((index) => lines[index]?.quantityMilli ?? 0));
  const packed = whole - (whole % pack);
  /** what is free of the first so many */
  const freeUpTo = (milli: number) => {
    const upTo = Math.min(milli, packed);
    return Math.floor(upTo / pack) * (pack - paid) + Math.max((upTo % pack) - paid, 0);
  };
  const amounts = lines.map(() => 0);
  let before = 0;
  for (const index of counted) {
    const line = lines[index];
    if (!line) continue;
    const freeMilli = freeUpTo(before + line.quantityMilli) - freeUpTo(before);
    amounts[index] = Math.min(extend(line.unitPriceMinor, freeMilli), line.grossMinor);
    before += line.quantityMilli;
  }
  return amounts;
}

/** Lines that are the same in all of this may change places without anybody seeing it. */
function dearest(a: PromotedLine | undefined, b: PromotedLine | undefined): number {
  if (!a || !b) return 0;
  const price = b.unitPriceMinor - a.unitPriceMinor;
  if (price !== 0) return price;
  if (a.quantityMilli !== b.quantityMilli) return b.quantityMilli - a.quantityMilli;
  const [one, other] = [a, b].map((line) => JSON.stringify([line.taxRateBp, line.taxKind, line.discount]));
  return (one ?? "") < (other ?? "") ? -1 : one === other ? 0 : 1;
}

/** Of a whole sale, promotion by promotion, in the order of its lines. */
export function sumsOf(lines: readonly { promotion?: Taken | undefined }[]): Taken[] {
  const sums = new Map<number, Taken>();
  for (const { promotion } of lines) {
    if (!promotion) continue;
    const so = sums.get(promotion.id)?.amountMinor ?? 0;
    sums.set(promotion.id, { ...promotion, amountMinor: so + promotion.amountMinor });
  }
  return [...sums.values()];
}

/** What of a document's discount was given by hand. */
export function handMinor(sale: {
  discountMinor: number;
  lines: readonly { promotion?: Taken | undefined }[];
}): number {
  return sale.discountMinor - sum(sale.lines.map(({ promotion }) => promotion?.amountMinor ?? 0));
}
