/** From times at several sizes to how they grow: the slope of log time over log size, of all sizes and of the last two. */
import { type Figure, median } from "../stats.ts";

/** linear is 1 */
const MOST = 0.5;
const short = new Intl.NumberFormat("en", { notation: "compact" });

interface About {
  /** what the sizes are of */
  what: string;
  /** a size that was not measured: what the slope says of it */
  until?: number;
}

/** `samples`: of each name the milliseconds at each size. */
export function figuresOf(samples: ReadonlyMap<string, number[][]>, sizes: readonly number[], about: About): Figure[] {
  return [...samples].flatMap(([name, taken]) => {
    const times = taken.map((some) => median(some));
    const raw = Object.fromEntries(taken.map((some, at) => [String(sizes[at]), some]));
    const figure = (where: string, from: number): Figure => ({
      name: `${name}: growth with ${about.what}${where}, linear is 1`,
      value: growthOf(sizes.slice(from), times.slice(from)),
      unit: "",
      beside: besideOf(sizes, times, from, about),
      samples: times,
      goal: { atMost: MOST },
    });
    const all = { ...figure("", 0), raw };
    // in a line through many sizes the last ones have little weight, and there it is that a scan of a table shows
    return sizes.length > 2 ? [all, figure(" from the last size but one", sizes.length - 2)] : [all];
  });
}

/** The exponent: time grows as size to its power. */
export function growthOf(sizes: readonly number[], times: readonly number[]): number {
  return slope(sizes.map(Math.log10), times.map(Math.log10));
}

/** What the last time becomes at another size if it goes on like that; never less than it is. */
export function extrapolated(sizes: readonly number[], times: readonly number[], until: number): number {
  const exponent = Math.max(0, growthOf(sizes, times));
  return (times.at(-1) ?? Number.NaN) * (until / (sizes.at(-1) ?? Number.NaN)) ** exponent;
}

function besideOf(sizes: readonly number[], times: readonly number[], from: number, { until }: About): string {
  const [ours, theirs] = [sizes.slice(from), times.slice(from)];
  const tenfold = `${slope(ours.map(Math.log10), theirs).toFixed(1)} ms each tenfold`;
  const each = theirs.map((ms, at) => `${ms.toFixed(1)} ms at ${short.format(ours[at] ?? 0)}`).join(", ");
  const then =
    until === undefined
      ? []
      : [`by this slope ${extrapolated(ours, theirs, until).toFixed(1)} ms at ${short.format(until)}`];
  return [tenfold, `p50 ${each}`, ...then].join("; ");
}

/** Of the straight line that misses the points least. */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const over = xs.reduce((sum, one, at) => sum + (one - x) * ((ys[at] ?? 0) - y), 0);
  return over / xs.reduce((sum, one) => sum + (one - x) ** 2, 0);
}
