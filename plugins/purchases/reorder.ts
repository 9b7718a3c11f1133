/** How much to order and when: pure. Quantities in thousandths. */
import { toSafe } from "../../kernel/decimal.ts";
import { divideRounded } from "../../kernel/money.ts";

export interface Sold {
  /** sold in the days that were looked at, less what came back */
  soldMilli: number;
  /** the sum of the squares of what was sold on each of the days */
  squaresMilli: bigint;
  days: number;
}

export interface Plan {
  /** from the order to the delivery */
  leadTimeDays: number;
  /** days that an order is to last beyond that */
  coverDays: number;
  /** thousandths: 1645 is 1.645 */
  zMilli: number;
}

export interface Reorder {
  perDayMilli: number;
  safetyMilli: number;
  /** with this or less there and on its way it is time to order */
  pointMilli: number;
  /** what an order fills up to */
  targetMilli: number;
  orderMilli: number;
}

const UNIT_MILLI = 1000;

/** One-sided quantiles of the normal distribution: how often, in percent, nothing is to run out while an order is on its way. */
export const Z_MILLI = { "90": 1282, "95": 1645, "98": 2054, "99": 2326 } as const;
export type ServiceLevel = keyof typeof Z_MILLI;

/**
 * The reorder point of an (s, S) policy: s = d L + z sigma sqrt(L), with d the mean and sigma the standard deviation of a day's sale, L
 * the lead time and z the quantile of the service level; S = s + d R, with R the days an order is to last. The safety stock is
 * z sigma sqrt(L). From E. Silver, D. Pyke, D. Thomas, "Inventory and Production Management in Supply Chains" (4th ed., 2017), chapter 6;
 * days without a sale count. A point that the shop set for the product itself holds when it is higher. What is missing to S is ordered in
 * whole packs, of one unit where the supplier has none.
 */
export function reorderOf(
  { soldMilli, squaresMilli, days }: Sold,
  { leadTimeDays, coverDays, zMilli }: Plan,
  shelf: { onHandMilli: number; onOrderMilli: number; ownPointMilli: number },
  packMilli = UNIT_MILLI,
): Reorder {
  const [sold, span, lead] = [BigInt(Math.max(soldMilli, 0)), BigInt(days), BigInt(leadTimeDays)];
  // days^2 times the variance of a day's sale
  const spread = span * squaresMilli - sold * sold;
  const safety = ceilDivided(BigInt(zMilli) * rootAbove((spread > 0n ? spread : 0n) * lead), 1000n * span);
  const computed = ceilDivided(sold * lead, span) + safety;
  const point = computed > BigInt(shelf.ownPointMilli) ? computed : BigInt(shelf.ownPointMilli);
  const target = point + ceilDivided(sold * BigInt(coverDays), span);
  const pack = BigInt(packMilli);
  const there = BigInt(shelf.onHandMilli) + BigInt(shelf.onOrderMilli);
  const missing = there > point || target <= there ? 0n : ceilDivided(target - there, pack) * pack;
  return {
    perDayMilli: toSafe(divideRounded(sold, span)),
    safetyMilli: toSafe(safety),
    pointMilli: toSafe(point),
    targetMilli: toSafe(target),
    orderMilli: toSafe(missing),
  };
}

/** As sold at another rate a day, with the same deviation from it. */
export function expecting({ soldMilli, squaresMilli, days }: Sold, perDayMilli: number): Omit<Sold, "days"> {
  const [sold, span, other] = [BigInt(Math.max(soldMilli, 0)), BigInt(days), BigInt(perDayMilli) * BigInt(days)];
  const spread = span * squaresMilli - sold * sold;
  return { soldMilli: toSafe(other), squaresMilli: ceilDivided((spread > 0n ? spread : 0n) + other * other, span) };
}

/** Of numbers that are not below zero. */
function ceilDivided(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator;
}

/** The smallest whole number whose square is not less (Newton's method from above). */
function rootAbove(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) / 2n;
    if (next >= guess) return guess * guess < value ? guess + 1n : guess;
    guess = next;
  }
}
