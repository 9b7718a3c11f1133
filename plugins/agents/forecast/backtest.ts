/**
 * Which method knows a product best, and whether any is worth listening to. The last twelve weeks are forecast one by one, each from what
 * was known before it: the method with the least error on the first eight is chosen (of a young product on four), the other four judge it. A
 * choice is never judged by the weeks it was made on (L. Tashman, "Out-of-sample tests of forecasting accuracy", International Journal of Forecasting 16, 2000).
 *
 * The error is that of a week's sum, which is what a delivery has to last for: by the day the best guess of a slow mover would be nothing.
 */
import { METHODS, type Method, type MethodName, naive, seasonalNaive } from "./methods.ts";

const WEEK = 7;
const CHOOSING = { least: 4, most: 8 } as const;
const JUDGING = 4;
/** before the first of the weeks that are forecast */
const LEARNING = 8;
/** fewer days tell too little of a product */
export const LEAST_DAYS = (LEARNING + CHOOSING.least + JUDGING) * WEEK;

export interface Errors {
  /** mean absolute error of a week's sum, in units */
  week: number;
  /** of a day */
  day: number;
}

export interface Verdict {
  method: MethodName;
  /** of the weeks that judge */
  errors: Errors;
  naive: Errors;
  seasonal: Errors;
  /** beats both of them on the weeks that judge */
  beats: boolean;
  /**
   * The week's error beside how much one week differs from the one before, over all that was known (mean absolute scaled error: R. Hyndman,
   * A. Koehler, "Another look at measures of forecast accuracy", International Journal of Forecasting 22, 2006). Undefined: they never differ.
   */
  mase: number | undefined;
}

/** Undefined: too few days are known. */
export function judge(history: readonly number[]): Verdict | undefined {
  if (history.length < LEAST_DAYS) return undefined;
  const choosing = history.slice(0, history.length - JUDGING * WEEK);
  const weeks = Math.min(CHOOSING.most, Math.floor(choosing.length / WEEK) - LEARNING);
  let chosen: { name: MethodName; week: number } | undefined;
  for (const name of Object.keys(METHODS) as MethodName[]) {
    const { week } = errorsOf(METHODS[name], choosing, weeks);
    if (chosen === undefined || week < chosen.week) chosen = { name, week };
  }
  const method = chosen?.name ?? "weekday_mean";
  const errors = errorsOf(METHODS[method], history, JUDGING);
  const [first, second] = [errorsOf(naive, history, JUDGING), errorsOf(seasonalNaive, history, JUDGING)];
  const usual = differenceOfWeeks(history.slice(0, history.length - JUDGING * WEEK));
  return {
    method,
    errors,
    naive: first,
    seasonal: second,
    beats: errors.week < first.week && errors.week < second.week,
    mase: usual === 0 ? undefined : errors.week / usual,
  };
}

/** What the chosen method says of the days to come. */
export function forecast(history: readonly number[], method: MethodName, horizon: number): number[] {
  return METHODS[method](history, horizon);
}

/** Of the last `weeks`, each forecast from what came before it. */
export function errorsOf(method: Method, history: readonly number[], weeks: number): Errors {
  let [ofWeeks, ofDays] = [0, 0];
  for (let back = weeks; back > 0; back--) {
    const at = history.length - back * WEEK;
    const real = history.slice(at, at + WEEK);
    const said = method(history.slice(0, at), WEEK);
    ofWeeks += Math.abs(sumOf(real) - sumOf(said));
    ofDays += real.reduce((sum, value, index) => sum + Math.abs(value - (said[index] ?? 0)), 0);
  }
  return { week: ofWeeks / weeks, day: ofDays / (weeks * WEEK) };
}

/** How much one week's sum differs from the one before, on average. */
export function differenceOfWeeks(history: readonly number[]): number {
  const sums: number[] = [];
  for (let end = history.length; end >= WEEK; end -= WEEK) sums.push(sumOf(history.slice(end - WEEK, end)));
  if (sums.length < 2) return 0;
  return sums.slice(1).reduce((sum, value, index) => sum + Math.abs(value - (sums[index] ?? 0)), 0) / (sums.length - 1);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
