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

/** The highest number that a range may have; one without an end does not live to see it. */
export const HIGHEST_NUMBER = 999_999_999_999;
const MOST_DIGITS = 12;

/** From here on the owner is told. */
const WARN_SHARE = 0.9;
const WARN_DAYS = 15;

export function formatNumber({ prefix, digits }: Pick<NumberRange, "prefix" | "digits">, number: number): string {
  return prefix + String(number).padStart(digits, "0");
}

export type Span = Pick<NumberRange, "prefix" | "digits" | "fromNumber" | "toNumber">;

/**
 * Whether some number of one is written like some number of the other: FE 1 to 5000 and FE2 1 to 500 both write FE21. Asked for each
 * length that the digits after the longer prefix may have.
 */
export function shareANumber(one: Span, other: Span): boolean {
  const [short, long] = one.prefix.length <= other.prefix.length ? [one, other] : [other, one];
  const between = long.prefix.slice(short.prefix.length);
  if (!long.prefix.startsWith(short.prefix) || !/^\d*$/.test(between)) return false;
  for (let digits = long.digits; digits <= MOST_DIGITS; digits++) {
    const ahead = Number(between) * 10 ** digits;
    const [first, last] = writtenWith(long, digits);
    const [lowest, highest] = writtenWith(short, between.length + digits);
    if (Math.max(first, lowest - ahead) <= Math.min(last, highest - ahead)) return true;
  }
  return false;
}

/** What the numbers of a new register begin with, unless somebody was granted such numbers. */
export function freePrefix(registerId: number, taken: readonly Span[]): string {
  for (let more = 0; ; more++) {
    const prefix = more === 0 ? `C${registerId}-` : `C${registerId}-${more}-`;
    const numbers = { prefix, digits: 6, fromNumber: 1, toNumber: undefined };
    if (!taken.some((one) => shareANumber(one, numbers))) return prefix;
  }
}

/** The numbers of a range that are written with so many digits, the first and the last; none where the first is greater. */
function writtenWith({ digits, fromNumber, toNumber = HIGHEST_NUMBER }: Span, length: number): [number, number] {
  const least = length === digits ? 0 : length > digits ? 10 ** (length - 1) : Number.POSITIVE_INFINITY;
  return [Math.max(fromNumber, least), Math.min(toNumber, 10 ** length - 1)];
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
