/** The search page of the staff, and the page of the index: its state, and what people look for and do not find. */
import { page, redirect } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { storeOptions } from "../../../kernel/stores/store.ts";
import { fold } from "../../../kernel/text.ts";
import { countsBlind } from "../../inventory/api.ts";
import { modelCard, resultRow } from "../present.ts";
import { pageQuery } from "../schema.ts";
import { statusOf } from "../semantic/status.ts";
import type { RouteParts } from "./parts.ts";
import { storeAsked } from "./store.ts";

const LIMIT = 30;
const SUGGESTIONS = 8;
/** a browser without scripts asks again so often while the model is fitted */
const REFRESH_SECONDS = 3;

export function searchPages({ search, suggest, journal, engine, models, analysis, clockMs }: RouteParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/search",
      surface: "page",
      access: { permission: "inventory.read" },
      query: pageQuery,
      store: storeAsked,
      fragments: { "search-results": "ai-search/_results" },
      handle: async ({ query: { q = "", store_id: asked }, text, shop, stores, session, can }) => {
        const started = clockMs();
        const found = q === "" ? undefined : await search.find(q, {}, shop.storeId, LIMIT);
        const milliseconds = clockMs() - started;
        const searched = { query: q, place: "page" as const, userId: session.user.id, milliseconds };
        const token = found ? journal.note({ ...searched, results: found.total }, shop) : undefined;
        const linkTo = (words: string) => ({
          words,
          path: `/search?${new URLSearchParams({ q: words, ...(asked ? { store_id: String(asked) } : {}) })}`,
        });
        const nearest = found?.results.length === 0 ? await analysis.nearest(q) : undefined;
        return page("ai-search/search", {
          title: text.t("ai-search.page.title"),
          q,
          stores: storeOptions(stores),
          store: shop.storeId,
          // what is typed already is no way to go on
          suggestions: suggest(q, SUGGESTIONS)
            .filter((words) => fold(words) !== fold(q))
            .map(linkTo),
          asked: q !== "",
          ready: engine.state().ready,
          corrected: found?.corrected.map((one) => text.t("ai-search.page.corrected", one)) ?? [],
          meant: nearest?.words && linkTo(nearest.words),
          category: nearest?.category && {
            name: nearest.category.name,
            path: `/products?category_id=${nearest.category.id}`,
          },
          results: found?.results.map((one) => resultRow(one, token, shop, text, countsBlind(can))) ?? [],
        });
      },
    }),
    route({
      method: "GET",
      path: "/search/state",
      surface: "page",
      access: { permission: "search.statistics" },
      fragments: { model: "ai-search/_model" },
      handle: async ({ text, shop }) => {
        const state = engine.state();
        const model = modelCard(await statusOf(models), shop, text);
        return page("ai-search/state", {
          title: text.t("ai-search.state.title"),
          ...model,
          ...(model.fitting ? { refresh: REFRESH_SECONDS } : {}),
          ready: state.ready,
          products: text.integer(state.products),
          terms: text.integer(state.terms),
          built: state.builtAt && text.dateTime(state.builtAt, shop.timeZone),
          builtMs: text.integer(state.builtMs),
        });
      },
    }),
    route({
      method: "POST",
      path: "/search/state/rebuild",
      surface: "page",
      access: { permission: "search.statistics" },
      handle: async () => {
        await engine.rebuild();
        return redirect("/search/state", { flash: { text: "ai-search.flash.rebuilt" } });
      },
    }),
    route({
      method: "POST",
      path: "/search/state/fit",
      surface: "page",
      access: { permission: "search.statistics" },
      handle: async () => {
        await models.refit();
        return redirect("/search/state", { flash: { text: "ai-search.flash.fitting" } });
      },
    }),
  ];
}
