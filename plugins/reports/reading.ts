/** Reads reports for somebody: only of stores in which the person works and that do business, and costs only for who may see them. */
import { businessDate, type Clock, plusDays } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import { toSafe } from "../../kernel/decimal.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import { divideRounded } from "../../kernel/money.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import { doingBusiness, type Store, type Stores } from "../../kernel/stores/store.ts";
import { countsBlind, SEE_COSTS } from "../inventory/api.ts";
import { type BarOf, barsOf, createBars, daysOn, hoursOn, type Point, WEEKDAYS } from "./axis.ts";
import { REPORTS } from "./catalogue/index.ts";
import { MOST_RANKS } from "./chart.ts";
import type { Asked, Column, Dimension, Line, Report } from "./domain.ts";
import { errors } from "./errors.ts";
import { comparedTo } from "./period.ts";
import { documentsOf, isKey } from "./queries/documents.ts";
import { allLines, linesOf } from "./queries/run.ts";
import type { Filters } from "./schema.ts";

/** days that a report has when none are asked for, today with them */
const USUAL_DAYS = 30;
const BATCH = 1000;
/** single documents are for who sees those of the till */
export const SEE_SALES = "sales.read";

/** Who asks, and as what. */
export interface Reader {
  stores: readonly Store[];
  /** of the store asked for, else the shop as a whole */
  shop: Shop;
  can(permission: string): boolean;
}

/** A report as this person gets it. */
export interface Ready {
  report: Report;
  asked: Asked;
  columns: readonly Column[];
  /** stores that are left out, since they count in another currency */
  otherCurrency: number;
}

/** The bars of a chart, of how many lines; of ranks the first of them. */
export interface Charted {
  points: Point[];
  bar: BarOf;
  of: number;
}

export type Reading = ReturnType<typeof createReading>;

