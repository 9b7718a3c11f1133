/** What points are earned and worth: whole points, never rounded in the customer's favour. Money in minor units. */
import { toSafe } from "../../../kernel/decimal.ts";

export interface PointRules {
  /** one point for so much; 0: none are earned */
  earnMinor: number;
  /** what one is worth when it pays; 0: none can be spent */
  valueMinor: number;
  /** with fewer none are spent */
  minimum: number;
}

/** For what was not itself paid with points. */
export function earnedFor(eligibleMinor: number, { earnMinor }: PointRules): number {
  return earnMinor <= 0 || eligibleMinor <= 0 ? 0 : Math.floor(eligibleMinor / earnMinor);
}

/** Of the points earned for `wholeMinor` those that stay while `leftMinor` of it has not come back. */
export function keptOf(points: number, wholeMinor: number, leftMinor: number): number {
  if (leftMinor <= 0 || wholeMinor <= 0) return 0;
  return share(points, Math.min(leftMinor, wholeMinor), wholeMinor);
}

/** Of the points that paid `paidMinor` those that come back when `backMinor` of it does. */
export function backOf(points: number, paidMinor: number, backMinor: number): number {
  return paidMinor <= 0 ? 0 : share(points, Math.min(backMinor, paidMinor), paidMinor);
}

/** How many pay that amount. */
export function neededFor(amountMinor: number, { valueMinor }: PointRules): number {
  return Math.ceil(amountMinor / valueMinor);
}

/** What so many can pay. */
export function worthOf(points: number, { valueMinor, minimum }: PointRules): number {
  return points <= 0 || points < minimum ? 0 : toSafe(BigInt(points) * BigInt(valueMinor));
}

function share(points: number, part: number, whole: number): number {
  return toSafe((BigInt(points) * BigInt(part)) / BigInt(whole));
}
