/** Statements of accounts, and what everybody owes by its age: pages, table and API. */
import { Readable } from "node:stream";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json, page, stream } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Statements } from "../accounts/statements.ts";
import type { Register } from "../customers.ts";
import {
  receivableJson,
  receivableRow,
  statementCsv,
  statementJson,
  statementModel,
  totalRows,
  totalsJson,
} from "../present-accounts.ts";
import { customerParams } from "../schema.ts";
import { receivablesAnswer, receivablesQuery, statementAnswer, statementQuery } from "../schema-accounts.ts";
import { READ } from "./shared.ts";

export function accountRoutes(parts: { register: Pick<Register, "get">; statements: Statements }): Route[] {
  const { register, statements } = parts;
  const ask = { access: READ, params: customerParams, query: statementQuery } as const;
  return [
    route({
      method: "GET",
      path: "/customers/:id/statement",
      surface: "page",
      ...ask,
      handle: async ({ params, query, shop, text }) => {
        const statement = await statements.statement(await register.get(params.id), query, shop);
        const model = statementModel(statement, await statements.aging(params.id, shop), shop, text);
        return page("customers/statement", model);
      },
    }),
    route({
      method: "GET",
      path: "/customers/:id/statement.csv",
      surface: "page",
      ...ask,
      handle: async ({ params, query, shop, text }) => {
        const statement = await statements.statement(await register.get(params.id), query, shop);
        const name = `${text.t("customers.statement.file")}-${params.id}-${statement.from}-${statement.to}.csv`;
        return stream(
          "text/csv; charset=utf-8",
          Readable.from([Buffer.from(statementCsv(statement, shop, text))]),
          name,
        );
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/:id/statement",
      surface: "v1",
      ...ask,
      summary: "The account from a day to a day, with opening and closing balance, and the age of what is owed today",
      returns: { 200: statementAnswer },
      handle: async ({ params, query, shop }) => {
        const statement = await statements.statement(await register.get(params.id), query, shop);
        return json(statementJson(statement, await statements.aging(params.id, shop)));
      },
    }),
    route({
      method: "GET",
      path: "/receivables",
      surface: "page",
      access: READ,
      query: receivablesQuery,
      handle: async ({ query, shop, text }) => {
        const after = readCursor(query.cursor, ["number", "number"]);
        const [found, totals] = await Promise.all([
          statements.receivables(after, query.limit, shop),
          statements.totals(shop),
        ]);
        const { rows, next } = pageOf(found, query.limit, (one) => [one.balanceMinor, one.id]);
        return page("customers/receivables", {
          title: text.t("customers.receivables.title"),
          heads: ["d30", "d60", "d90", "older"].map((age) => text.t(`customers.receivables.ages.${age}`)),
          rows: rows.map((one) => receivableRow(one, shop, text)),
          totals: totalRows(totals, text),
          next: next === null ? undefined : `/receivables?cursor=${next}`,
          first: query.cursor === undefined ? undefined : "/receivables",
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/receivables",
      surface: "v1",
      access: READ,
      query: receivablesQuery,
      summary:
        "Who owes, most first, by the age of what is owed (payments pay the oldest charge first), with a reminder to send",
      returns: { 200: receivablesAnswer },
      handle: async ({ query, shop, text }) => {
        const after = readCursor(query.cursor, ["number", "number"]);
        const found = await statements.receivables(after, query.limit, shop);
        const { rows, next } = pageOf(found, query.limit, (one) => [one.balanceMinor, one.id]);
        const totals = totalsJson(await statements.totals(shop));
        return json({ data: rows.map((one) => receivableJson(one, shop, text)), totals, next_cursor: next });
      },
    }),
  ];
}
