/** Numbers of sales: how they are written, and when their range is about to end. */
import { daysBetween } from "../../kernel/clock.ts";

/** A range of numbers of one register. Without `toNumber` it has no end. */
export interface NumberRange {
  id: number;
  registerId: number;
  prefix: string;
  fromNumber: number;
  toNumber: number | undefined;
  nextNumber: number;
  /** the last day on which a number may be given, YYYY-MM-DD */
  expiresOn: string | undefined;
  /** printed on each receipt */
  resolution: string | undefined;
  digits: number;
  active: boolean;
}

export type RangeState = "good" | "nearly_used" | "expiring" | "used_up" | "expired";

/** What every number of a sale in a training store begins with: longer than the prefix of any range. */
export const TRAINING_PREFIX = "ENTRENAMIENTO-";

/** From here on the owner is told. */
const WARN_SHARE = 0.9;
const WARN_DAYS = 15;

export function formatNumber({ prefix, digits }: Pick<NumberRange, "prefix" | "digits">, number: number): string {
  return prefix + String(number).padStart(digits, "0");
}

/** Numbers left; undefined where there is no end. */
export function numbersLeft({ toNumber, nextNumber }: NumberRange): number | undefined {
  return toNumber === undefined ? undefined : toNumber - nextNumber + 1;
}

/** `today` as YYYY-MM-DD in the store's calendar. */
export function rangeState(range: NumberRange, today: string): RangeState {
  const left = numbersLeft(range);
  if (left === 0) return "used_up";
  if (range.expiresOn !== undefined && range.expiresOn < today) return "expired";
  const { toNumber, fromNumber, nextNumber } = range;
  if (toNumber !== undefined && nextNumber - fromNumber >= WARN_SHARE * (toNumber - fromNumber + 1))
    return "nearly_used";
  if (range.expiresOn !== undefined && daysBetween(today, range.expiresOn) <= WARN_DAYS) return "expiring";
  return "good";
}

/**
 * What the owner must know of a register: the worst of the ranges that are still to be used, unless a good one follows.
 * `used_up` when nothing can be sold any more.
 */
export function registerWarning(ranges: readonly NumberRange[], today: string): RangeState {
  const states = ranges.filter(({ active }) => active).map((range) => rangeState(range, today));
  const usable = states.filter((state) => state !== "used_up" && state !== "expired");
  if (usable.length === 0) return states.includes("expired") ? "expired" : "used_up";
  return usable.includes("good") ? "good" : (usable[0] ?? "good");
}
