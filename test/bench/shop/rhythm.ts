/** When people come: by the hour, by the day of the week, and when wages are paid. */
import { allocate } from "../../../kernel/money.ts";
import { createDraw, type Random } from "./random.ts";

/** Monday first */
const WEEK = [90, 88, 92, 98, 125, 150, 95];
/** Wages come on the 15th and on the last day; Christmas is Christmas. In percent. */
const PAYDAY = 140;
const DECEMBER = 130;
const DAY_MS = 86_400_000;
const ZONE = "-05:00";

/** A shift of a business day; `hours` are weights of the hours from `opens` on. */
interface Half {
  opens: number;
  hours: readonly number[];
}
const HALVES: readonly Half[] = [
  { opens: 7, hours: [4, 6, 7, 8, 9, 11, 10] },
  { opens: 14, hours: [7, 6, 8, 11, 13, 10, 5] },
];

/** The last `days` days up to and with `until`, oldest first, and how many of the sales each has. */
export function salesByDay(until: string, days: number, sales: number): { date: string; sales: number }[] {
  const end = Date.parse(`${until}T00:00:00Z`);
  const dates = Array.from({ length: days }, (_, index) =>
    new Date(end - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
  const shares = allocate(sales, dates.map(weightOf));
  return dates.map((date, index) => ({ date, sales: shares[index] ?? 0 }));
}

export function weightOf(date: string): number {
  const day = new Date(`${date}T00:00:00Z`);
  const week = WEEK[(day.getUTCDay() + 6) % 7] ?? 100;
  const tomorrow = new Date(day.getTime() + DAY_MS).getUTCDate();
  const paid = [15, 16].includes(day.getUTCDate()) || tomorrow === 1 || day.getUTCDate() === 1;
  return week * (paid ? PAYDAY : 100) * (day.getUTCMonth() === 11 ? DECEMBER : 100);
}

export interface ShiftTimes {
  opensAt: Date;
  closesAt: Date;
  /** one for each sale, in order */
  sales: Date[];
}

const draws = HALVES.map(({ hours }) => createDraw(hours));
const byHalf = HALVES.map(({ hours }) => hours.reduce((sum, weight) => sum + weight, 0));

/** Before the doors open: deliveries. */
export function deliveryTime(date: string): Date {
  return new Date(`${date}T06:00:00${ZONE}`);
}

export function shiftsOf(date: string, sales: number, random: Random): ShiftTimes[] {
  return allocate(sales, byHalf).map((count, index) => {
    const opens = HALVES[index]?.opens ?? 0;
    const hours = HALVES[index]?.hours.length ?? 0;
    const at = (hour: number) => Date.parse(`${date}T${String(hour).padStart(2, "0")}:00:00${ZONE}`);
    // the first and last minutes are for opening and counting
    const times = Array.from({ length: count }, () => {
      const hour = opens + (draws[index]?.(random) ?? 0);
      return at(hour) + random.int(5 * 60_000, 55 * 60_000);
    });
    return {
      opensAt: new Date(at(opens)),
      closesAt: new Date(at(opens + hours) - 60_000),
      sales: times.sort((one, other) => one - other).map((time) => new Date(time)),
    };
  });
}
