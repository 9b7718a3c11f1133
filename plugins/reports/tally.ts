/** What a file of a report has beside its lines: the columns with that of the other period, and the sums of the very lines that went by. */
import { toSafe } from "../../kernel/decimal.ts";
import type { Column, Line } from "./domain.ts";
import { type Ready, ratiosOf } from "./reading.ts";

/** the column of the other period */
export const BEFORE = "before";

export type Value = string | number | null | undefined;

/** With that of the other period, if one is asked for. */
export function columnsOf({ report, asked, columns }: Ready): Column[] {
  const unit = report.columns.find(({ key }) => key === report.compare)?.unit ?? "money";
  return asked.before ? [...columns, { key: BEFORE, unit, sum: true }] : [...columns];
}

export const amountOf = (line: Line, { key }: Column): Value => (key === BEFORE ? line.before : line.values[key]);

/** Adds up what goes by, so that the foot is of the very lines above it. */
export function tallyOf(ready: Ready) {
  const columns = columnsOf(ready);
  // a share that is shown may be of columns that are not
  const summed = [...new Map([...ready.report.columns, ...columns].map((one) => [one.key, one])).values()].filter(
    ({ sum }) => sum,
  );
  const shown = new Set(columns.flatMap(({ key, sum, ratio }) => (sum || ratio ? [key] : [])));
  const sums = new Map(summed.map(({ key }) => [key, 0n]));
  let count = 0;
  const totals = (): Record<string, Value> => {
    const added = Object.fromEntries([...sums].map(([key, sum]) => [key, toSafe(sum)]));
    return Object.fromEntries(Object.entries(ratiosOf(ready.report, added)).filter(([key]) => shown.has(key)));
  };
  return {
    add(batch: readonly Line[]) {
      count += batch.length;
      for (const line of batch)
        for (const column of summed) {
          const value = amountOf(line, column);
          if (typeof value === "number") sums.set(column.key, (sums.get(column.key) ?? 0n) + BigInt(value));
        }
    },
    count: () => count,
    /** By key, of what is added up and its shares. */
    totals,
    /** Undefined: there is nothing to add up. */
    foot: () => (count > 0 && columns.some(({ sum }) => sum) ? totals() : undefined),
  };
}
