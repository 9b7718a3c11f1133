/** The log of searches for programs. */
import { kernelErrors } from "../../../kernel/errors.ts";
import { empty, json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { chosenBody, daysQuery, forgetQuery, historyAnswer, historyQuery, statsAnswer } from "../schema-log.ts";
import type { Searching } from "../statistics.ts";
import { daysAsked, SHOWN } from "./days.ts";
import type { RouteParts } from "./parts.ts";

const access = { permission: "inventory.read" } as const;
const STATISTICS = "search.statistics";

export function logApi({ statistics, journal, clock }: RouteParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v2/ai/search/history",
      surface: "v2",
      access,
      query: historyQuery,
      summary: "What the person searched for, newest first",
      returns: { 200: historyAnswer },
      handle: async ({ query, session }) => {
        const rows = await statistics.history(session.user.id, query.limit);
        return json({ data: rows.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() })) });
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v2/ai/search/history",
      surface: "v2",
      access,
      query: forgetQuery,
      summary:
        "Forgets who searched: the person's own searches, or, for whoever may see the statistics, those of `user_id`; what was searched for stays in the figures",
      returns: { 204: null },
      handle: async ({ query, session, address, can }) => {
        const userId = query.user_id ?? session.user.id;
        if (userId !== session.user.id && !can(STATISTICS)) throw kernelErrors.FORBIDDEN();
        await journal.flush();
        await statistics.forgetUser({ user: session.user, address }, userId);
        return empty();
      },
    }),
    route({
      method: "POST",
      path: "/api/v2/ai/search/chosen",
      surface: "v2",
      access,
      body: chosenBody,
      summary: "Which result was taken of an own search, by the `search_id` of its answer; the first choice stays",
      returns: { 204: null },
      handle: async ({ body, session }) => {
        journal.chosen({ token: body.search_id, productId: body.product_id, userId: session.user.id });
        return empty();
      },
    }),
    route({
      method: "GET",
      path: "/api/v2/ai/stats",
      surface: "v2",
      access: { permission: STATISTICS },
      query: daysQuery,
      summary:
        "Searches between two days of the shop, without dates the last thirty: how many, how many found nothing, of how many a result was taken, how long they took, and which they were",
      returns: { 200: statsAnswer },
      handle: async (request) => {
        const days = daysAsked(request, clock);
        const [totals, most, without, slow] = await Promise.all([
          statistics.totals(days),
          statistics.ranked(days, "most", SHOWN),
          statistics.ranked(days, "without", SHOWN),
          statistics.ranked(days, "slow", SHOWN),
        ]);
        return json({
          from: days.from,
          to: days.to,
          searches: totals.searches,
          without_results: totals.without,
          offered: totals.offered,
          chosen: totals.chosen,
          median_ms: totals.medianMs,
          p95_ms: totals.p95Ms,
          slowest_ms: totals.slowestMs,
          most: most.map(searchingJson),
          without: without.map(searchingJson),
          slow: slow.map(searchingJson),
        });
      },
    }),
  ];
}

function searchingJson({ query, times, without, chosen, slowestMs, last }: Searching) {
  return { query, times, without_results: without, chosen, slowest_ms: slowestMs, last: last.toISOString() };
}
