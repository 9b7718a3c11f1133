/** Days as spreadsheets keep them: numbers that a format shows as dates (ECMA-376, part 1, 18.17.4). */
import { daysBetween, plusDays } from "../clock.ts";

/** day 0, as if 1900 had a 29 February, which Excel thinks: it is right from 1 March of that year on */
const ZERO = "1899-12-30";
const FIRST = 61;
/** 31 December 9999 */
const LAST = 2_958_465;
/** of workbooks that count from 1904, as those of old Macs do: so many less */
const LESS_1904 = 1462;

/** Undefined: a day of which spreadsheets have no number. `day` is YYYY-MM-DD. */
export function serialOf(day: string): number | undefined {
  const serial = daysBetween(ZERO, day);
  return serial >= FIRST && serial <= LAST ? serial : undefined;
}

/** Undefined: no such day. What is behind the point is the hour, and is left. */
export function dayOf(serial: number, from1904: boolean): string | undefined {
  const days = Math.floor(serial) + (from1904 ? LESS_1904 : 0);
  return days >= FIRST && days <= LAST ? plusDays(ZERO, days) : undefined;
}

/** The built-in formats that show a day, with or without an hour; 18.8.30 */
export const DAY_FORMATS = [14, 15, 16, 17, 22];
/** as whoever reads it writes dates */
export const DAY_FORMAT = 14;

/** A format of its own shows a day: it names years or days, or months without hours or seconds beside which `m` are minutes. */
export function showsDay(code: string): boolean {
  const signs = code.replace(/"[^"]*"|\\.|[_*].|\[[^\]]*\]/g, "").toLowerCase();
  return /[yd]/.test(signs) || (/m/.test(signs) && !/[hs]/.test(signs) && !/\[(h|m|s)+\]/i.test(code));
}
