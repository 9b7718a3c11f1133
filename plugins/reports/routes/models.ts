/** What the views of reports are given: decided, told in the reader's language. */
import { encodeCursor } from "../../../kernel/http/cursor.ts";
import type { Model } from "../../../kernel/http/reply.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { doingBusiness, type Store } from "../../../kernel/stores/store.ts";
import type { Line, Range } from "../domain.ts";
import { SCHEDULE } from "../mailing/mailings.ts";
import { COMPARISONS, hasDaysLeft, usualPeriods } from "../period.ts";
import { LONG } from "../preparing/preparing.ts";
import { changeOf, dateOf, headOf, isNumber, labelOf, rangeTold, toldOf } from "../present.ts";
import type { ReportDocument } from "../queries/documents.ts";
import { type Charted, type Ready, SEE_SALES } from "../reading.ts";
import { type Filters, FORMATS } from "../schema.ts";
import { chartModel } from "./charts.ts";
import { scheduleLink } from "./schedules.ts";
import { fieldsOf, searchOf } from "./shared.ts";

interface Request {
  query: Filters;
  text: Text;
  stores: readonly Store[];
  can(permission: string): boolean;
}

interface Shown {
  lines: Line[];
  count: number;
  sums: Record<string, number | null>;
}

export function reportModel(
  parts: {
    ready: Ready;
    shown: Shown;
    next: string | null;
    offset: number;
    counted: { done: number; of: number } | undefined;
    today: string;
    charted: Charted | undefined;
  },
  { query, text, stores, can }: Request,
): Model {
  const { ready, shown, next, offset, counted, today, charted } = parts;
  const { report, asked, columns, otherCurrency } = ready;
  const { name, dimension } = report;
  const title = text.t(`reports.names.${name}`);
  const told = (range: Range) => rangeTold(range, text);
  const compared = report.columns.find(({ key }) => key === report.compare);
  // every line leads on with the very days it was made of
  const filters: Filters = report.period ? { ...query, ...asked.range } : query;
  const pathOf = (key: string) => {
    if (report.path) return report.path(key);
    return report.documents && can(SEE_SALES)
      ? `/reports/${name}/documents${searchOf({ ...filters, compare: undefined }, { key })}`
      : undefined;
  };
  const lines = shown.lines.map((line) => ({
    label: labelOf(dimension, line, text),
    path: pathOf(line.key),
    cells: columns.map((column) => ({
      text: toldOf(column, line.values[column.key], asked.currency, text),
      num: isNumber(column),
    })),
    before: compared && asked.before ? toldOf(compared, line.before, asked.currency, text) : undefined,
    change: report.compare && asked.before ? changeOf(line.values[report.compare], line.before, text) : undefined,
  }));
  return {
    title,
    styles: ["reports/reports.css"],
    name,
    // short names are kept on one line
    brief: ["day", "hour", "weekday", "tax", "range", "shift"].includes(dimension),
    note: report.note ? text.t(`reports.notes.${name}`) : undefined,
    counting: counted && text.t("reports.counting", { done: text.integer(counted.done), of: text.integer(counted.of) }),
    blind: report.tellsStock && asked.blind ? text.t("reports.blind") : undefined,
    otherCurrency: otherCurrency > 0 ? text.t("reports.other_currency", { currency: asked.currency }) : undefined,
    daysLeft:
      dimension === "day" && asked.before && hasDaysLeft(asked.before)
        ? text.t("reports.compare.days_left")
        : undefined,
    period: report.period ? told(asked.range) : text.t("reports.now", { day: dateOf(today, text) }),
    asksPeriod: report.period,
    filter: { from: asked.range.from, to: asked.range.to, store: query.store_id ?? "", compare: query.compare ?? "" },
    periods: report.period
      ? usualPeriods(today).map((one) => ({
          text: text.t(`reports.periods.${one.name}`),
          path: `/reports/${name}${searchOf({ ...query, ...one.range })}`,
        }))
      : [],
    stores: storeChoices(stores, text),
    comparisons: report.compare
      ? [
          { value: "", label: text.t("reports.compare.none") },
          ...COMPARISONS.map((how) => ({ value: how, label: text.t(`reports.compare.${how}`) })),
        ]
      : undefined,
    dimension: text.t(`reports.dimensions.${dimension}`),
    heads: columns.map((column) => ({ text: headOf(column, text), num: isNumber(column) })),
    compared: asked.before ? { before: told(asked.before), change: text.t("reports.compare.change") } : undefined,
    lines,
    foot: footOf(ready, shown, text),
    more:
      shown.count > shown.lines.length
        ? text.t("reports.shown", { shown: offset + shown.lines.length, count: shown.count })
        : undefined,
    next: next === null ? undefined : `/reports/${name}${searchOf(query, { cursor: next })}`,
    schedule: can(SCHEDULE) ? scheduleLink(name, query) : undefined,
    // a form that makes it aside instead of links
    long:
      shown.count > LONG
        ? {
            told: text.t("reports.file.long"),
            fields: Object.entries(fieldsOf(filters)).map(([key, value]) => ({ key, value })),
          }
        : undefined,
    exports: FORMATS.map((format) => ({
      format,
      text: format.toUpperCase(),
      path: `/reports/${name}/export${searchOf(filters, { format })}`,
    })),
    ...chartModel(ready, charted, {
      pathOf,
      pathOfDays: (range) => `/reports/${name}${searchOf({ ...query, compare: undefined, ...range })}`,
      title,
      told,
      text,
    }),
  };
}

function footOf({ report, asked, columns }: Ready, { sums, count }: Shown, text: Text) {
  if (count === 0 || !columns.some(({ sum }) => sum)) return undefined;
  const before = sums["before"] ?? null;
  const compared = report.columns.find(({ key }) => key === report.compare);
  return {
    cells: columns.map((column) => ({
      text: column.sum || column.ratio ? toldOf(column, sums[column.key], asked.currency, text) : "",
      num: isNumber(column),
    })),
    before: compared && asked.before ? toldOf(compared, before, asked.currency, text) : undefined,
    change: report.compare && asked.before ? changeOf(sums[report.compare], before, text) : undefined,
  };
}

/** Undefined while there is nothing to choose. */
function storeChoices(stores: readonly Store[], text: Text) {
  const doing = doingBusiness(stores);
  if (doing.length < 2) return undefined;
  return [
    { value: "", label: text.t("reports.all_stores") },
    ...doing.map(({ id, name }) => ({ value: String(id), label: name })),
  ];
}

export function documentsModel(
  { ready, rows, key, limit }: { ready: Ready; rows: ReportDocument[]; key: string; limit: number },
  { query, text }: Request,
): Model {
  const { report, asked } = ready;
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    title: text.t("reports.documents.title", { title: text.t(`reports.names.${report.name}`) }),
    about: rangeTold(asked.range, text),
    back: `/reports/${report.name}${searchOf(query)}`,
    rows: shown.map((one) => ({
      path: `/sales/${one.id}`,
      number: one.number,
      kind: text.t(`reports.values.kind.${one.kind}`),
      day: dateOf(one.businessDate, text),
      cashier: one.userName,
      total: text.money(one.totalMinor, one.currency),
    })),
    next:
      rows.length > limit && last
        ? `/reports/${report.name}/documents${searchOf(query, { key, limit, cursor: encodeCursor([last.id]) })}`
        : undefined,
  };
}