export function createReading(parts: {
  db: Database;
  clock: Clock;
  stores: Pick<Stores, "shopsOf" | "shopOf">;
  /** of every plugin that is there */
  permissions: ReadonlySet<string>;
}) {
  const { db, clock, stores, permissions } = parts;
  /** What this shop has the plugins for. */
  const offered = REPORTS.filter(({ permission }) => permission === undefined || permissions.has(permission));
  const needs = ({ permission, needsCosts }: Report): string[] => [
    ...(permission === undefined ? [] : [permission]),
    ...(needsCosts ? [SEE_COSTS] : []),
  ];
  const mayRead = (report: Report, { can }: Pick<Reader, "can">) => needs(report).every((one) => can(one));

  const find = (name: string): Report => {
    const report = offered.find((one) => one.name === name);
    if (!report) throw errors.REPORT_UNKNOWN();
    return report;
  };

  return {
    offered,
    /** permissions besides that of reading reports */
    needs,
    list: (reader: Pick<Reader, "can">) => offered.filter((one) => mayRead(one, reader)),

    today: ({ shop }: Pick<Reader, "shop">) => businessDate(clock.now(), shop.timeZone, shop.dayCutoffHour),

    /** Throws REPORT_UNKNOWN, FORBIDDEN, a fault of `to` before `from`. */
    async ready(name: string, filters: Filters, reader: Reader): Promise<Ready> {
      const report = find(name);
      if (!mayRead(report, reader)) throw kernelErrors.FORBIDDEN();
      const today = this.today(reader);
      const to = filters.to ?? (filters.from !== undefined && filters.from > today ? filters.from : today);
      const from = filters.from ?? plusDays(to, 1 - USUAL_DAYS);
      if (from > to) throw fieldFault("to", "RANGE", "reports.validation.range");
      const whole = await stores.shopOf(undefined);
      const currency = report.inCosts ? whole.currency : reader.shop.currency;
      const wanted = doingBusiness(reader.stores).filter(
        ({ id }) => filters.store_id === undefined || id === filters.store_id,
      );
      const shopOf = await stores.shopsOf(wanted.map(({ id }) => ({ storeId: id })));
      const same = wanted.filter(({ id }) => report.inCosts || shopOf({ storeId: id }).currency === currency);
      const seesCosts = reader.can(SEE_COSTS) && whole.currency === currency;
      const columns = report.columns.filter(({ cost }) => !cost || seesCosts);
      return {
        report: rankedBy(report, columns),
        columns,
        otherCurrency: wanted.length - same.length,
        asked: {
          range: { from, to },
          before: filters.compare && report.compare ? comparedTo({ from, to }, filters.compare) : undefined,
          storeIds: same.map(({ id }) => id),
          currency,
          today,
          timeZone: reader.shop.timeZone,
          cutoff: reader.shop.dayCutoffHour,
          blind: countsBlind(reader.can),
        },
      };
    },

    async page({ report, asked }: Ready, slice: { offset: number; limit: number }) {
      const { lines, count, sums } = await linesOf(db.replica, report, asked, slice);
      return { lines: lines.map((line) => withRatios(report, line)), count, sums: ratiosOf(report, sums) };
    },

    /** What its chart draws: of the whole answer, of which `shown` is the page at `offset`; of ranks the first. Undefined: it has none. */
    async charted(ready: Ready, shown: { lines: Line[]; count: number }, offset: number): Promise<Charted | undefined> {
      const { report, asked, columns } = ready;
      const { chart, dimension } = report;
      if (!chart || shown.count === 0 || !columns.some(({ key }) => key === chart.measure)) return undefined;
      if (chart.kind === "ranks") {
        const first = offset === 0 ? shown : await this.page(ready, { offset: 0, limit: MOST_RANKS });
        const bars = createBars(chart.measure, "line");
        bars.add(first.lines.slice(0, MOST_RANKS));
        return { points: bars.on(bars.keys()), bar: "line", of: shown.count };
      }
      const bar = dimension === "day" ? barsOf(asked.range) : "line";
      const bars = createBars(chart.measure, bar);
      if (shown.lines.length === shown.count) bars.add(shown.lines);
      else for await (const batch of this.all(ready)) bars.add(batch);
      const keys = bars.keys();
      return { points: bars.on(axisOf(dimension, asked, bar, keys)), bar, of: shown.count };
    },

    /** The documents of one line, newest first, one more than `limit`. Throws FORBIDDEN, a fault of `key`. */
    async documents(
      { report, asked }: Ready,
      { can }: Pick<Reader, "can">,
      key: string,
      slice: { before: number | undefined; limit: number },
    ) {
      if (!can(SEE_SALES)) throw kernelErrors.FORBIDDEN();
      if (!report.documents || !isKey(report.dimension, key)) throw fieldFault("key", "KEY", "reports.validation.key");
      return documentsOf(db.replica, report.dimension, key, asked, slice);
    },

    /** All of it, in batches, in constant memory. */
    async *all({ report, asked }: Ready): AsyncGenerator<Line[]> {
      for await (const batch of allLines(db, report, asked, BATCH)) yield batch.map((line) => withRatios(report, line));
    },
  };
}

function axisOf(dimension: Dimension, { range, today }: Asked, bar: BarOf, keys: readonly string[]): readonly string[] {
  if (dimension === "day") return daysOn(range, bar, today, keys);
  if (dimension === "hour") return hoursOn(keys);
  return dimension === "weekday" ? WEEKDAYS : keys;
}

/** By a figure that the reader sees: the order alone would tell the others. */
function rankedBy(report: Report, columns: readonly Column[]): Report {
  const { rank, rankWithoutCosts, ...rest } = report;
  const seen = [rank, rankWithoutCosts].find((key) => columns.some((column) => column.key === key));
  return seen === undefined ? rest : { ...report, rank: seen };
}

function withRatios(report: Report, line: Line): Line {
  return { ...line, values: ratiosOf(report, line.values) };
}

/** With the shares of columns in others. */
export function ratiosOf<V extends string | number | null>(
  { columns }: Report,
  values: Record<string, V>,
): Record<string, V | number | null> {
  const shares = columns.flatMap(({ key, ratio }) =>
    ratio ? [[key, shareOf(values[ratio[0]], values[ratio[1]])] as const] : [],
  );
  return { ...values, ...Object.fromEntries(shares) };
}

/** In basis points; of nothing there is no share. */
export function shareOf(part: unknown, whole: unknown): number | null {
  if (typeof part !== "number" || typeof whole !== "number" || whole <= 0) return null;
  return toSafe(divideRounded(BigInt(part) * 10_000n, BigInt(whole)));
}
