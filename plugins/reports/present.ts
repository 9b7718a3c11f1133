/** Reports as people read them, as programs do, and as cells of a sheet. */
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { Text } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { TableCell } from "../../kernel/sheets/table.ts";
import type { Asked, Column, Dimension, Line, Range } from "./domain.ts";
import { shareOf } from "./reading.ts";

type Value = string | number | null | undefined;

const RATE_SCALE = 2;

/** A day without an hour: no zone moves it. */
export const dateOf = (day: string, text: Text) => text.date(new Date(`${day}T12:00:00Z`), "UTC");

/** Days from one to another, or the one. */
export function rangeTold({ from, to }: Range, text: Text): string {
  return from === to ? dateOf(from, text) : text.t("reports.range", { from: dateOf(from, text), to: dateOf(to, text) });
}

/** The days asked for, and those that they are set against. */
export function periodTold({ range, before }: Pick<Asked, "range" | "before">, text: Text): string {
  const told = rangeTold(range, text);
  return before ? `${told}, ${text.t("reports.compare.against", { period: rangeTold(before, text) })}` : told;
}

/** What a line is about. */
export function labelOf(dimension: Dimension, { key, name }: Pick<Line, "key" | "name">, text: Text): string {
  switch (dimension) {
    case "day":
      return dateOf(key, text);
    case "hour":
      return `${key}:00`;
    case "weekday":
      return text.t(`reports.weekdays.${key}`);
    case "tender": {
      // more than one line of a tender: of what, and of whom, stands behind it
      const [code = key] = key.split(":");
      return name ?? (text.has(`pos.tender.${code}`) ? text.t(`pos.tender.${code}`) : code);
    }
    case "tax": {
      const [rate = "0", kind = ""] = key.split("-");
      return `${text.rate(Number(rate))} · ${text.t(`reports.values.tax_kind.${kind}`)}`;
    }
    default:
      return name ?? (text.has(`reports.none.${dimension}`) ? text.t(`reports.none.${dimension}`) : key);
  }
}

/** As it stands on a page; nothing is a dash. */
export function toldOf({ key, unit, coded }: Column, value: Value, currency: string, text: Text): string {
  if (value === null || value === undefined) return "—";
  if (typeof value === "string") {
    if (unit === "date") return dateOf(value, text);
    return coded ? text.t(`reports.values.${key}.${value}`) : value;
  }
  switch (unit) {
    case "money":
      return text.money(value, currency);
    case "quantity":
      return text.quantity(value);
    case "rate":
      return text.rate(value);
    default:
      return text.integer(value);
  }
}

/** As programs read it: amounts as decimal strings, counts and basis points as numbers. */
export function jsonOf({ unit }: Column, value: Value, currency: string): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (unit === "money") return formatDecimal(value, currencyDigits(currency));
  return unit === "quantity" ? formatDecimal(value, QUANTITY_SCALE) : value;
}

/** A cell: amounts as numbers, rates in percent, days as dates. */
export function cellOf(column: Column, value: Value, currency: string, text: Text): TableCell {
  if (value === null || value === undefined) return "";
  if (typeof value === "string" && column.unit === "date") return { day: value };
  if (typeof value === "string") return column.coded ? text.t(`reports.values.${column.key}.${value}`) : value;
  return { amount: value, scale: scaleOf(column.unit, currency) };
}

function scaleOf(unit: Column["unit"], currency: string): number {
  if (unit === "money") return currencyDigits(currency);
  if (unit === "quantity") return QUANTITY_SCALE;
  return unit === "rate" ? RATE_SCALE : 0;
}

export function titleOf({ key, title = key }: Column, text: Text): string {
  return text.t(`reports.columns.${title}`);
}

export function headOf(column: Column, text: Text): string {
  return column.unit === "rate" ? `${titleOf(column, text)} (%)` : titleOf(column, text);
}

/** Of a sheet, whose cells are bare numbers. `days`: which they are, if others than those asked for. */
export function sheetHeadOf(column: Column, currency: string, text: Text, days?: Range): string {
  const head = days ? `${headOf(column, text)}: ${rangeTold(days, text)}` : headOf(column, text);
  return column.unit === "money" ? `${head} (${currency})` : head;
}

/** How much more or less than before, with its sign. */
export function changeOf(now: Value, before: number | null, text: Text): string {
  if (typeof now !== "number" || before === null) return "";
  const bp = shareOf(now - before, before);
  if (bp === null) return "—";
  return bp > 0 ? `+${text.rate(bp)}` : text.rate(bp);
}

export const isNumber = ({ unit }: Column) => unit !== "text" && unit !== "date";
