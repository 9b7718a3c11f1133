/** Reports for programs: one address each, so that its columns are described. */
import { z } from "zod";
import { formatDecimal } from "../../../kernel/decimal.ts";
import { encodeCursor } from "../../../kernel/http/cursor.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { currencyDigits } from "../../../kernel/money.ts";
import type { Column, Report } from "../domain.ts";
import { jsonOf, labelOf, titleOf } from "../present.ts";
import type { Reading } from "../reading.ts";
import { documentsQuery, reportApiQuery, reportParams } from "../schema.ts";
import { nextOf, offsetOf, place, READ } from "./shared.ts";

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const range = z.strictObject({ from: z.string(), to: z.string() });

export function reportsApi({ reading }: { reading: Reading }): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/reports",
      surface: "v1",
      access: READ,
      summary: "The reports that you may see, with the columns of each",
      returns: {
        200: z.strictObject({
          data: z.array(
            z.strictObject({
              name: z.string(),
              title: z.string(),
              group: z.string(),
              dimension: z.string(),
              has_period: z.boolean(),
              columns: z.array(z.strictObject({ key: z.string(), unit: z.string(), title: z.string() })),
            }),
          ),
        }),
      },
      handle: async (request) =>
        json({
          data: reading.list(request).map((report) => ({
            name: report.name,
            title: request.text.t(`reports.names.${report.name}`),
            group: report.group,
            dimension: report.dimension,
            has_period: report.period,
            columns: report.columns.map((column) => ({
              key: column.key,
              unit: column.unit,
              title: titleOf(column, request.text),
            })),
          })),
        }),
    }),
    ...reading.offered.map((report) => oneReport(report, reading)),
    documentsRoute(reading),
  ];
}

function oneReport(report: Report, reading: Reading): Route {
  return route({
    method: "GET",
    path: `/api/v1/reports/${report.name}`,
    surface: "v1",
    access: { ...READ, also: reading.needs(report) },
    store: place,
    query: reportApiQuery,
    summary: `Report ${report.name}: ${report.columns.map(({ key, unit }) => `${key} (${unit})`).join(", ")}. Rates are basis points; totals are of all lines`,
    returns: { 200: answerOf(report) },
    handle: async (request) => {
      const { query, text } = request;
      const ready = await reading.ready(report.name, query, request);
      const offset = offsetOf(query.cursor);
      const { lines, count, sums } = await reading.page(ready, { offset, limit: query.limit });
      const { asked, columns } = ready;
      const compared = report.columns.find(({ key }) => key === report.compare);
      const told = (values: Record<string, string | number | null>, of: readonly Column[]) =>
        Object.fromEntries(of.map((column) => [column.key, jsonOf(column, values[column.key], asked.currency)]));
      const before = (value: number | null) =>
        asked.before && compared ? { before: jsonOf(compared, value, asked.currency) } : {};
      return json({
        report: report.name,
        currency: asked.currency,
        range: report.period ? asked.range : null,
        compared_with: asked.before ? { from: asked.before.from, to: asked.before.to } : null,
        count,
        totals: {
          ...told(
            sums,
            columns.filter(({ sum, ratio }) => sum || ratio),
          ),
          ...before(sums["before"] ?? null),
        },
        data: lines.map((line) => ({
          key: line.key,
          name: labelOf(report.dimension, line, text),
          ...told(line.values, columns),
          ...before(line.before),
        })),
        next_cursor: nextOf(offset, lines.length, count),
      });
    },
  });
}

function answerOf(report: Report) {
  const shapeOf = ({ unit, sum, cost }: Column) => {
    const one =
      unit === "money" || unit === "quantity" ? decimal : unit === "text" || unit === "date" ? z.string() : z.int();
    const value = sum ? one : one.nullable();
    return cost ? value.optional() : value;
  };
  const shape = (columns: readonly Column[]) => Object.fromEntries(columns.map((one) => [one.key, shapeOf(one)]));
  const compared = report.columns.find(({ key }) => key === report.compare);
  const before = compared ? { before: shapeOf(compared).nullable().optional() } : {};
  return z.strictObject({
    report: z.literal(report.name),
    currency: z.string(),
    range: range.nullable(),
    compared_with: range.nullable(),
    count: z.int(),
    totals: z.strictObject({ ...shape(report.columns.filter(({ sum, ratio }) => sum || ratio)), ...before }),
    data: z.array(z.strictObject({ key: z.string(), name: z.string(), ...shape(report.columns), ...before })),
    next_cursor: z.string().nullable(),
  });
}

function documentsRoute(reading: Reading): Route {
  return route({
    method: "GET",
    path: "/api/v1/reports/:name/documents",
    surface: "v1",
    access: READ,
    store: place,
    params: reportParams,
    query: documentsQuery,
    summary: "The sales, returns and voids behind one line of a report of sales, newest first; `key` is the line's",
    returns: {
      200: z.strictObject({
        data: z.array(
          z.strictObject({
            id: z.int(),
            number: z.string(),
            kind: z.enum(["sale", "return", "void"]),
            business_date: z.string(),
            created_at: z.string(),
            store_id: z.int(),
            cashier: z.string(),
            currency: z.string(),
            total: decimal,
          }),
        ),
        next_cursor: z.string().nullable(),
      }),
    },
    handle: async (request) => {
      const { params, query } = request;
      const ready = await reading.ready(params.name, query, request);
      const before = query.cursor === undefined ? undefined : offsetOf(query.cursor);
      const rows = await reading.documents(ready, request, query.key, { before, limit: query.limit });
      const shown = rows.slice(0, query.limit);
      const last = shown.at(-1);
      return json({
        data: shown.map((one) => ({
          id: one.id,
          number: one.number,
          kind: one.kind,
          business_date: one.businessDate,
          created_at: one.createdAt.toISOString(),
          store_id: one.storeId,
          cashier: one.userName,
          currency: one.currency,
          total: formatDecimal(one.totalMinor, currencyDigits(one.currency)),
        })),
        next_cursor: rows.length > query.limit && last ? encodeCursor([last.id]) : null,
      });
    },
  });
}
