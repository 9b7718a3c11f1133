/** How wide the columns of a printed table are: amounts are never cut, so that they come first, and words share what is left. */

export interface Wanted {
  /** without it what stands there is drawn smaller, or cut */
  needs: number;
  /** with it all of it is there as it is */
  wants: number;
}

/** Together exactly `whole`. */
export function widthsOf(columns: readonly Wanted[], whole: number): number[] {
  const needed = sum(columns.map(({ needs }) => needs));
  const more = columns.map(({ needs, wants }) => Math.max(0, wants - needs));
  const left = whole - needed;
  if (left < 0) return columns.map(({ needs }) => (needs * whole) / needed);
  if (sum(more) > left) return columns.map(({ needs }, at) => needs + ((more[at] ?? 0) * left) / sum(more));
  const all = needed + sum(more);
  return columns.map(({ needs }, at) => ((needs + (more[at] ?? 0)) * whole) / all);
}

const sum = (all: readonly number[]) => all.reduce((a, b) => a + b, 0);
