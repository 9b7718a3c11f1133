/** What people search for and take, for whoever looks after the catalogue; a choice is marked on the way to the product. */
import { page, redirect } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import { SHEET_FORMATS, type Table, tableReply } from "../../../kernel/sheets/table.ts";
import { chosenParams, daysQuery, forgetForm } from "../schema-log.ts";
import type { Days, Searching } from "../statistics.ts";
import { daysAsked, SHOWN } from "./days.ts";
import type { RouteParts } from "./parts.ts";

const access = { permission: "search.statistics" } as const;
const EXPORTED = 10_000;
const HEAD = ["query", "times", "without", "chosen", "slowest", "last"] as const;

interface Asked {
  query: { from?: string | undefined; to?: string | undefined };
  shop: Shop;
}

export function logPages({ statistics, journal, audit, transaction, clock }: RouteParts): Route[] {
  const daysOf = (request: Asked) => daysAsked(request, clock);

  async function tableOf(days: Days, text: Text): Promise<Table> {
    const rows = await statistics.ranked(days, "most", EXPORTED);
    return {
      head: HEAD.map((name) => text.t(`ai-search.log.${name}`)),
      rows: (async function* () {
        yield rows.map((one) => [
          one.query,
          { amount: one.times, scale: 0 },
          { amount: one.without, scale: 0 },
          { amount: one.chosen, scale: 0 },
          { amount: Math.round(one.slowestMs * 100), scale: 2 },
          one.last.toISOString(),
        ]);
      })(),
    };
  }

  return [
    route({
      method: "GET",
      path: "/search/log",
      surface: "page",
      access,
      query: daysQuery,
      handle: async (request) => {
        const { text, shop } = request;
        const days = daysOf(request);
        const [totals, searchers, ...lists] = await Promise.all([
          statistics.totals(days),
          statistics.searchers(),
          ...RANKINGS.map((ranking) => statistics.ranked(days, ranking, SHOWN)),
        ]);
        const share = totals.offered === 0 ? 0 : Math.round((totals.chosen / totals.offered) * 10_000);
        return page("ai-search/log", {
          title: text.t("ai-search.log.title"),
          from: days.from,
          to: days.to,
          files: SHEET_FORMATS.map((format) => ({
            name: format.toUpperCase(),
            path: `/search/log.${format}?${new URLSearchParams({ from: days.from, to: days.to })}`,
          })),
          totals: text.t("ai-search.log.totals", {
            searches: totals.searches,
            without: totals.without,
            chosen: totals.chosen,
            offered: totals.offered,
            share: text.rate(share),
          }),
          times: text.t("ai-search.log.times_of", {
            median: milliseconds(totals.medianMs, text),
            p95: milliseconds(totals.p95Ms, text),
            slowest: milliseconds(totals.slowestMs, text),
          }),
          searchers: searchers.map(({ id, username, fullName }) => ({ value: id, label: `${fullName} (${username})` })),
          lists: RANKINGS.map((ranking, index) => ({
            title: text.t(`ai-search.log.${ranking}`),
            rows: (lists[index] ?? []).map((one) => rowOf(one, text, shop)),
          })),
        });
      },
    }),
    ...SHEET_FORMATS.map((format) =>
      route({
        method: "GET",
        path: `/search/log.${format}`,
        surface: "page",
        access,
        query: daysQuery,
        handle: async (request) => {
          const { text, session, address } = request;
          const days = daysOf(request);
          const table = await tableOf(days, text);
          const { id, username } = session.user;
          await transaction((tx) =>
            audit(tx, {
              user: { id, username },
              address,
              action: "search.exported",
              subject: "searches",
              after: { from: days.from, to: days.to, format },
            }),
          );
          return tableReply(table, format, text.locale, text.t("ai-search.log.file"));
        },
      }),
    ),
    route({
      method: "GET",
      path: "/search/chosen/:search/:id",
      surface: "page",
      access: { permission: "inventory.read" },
      params: chosenParams,
      handle: async ({ params, session }) => {
        journal.chosen({ token: params.search, productId: params.id, userId: session.user.id });
        return redirect(`/products/${params.id}`);
      },
    }),
    route({
      method: "POST",
      path: "/search/log/forget",
      surface: "page",
      access,
      body: forgetForm,
      handle: async ({ body, session, address }) => {
        await journal.flush();
        await statistics.forgetUser({ user: session.user, address }, body.user_id);
        return redirect("/search/log", { flash: { text: "ai-search.flash.forgotten_other" } });
      },
    }),
    route({
      method: "POST",
      path: "/search/forget",
      surface: "page",
      access: { permission: "inventory.read" },
      handle: async ({ session, address }) => {
        await journal.flush();
        await statistics.forgetUser({ user: session.user, address }, session.user.id);
        return redirect("/search", { flash: { text: "ai-search.flash.forgotten" } });
      },
    }),
  ];
}

const RANKINGS = ["without", "most", "slow"] as const;

function milliseconds(amount: number, text: Text): string {
  return text.quantity(Math.round(amount * 10) * 100);
}

function rowOf(one: Searching, text: Text, shop: Shop) {
  return {
    query: one.query,
    path: `/search?${new URLSearchParams({ q: one.query })}`,
    times: text.integer(one.times),
    without: text.integer(one.without),
    chosen: text.integer(one.chosen),
    slowest: milliseconds(one.slowestMs, text),
    last: text.dateTime(one.last, shop.timeZone),
  };
}
