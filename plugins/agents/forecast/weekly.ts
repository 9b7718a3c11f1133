/** Forecasts of a whole week, shared out to its days: a week's sum is what a delivery has to last for, and its noise is the smaller. Pure. */
import type { Method } from "./methods.ts";

const WEEK = 7;
const ALPHAS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8] as const;
const BETAS = [0.05, 0.1, 0.2] as const;
const PHIS = [0.8, 0.9, 0.98] as const;
/** weeks whose mean is the first level */
const START = 4;
/** of these weeks are the weekdays' shares */
const SHARES = 16;
/** as if each weekday had been an average day so often more: of few weeks little is believed */
const SHRINK = 4;

/** The level of the weeks, smoothed exponentially with the weight that missed least one week ahead (R. Brown, "Statistical Forecasting for Inventory Control", 1959). */
export const level: Method = (history, horizon) => {
  const weeks = weeksOf(history);
  let best = { missed: Number.POSITIVE_INFINITY, level: 0 };
  for (const alpha of ALPHAS) {
    const tried = { missed: 0, level: startOf(weeks) };
    for (const [index, sold] of weeks.entries()) {
      if (index >= START) tried.missed += Math.abs(sold - tried.level);
      tried.level += alpha * (sold - tried.level);
    }
    if (tried.missed < best.missed) best = tried;
  }
  const shares = sharesOf(history);
  return Array.from({ length: horizon }, (_, ahead) => Math.max(0, best.level * (shares[ahead % WEEK] ?? 0)));
};

/**
 * The same with a trend that dies away week by week, so that it does not run off (E. Gardner, E. McKenzie, "Forecasting trends in time series",
 * Management Science 31, 1985).
 */
export const dampedTrend: Method = (history, horizon) => {
  const weeks = weeksOf(history);
  let best = { missed: Number.POSITIVE_INFINITY, level: 0, trend: 0, phi: 0 };
  for (const alpha of ALPHAS)
    for (const beta of BETAS)
      for (const phi of PHIS) {
        const tried = { missed: 0, level: startOf(weeks), trend: 0, phi };
        for (const [index, sold] of weeks.entries()) {
          const said = tried.level + phi * tried.trend;
          if (index >= START) tried.missed += Math.abs(sold - said);
          const next = said + alpha * (sold - said);
          tried.trend = phi * tried.trend + beta * (next - tried.level - phi * tried.trend);
          tried.level = next;
        }
        if (tried.missed < best.missed) best = tried;
      }
  const shares = sharesOf(history);
  let { level: week, trend } = best;
  return Array.from({ length: horizon }, (_, ahead) => {
    if (ahead % WEEK === 0) {
      trend *= best.phi;
      week += trend;
    }
    return Math.max(0, week * (shares[ahead % WEEK] ?? 0));
  });
};

/** Sums of whole weeks, the last of which ends with the history; without a whole one the days as if they were one. */
function weeksOf(history: readonly number[]): number[] {
  const weeks: number[] = [];
  for (let end = history.length; end >= WEEK; end -= WEEK) weeks.push(sum(history.slice(end - WEEK, end)));
  if (weeks.length === 0 && history.length > 0) weeks.push((sum(history) / history.length) * WEEK);
  return weeks.reverse();
}

function startOf(weeks: readonly number[]): number {
  const first = weeks.slice(0, START);
  return first.length === 0 ? 0 : sum(first) / first.length;
}

/** What part of a week each of the next seven days has. */
function sharesOf(history: readonly number[]): number[] {
  const recent = history.slice(-SHARES * WEEK);
  const mean = recent.length === 0 ? 0 : sum(recent) / recent.length;
  const days = Array.from({ length: WEEK }, (_, place) => {
    const own = recent.filter((_value, index) => (recent.length - index) % WEEK === (WEEK - place) % WEEK);
    return Math.max(0, (sum(own) + SHRINK * mean) / (own.length + SHRINK));
  });
  const whole = sum(days);
  return days.map((day) => (whole > 0 ? day / whole : 1 / WEEK));
}

function sum(values: readonly number[]): number {
  return values.reduce((so, value) => so + value, 0);
}
