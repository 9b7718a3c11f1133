/** Statements of accounts, and what everybody owes by its age: pages, table and API. */
import { Readable } from "node:stream";
import { z } from "zod";
import type { Clock } from "../../../kernel/clock.ts";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json, page, stream } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Statements } from "../accounts/statements.ts";
import type { Register } from "../customers.ts";
import {
  listRow,
  receivableJson,
  receivableRow,
  statementCsv,
  statementJson,
  statementModel,
  totalRows,
  totalsJson,
} from "../present-accounts.ts";
import type { Reminders } from "../reminders/reminders.ts";
import { customerParams } from "../schema.ts";
import { receivablesAnswer, receivablesQuery, statementAnswer, statementQuery } from "../schema-accounts.ts";
import { hoursSaid } from "./reminders.ts";
import { READ, REMIND } from "./shared.ts";

/** as many as somebody prints */
const MOST_LISTED = 2000;
const OVERS = ["0", "30", "60", "90"];

export function accountRoutes(parts: {
  register: Pick<Register, "get">;
  statements: Statements;
  reminders: Pick<Reminders, "last" | "possible" | "hours" | "notBefore">;
  clock: Clock;
}): Route[] {
  const { register, statements, reminders, clock } = parts;
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
      handle: async ({ query, shop, text, can }) => {
        const after = readCursor(query.cursor, ["number", "number"]);
        const { over, limit } = query;
        const [found, totals] = await Promise.all([
          statements.receivables(after, limit, shop, over),
          statements.totals(shop, over),
        ]);
        const { rows, next } = pageOf(found, limit, (one) => [one.balanceMinor, one.id]);
        const last = await reminders.last(rows.map(({ id }) => id));
        const filtered = over === undefined ? "" : `over=${over}`;
        return page("customers/receivables", {
          title: text.t("customers.receivables.title"),
          heads: ["d30", "d60", "d90", "older"].map((age) => text.t(`customers.receivables.ages.${age}`)),
          rows: rows.map((one) =>
            receivableRow(one, { shop, text, last: last.get(one.id), mails: reminders.possible() }),
          ),
          totals: totalRows(totals, text),
          over: over === undefined ? "" : String(over),
          overs: OVERS.map((value) => ({
            value,
            label: text.t("customers.receivables.over", { days: Number(value) }),
          })),
          all: text.t("customers.receivables.over_all"),
          list: `/receivables/list${filtered && `?${filtered}`}`,
          hours: await hoursSaid(reminders, shop, text),
          mayRemind: can(REMIND) && reminders.possible() && over !== undefined && rows.length > 0,
          next:
            next === null
              ? undefined
              : `/receivables?${new URLSearchParams({ cursor: next })}${filtered && `&${filtered}`}`,
          first: query.cursor === undefined ? undefined : `/receivables${filtered && `?${filtered}`}`,
        });
      },
    }),
    route({
      method: "GET",
      path: "/receivables/list",
      surface: "page",
      access: READ,
      query: z.strictObject({ over: receivablesQuery.shape.over }),
      handle: async ({ query: { over }, shop, text }) => {
        const found = await statements.receivables(undefined, MOST_LISTED, shop, over);
        const rows = found.slice(0, MOST_LISTED);
        const last = await reminders.last(rows.map(({ id }) => id));
        return page("customers/receivables-list", {
          title: text.t("customers.receivables.title"),
          shop: shop.name,
          about: [
            text.t("customers.receivables.as_of", { at: text.dateTime(clock.now(), shop.timeZone) }),
            over === undefined ? "" : text.t("customers.receivables.over", { days: over }),
          ]
            .filter(Boolean)
            .join(" · "),
          rows: rows.map((one) => listRow(one, { shop, text, last: last.get(one.id) })),
          more: found.length > MOST_LISTED ? text.t("customers.receivables.more", { most: MOST_LISTED }) : undefined,
          back: over === undefined ? "/receivables" : `/receivables?over=${over}`,
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
        "Who owes, most first, by the age of what is owed (payments pay the oldest charge first), with a reminder to send; `over`: only debts older than so many days",
      returns: { 200: receivablesAnswer },
      handle: async ({ query, shop, text }) => {
        const after = readCursor(query.cursor, ["number", "number"]);
        const found = await statements.receivables(after, query.limit, shop, query.over);
        const { rows, next } = pageOf(found, query.limit, (one) => [one.balanceMinor, one.id]);
        const totals = totalsJson(await statements.totals(shop, query.over));
        return json({ data: rows.map((one) => receivableJson(one, shop, text)), totals, next_cursor: next });
      },
    }),
  ];
}
