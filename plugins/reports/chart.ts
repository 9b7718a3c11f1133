/**
 * Where the bars of a chart stand: plain SVG, drawn by a view on the server. Coordinates are those of its viewBox; amounts are integers of
 * any unit. No library: the maintained ones need a document of a browser (Observable Plot) or bring megabytes (vega); see ADR 20.
 */

export interface Datum {
  label: string;
  /** as it is told: `$ 12.500` */
  told: string;
  value: number;
  /** in the other period */
  before?: { told: string; value: number } | undefined;
  href?: string | undefined;
}

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DrawnDatum extends Datum {
  bar: Bar;
  barBefore: Bar | undefined;
  /** where its label stands; undefined: too near to another, or to the edge */
  text: { x: number; y: number } | undefined;
  /** where its amount stands, of ranks */
  amount: { x: number; y: number } | undefined;
}

export interface Chart {
  kind: "time" | "ranks";
  width: number;
  height: number;
  data: DrawnDatum[];
  /** where nothing is: y of a chart in time, x of ranks */
  zero: number;
  /** what its scale ends at, as it is told */
  top: { y: number; told: string } | undefined;
}

const TIME = { width: 720, height: 250, left: 4, right: 4, top: 24, bottom: 28 };
const RANKS = { width: 480, row: 44, bar: 14, text: 15, left: 2, right: 2 };
/** of labels below bars, so that they do not touch */
const LABEL_EVERY = 96;
/** in ranks; the table has them all */
export const MOST_RANKS = 12;

export function drawChart(kind: "time" | "ranks", data: readonly Datum[], tell: (value: number) => string): Chart {
  return kind === "time" ? drawTime(data, tell) : drawRanks(data.slice(0, MOST_RANKS));
}

/** Bars side by side. What is below zero hangs below the line. */
function drawTime(data: readonly Datum[], tell: (value: number) => string): Chart {
  const { width, height, left, right, top, bottom } = TIME;
  const [lowest, highest] = reach(data);
  const inner = height - top - bottom;
  const y = (value: number) => round(top + (inner * (highest - value)) / (highest - lowest));
  const zero = y(0);
  const step = (width - left - right) / Math.max(data.length, 1);
  const every = Math.max(1, Math.ceil(LABEL_EVERY / step));
  // the first that is not cut at the edge, and from there at the same distance
  const firstLabel = Math.max(0, Math.ceil((LABEL_EVERY / 2 - left) / step - 0.5));
  const isLabelled = (index: number, middle: number) =>
    index >= firstLabel && (index - firstLabel) % every === 0 && middle <= width - LABEL_EVERY / 2;
  const two = data.some(({ before }) => before !== undefined);
  const thick = Math.max(1, Math.min(48, step * (two ? 0.4 : 0.75)));
  const bar = (value: number, x: number): Bar => ({
    x: round(x),
    y: Math.min(y(value), zero),
    width: round(thick),
    height: round(Math.abs(y(value) - zero)),
  });
  return {
    kind: "time",
    width,
    height,
    zero,
    top: { y: top, told: tell(highest) },
    data: data.map((one, index) => {
      const middle = left + step * (index + 0.5);
      return {
        ...one,
        bar: bar(one.value, two ? middle : middle - thick / 2),
        barBefore: one.before === undefined ? undefined : bar(one.before.value, middle - thick),
        text: isLabelled(index, middle) ? { x: round(middle), y: height - 8 } : undefined,
        amount: undefined,
      };
    }),
  };
}

/** Bars below each other, each with its name and amount above it, so that they can be read on a phone. */
function drawRanks(data: readonly Datum[]): Chart {
  const { width, row, bar: thick, text, left, right } = RANKS;
  const [lowest, highest] = reach(data);
  const x = (value: number) => round(left + ((width - left - right) * (value - lowest)) / (highest - lowest));
  const zero = x(0);
  const two = data.some(({ before }) => before !== undefined);
  const tall = row + (two ? thick : 0);
  const bar = (value: number, y: number): Bar => ({
    x: Math.min(x(value), zero),
    y,
    width: round(Math.abs(x(value) - zero)),
    height: thick - 2,
  });
  return {
    kind: "ranks",
    width,
    height: Math.max(1, data.length) * tall,
    zero,
    top: undefined,
    data: data.map((one, index) => {
      const y = index * tall;
      return {
        ...one,
        label: cut(one.label),
        bar: bar(one.value, y + text + 6),
        barBefore: one.before === undefined ? undefined : bar(one.before.value, y + text + 6 + thick),
        text: { x: left, y: y + text },
        amount: { x: width - right, y: y + text },
      };
    }),
  };
}

/** The ends of the scale; nothing is always on it, and it is never empty. */
function reach(data: readonly Datum[]): [number, number] {
  const all = data.flatMap(({ value, before }) => [value, before?.value ?? 0]);
  const lowest = all.reduce((a, b) => Math.min(a, b), 0);
  const highest = all.reduce((a, b) => Math.max(a, b), 0);
  return lowest === highest ? [0, 1] : [lowest, highest];
}

/** beside the amount; its whole name is its title and in the table */
function cut(label: string): string {
  return label.length <= 32 ? label : `${label.slice(0, 31)}…`;
}

const round = (value: number) => Math.round(value * 100) / 100;
