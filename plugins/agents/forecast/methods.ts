/**
 * Ways to say how much of a product will be sold on each of the coming days, by what was sold on the days before. Pure. Numbers are real
 * ones (units of the product): only what is shown or ordered is rounded, once. None of them says less than nothing.
 */

import { dampedTrend, level } from "./weekly.ts";

/** `history`: what was sold on each day, the last of which is yesterday. Answers the next `horizon` days. */
export type Method = (history: readonly number[], horizon: number) => number[];

const WEEK = 7;
const CHANCES = [0.02, 0.05, 0.1, 0.2] as const;
const SIZES = [0.05, 0.1, 0.3] as const;
/** of Croston's sizes and distances, and how many of the first are their start */
const SMOOTHING = 0.1;
const FIRST = 4;
const DAMPING = [0.05, 0.1, 0.2, 0.3, 0.5] as const;
const flat = (value: number, horizon: number) => Array.from({ length: horizon }, () => Math.max(0, value));

/** As yesterday. The first of the two that every other must beat. */
export const naive: Method = (history, horizon) => flat(history.at(-1) ?? 0, horizon);

/**
 * As on the same weekday of the last week (R. Hyndman, G. Athanasopoulos, "Forecasting: Principles and Practice", 3rd ed., 2021, 5.2). The
 * second of the two.
 */
export const seasonalNaive: Method = (history, horizon) =>
  Array.from({ length: horizon }, (_, ahead) => Math.max(0, history.at((ahead % WEEK) - WEEK) ?? 0));

/** What each weekday sold on average in the last eight weeks. */
export const weekdayMean: Method = (history, horizon) => {
  const recent = history.slice(-8 * WEEK);
  const means = Array.from({ length: WEEK }, (_, place) => {
    const own = recent.filter((_value, index) => (recent.length - index) % WEEK === (WEEK - place) % WEEK);
    return own.length === 0 ? 0 : Math.max(0, own.reduce((sum, value) => sum + value, 0) / own.length);
  });
  return Array.from({ length: horizon }, (_, ahead) => means[ahead % WEEK] ?? 0);
};

/**
 * Holt-Winters with an additive week (P. Winters, "Forecasting sales by exponentially weighted moving averages", Management Science 6, 1960)
 * and without a trend: over some months a trend of a single product is noise, and its line runs away. The two weights are those with the
 * least squared error one day ahead.
 */
export const holtWinters: Method = (history, horizon) => {
  if (history.length < 2 * WEEK) return seasonalNaive(history, horizon);
  let best: { squares: number; days: number[] } | undefined;
  for (const alpha of DAMPING)
    for (const gamma of DAMPING) {
      const tried = smooth(history, horizon, alpha, gamma);
      if (best === undefined || tried.squares < best.squares) best = tried;
    }
  return best?.days ?? flat(0, horizon);
};

function smooth(history: readonly number[], horizon: number, alpha: number, gamma: number) {
  const first = history.slice(0, 2 * WEEK);
  let level = first.reduce((sum, value) => sum + value, 0) / first.length;
  const season = Array.from(
    { length: WEEK },
    (_, place) => ((first[place] ?? 0) + (first[place + WEEK] ?? 0)) / 2 - level,
  );
  let squares = 0;
  for (const [index, sold] of history.entries()) {
    if (index < 2 * WEEK) continue;
    const place = index % WEEK;
    const usual = season[place] ?? 0;
    squares += (sold - level - usual) ** 2;
    const before = level;
    level = alpha * (sold - usual) + (1 - alpha) * level;
    season[place] = gamma * (sold - before) + (1 - gamma) * usual;
  }
  const days = Array.from({ length: horizon }, (_, ahead) =>
    Math.max(0, level + (season[(history.length + ahead) % WEEK] ?? 0)),
  );
  return { squares, days };
}

/**
 * For what is not sold every day: size and distance of sales are smoothed apart (J. Croston, "Forecasting and stock control for intermittent
 * demands", Operational Research Quarterly 23, 1972), with the correction of its bias by A. Syntetos and J. Boylan (International Journal of
 * Forecasting 21, 2005), who start both with the mean of the first ones. What lies before the first sale is no distance between two.
 */
export const croston: Method = (history, horizon) => {
  const days = [...history.keys()].filter((day) => (history[day] ?? 0) > 0);
  if (days.length === 0) return flat(0, horizon);
  const size = smoothed(days.map((day) => history[day] ?? 0));
  // of a single sale all that is known is that there was no other
  const distance =
    days.length === 1 ? history.length : smoothed(days.slice(1).map((day, place) => day - (days[place] ?? 0)));
  return flat(((1 - SMOOTHING / 2) * size) / distance, horizon);
};

function smoothed(values: readonly number[]): number {
  const first = values.slice(0, FIRST);
  const start = first.reduce((sum, value) => sum + value, 0) / first.length;
  return values.slice(FIRST).reduce((level, value) => level + SMOOTHING * (value - level), start);
}

/**
 * As Croston's, but the chance of a sale is smoothed on each day, so that what nobody asks for any more fades away (R. Teunter, A. Syntetos,
 * M. Babai, "Intermittent demand: linking forecasting to inventory obsolescence", European Journal of Operational Research 214, 2011). The two
 * weights are those that missed the sums of the weeks least.
 */
export const tsb: Method = (history, horizon) => {
  let best: ReturnType<typeof fade> | undefined;
  for (const chanceWeight of CHANCES)
    for (const sizeWeight of SIZES) {
      const tried = fade(history, chanceWeight, sizeWeight);
      if (best === undefined || tried.missed < best.missed) best = tried;
    }
  return flat(best?.rate ?? 0, horizon);
};

/** The rate at the end, and by how much the sums of the weeks were missed on the way, each from what came before it. */
function fade(history: readonly number[], chanceWeight: number, sizeWeight: number) {
  const start = history.slice(0, 4 * WEEK);
  const sold = start.filter((value) => value > 0);
  let chance = start.length === 0 ? 0 : sold.length / start.length;
  let size = sold.length === 0 ? 0 : sold.reduce((sum, value) => sum + value, 0) / sold.length;
  let [missed, week, said] = [0, 0, chance * size * WEEK];
  for (const [index, value] of history.entries()) {
    if (index < 4 * WEEK) continue;
    week += value;
    chance += chanceWeight * ((value > 0 ? 1 : 0) - chance);
    if (value > 0) size = size === 0 ? value : size + sizeWeight * (value - size);
    if (index % WEEK !== WEEK - 1) continue;
    missed += Math.abs(week - said);
    [week, said] = [0, chance * size * WEEK];
  }
  return { missed, rate: chance * size };
}

/** What those that know a week say on average: it is seldom the best, and seldom far off (J. Bates, C. Granger, "The combination of forecasts", Operational Research Quarterly 20, 1969). */
const together: Method = (history, horizon) => {
  const said = [weekdayMean, level, dampedTrend, tsb].map((method) => method(history, horizon));
  return Array.from({ length: horizon }, (_, day) => said.reduce((sum, one) => sum + (one[day] ?? 0), 0) / said.length);
};

export const METHODS = {
  holt_winters: holtWinters,
  weekday_mean: weekdayMean,
  croston,
  tsb,
  level,
  damped_trend: dampedTrend,
  together,
} as const;
export type MethodName = keyof typeof METHODS;
