/** Finding products by what people type, and what goes well with them. Without it the database searches as before. */
import { performance } from "node:perf_hooks";
import { z } from "zod";
import { on, onMany } from "../../kernel/events/event.ts";
import { authenticatorRef } from "../../kernel/http/session.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { optionalRef } from "../../kernel/service.ts";
import { customersRef } from "../customers/api.ts";
import { inventoryRef, productsChanged, stockMoved } from "../inventory/api.ts";
import { createAdviser } from "./adviser.ts";
import { createAnalysis } from "./analysis/analysis.ts";
import { createAsked } from "./asked.ts";
import { createEngine } from "./engine.ts";
import { errors } from "./errors.ts";
import { createJournal } from "./journal.ts";
import { createPopularity } from "./popularity.ts";
import { searchRecords } from "./privacy.ts";
import { DEMAND_CHANGED, forgetChanges, recordChanges } from "./queries/changes.ts";
import { createRecommend } from "./recommend.ts";
import { analysisApi } from "./routes/analysis.ts";
import { searchApi } from "./routes/api-v2.ts";
import { logPages } from "./routes/log.ts";
import { logApi } from "./routes/log-api.ts";
import { modelsApi } from "./routes/models-v2.ts";
import { searchPages } from "./routes/pages.ts";
import { synonymRoutes } from "./routes/synonyms.ts";
import { createSearch } from "./search.ts";
import { createModels } from "./semantic/models.ts";
import { logDays } from "./settings.ts";
import { createStatistics } from "./statistics.ts";
import { createSuggest } from "./suggest.ts";
import { createSynonymLists } from "./synonyms.ts";
import { createTogether } from "./together.ts";

const DAY_MS = 86_400_000;
const LAG_BUCKETS = [0.1, 0.25, 0.5, 0.75, 1, 2, 5, 30];

export const plugin = definePlugin({
  name: "ai-search",
  kernel: KERNEL_VERSION,
  optional: true,
  paths: ["/api/v2/ai", "/search"],
  needs: { inventory: inventoryRef, customers: optionalRef(customersRef), people: optionalRef(authenticatorRef) },
  errors,
  settings: [logDays],
  permissions: { "search.statistics": { roles: ["manager"] }, "search.synonyms": { roles: ["manager"] } },
  config: z.object({
    SEARCH_QUIET_SECONDS: z.coerce
      .number()
      .int()
      .min(0)
      .max(86_400)
      .default(30)
      .describe("seconds without a changed product before the model of meanings is fitted by itself"),
  }),
  setup({ config, db, clock, log, audit, settings, services, metrics, stores }) {
    const { inventory, customers } = services;
    const synonyms = createSynonymLists({ db, clock, audit });
    const popularity = createPopularity({ clock, log, inventory });
    const asked = createAsked({ db, clock, log });
    const lag = metrics.histogram({
      name: "pos_search_index_lag_seconds",
      help: "from the change of a product until this instance finds it so",
      buckets: LAG_BUCKETS,
    });
    const engine = createEngine({
      db,
      clock,
      log,
      inventory,
      synonyms: synonyms.groups,
      onDemand: () => {
        void popularity.refresh();
        void asked.refresh();
      },
      onLag: (seconds) => lag.observe(seconds),
    });
    const models = createModels({
      db,
      clock,
      log,
      inventory,
      catalogue: {
        ready: () => engine.state().ready,
        size: () => engine.state().products,
        text: engine.text,
        ids: engine.ids,
      },
      quietMs: config.SEARCH_QUIET_SECONDS * 1000,
    });
    engine.follow(models);
    const { space } = models;
    const search = createSearch({ engine, inventory, space });
    const suggest = createSuggest({ engine, popularity, asked });
    const recommend = createRecommend({ db, engine, inventory, space });
    const clockMs = () => performance.now();
    const together = createTogether({ db, clock, inventory });
    const journal = createJournal({ db, clock, log, clockMs, isKept: async () => (await settings.get(logDays)) > 0 });
    const statistics = createStatistics({
      db,
      clock,
      audit,
      names: async (ids) => (await services.people?.names?.(ids)) ?? [],
    });
    const analysis = createAnalysis({ engine, inventory });
    const { transaction } = db;
    const read = { search, suggest, recommend, analysis, engine, models, statistics };
    const parts = { ...read, journal, synonyms, clock, audit, transaction, clockMs };
    customers?.keep(searchRecords({ db, journal }));
    inventory.registerAdviser(createAdviser({ engine, analysis, recommend, search, journal }));
    inventory.registerFinder(async (query, limit, { storeId, userId }) => {
      const started = clockMs();
      const found = await search.ids(query, limit);
      // who asks joins those whose barcode ends so, and they are found as well
      const results = new Set([...found.ending, ...found.sure, ...found.guesses]).size;
      // the till asks for one to know whether there is any
      if (limit > 1)
        journal.note(
          { query, place: "till", userId, results, milliseconds: clockMs() - started },
          await stores.shopOf(storeId),
        );
      return found;
    });
    return {
      routes: [searchPages, searchApi, modelsApi, analysisApi, logPages, logApi, synonymRoutes].flatMap((routes) =>
        routes(parts),
      ),
      on: [
        on(productsChanged, "tell-all-instances", ({ payload, occurredAt }, tx) =>
          recordChanges(tx, payload.productIds, occurredAt),
        ),
        onMany(
          stockMoved,
          "count-what-goes-together",
          (events, tx) =>
            together.moved(
              tx,
              events.map(({ payload }) => payload),
            ),
          { gatherMs: 1000 },
        ),
      ],
      jobs: [
        {
          name: "refresh-recommendations",
          cron: "23 4 * * *",
          run: async ({ log }) => {
            // one instance has the job, each counts for itself
            await transaction((tx) => recordChanges(tx, [DEMAND_CHANGED]));
            log.info({ pairs: await together.refresh() }, "what goes together was counted");
          },
        },
        {
          name: "count-new-sales",
          cron: "* * * * *",
          run: async ({ signal }) => {
            await together.catchUp(signal);
          },
        },
        {
          name: "fit-model",
          cron: "47 4 * * *",
          run: ({ signal }) => models.refitIfChanged(signal),
        },
        {
          name: "forget-searches",
          cron: "53 3 * * *",
          run: async ({ log }) => {
            await transaction((tx) => forgetChanges(tx, new Date(clock.now().getTime() - DAY_MS)));
            await statistics.tidy();
            log.info({ gone: await statistics.forget(await settings.get(logDays)) }, "old searches are gone");
          },
        },
      ],
      nav: [
        { key: "search", path: "/search", permission: "inventory.read", order: 45, rare: true },
        { key: "state", path: "/search/state", permission: "search.statistics", order: 96, rare: true },
        { key: "synonyms", path: "/search/synonyms", permission: "search.synonyms", order: 97, rare: true },
      ],
      async start() {
        // a stored model is read while the catalogue is
        models.wake();
        engine.start();
        journal.start();
      },
      async stop() {
        await Promise.all([engine.stop(), models.stop(), journal.stop()]);
      },
    };
  },
});
