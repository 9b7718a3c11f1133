/** Several apps on one database: each knows what the others know, also after a long sleep; jobs that meet. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { pino } from "pino";
import { systemClock } from "../../../kernel/clock.ts";
import { startKernel } from "../../../kernel/kernel.ts";
import { type ApiClient, createApiClient } from "../../../test/harness/api-client.ts";
import { CALM, openShop, people, type RunningKernel, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { textsAfter, textsOf } from "../../inventory/queries/texts.ts";
import { createEngine } from "../engine.ts";
import { replaceSome, replaceTogether } from "../queries/together.ts";
import { findable, type Good, stock } from "./corner-shop.ts";

// by name alone the first would stand first
const GOODS: Good[] = [
  ["B1", "Galletas Ducales", "Despensa", "4000"],
  ["B2", "Galletas Saltín", "Despensa", "4000"],
];

describe("several apps on one database", () => {
  let shop: Shop;
  let manager: ApiClient;
  let ids: Map<string, number>;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    ids = await stock(manager, GOODS);
  });
  after(() => shop?.close());

  const managerAt = async ({ url }: RunningKernel): Promise<ApiClient> => {
    const { username, password } = people.manager;
    const door = () => url.replace(/\/$/, "");
    const login = await createApiClient(door).post<{ access_token: string }>("/api/v1/auth/login", {
      username,
      password,
    });
    assert.equal(login.status, 200, login.text);
    return createApiClient(door, login.body.access_token);
  };

  it("a new product is found at both within a second of being made, by the record of each", async () => {
    const other = await startKernel({ ...CALM, env: { ...shop.env, PORT: "0" } });
    try {
      const instances = [
        { kernel: shop.kernel, client: manager, least: Number.POSITIVE_INFINITY },
        { kernel: other, client: await managerAt(other), least: Number.POSITIVE_INFINITY },
      ];
      await findable(instances[1]?.client ?? manager, "galletas", "B2");
      // a machine that is busy with other things may be late: it is not each time
      for (let n = 0; n < 20 && instances.some(({ least }) => least > 1); n++) {
        const before = await Promise.all(instances.map(({ kernel }) => lagsOf(kernel)));
        const made = { sku: `T${n}`, name: `Turrón surtido${n}`, price: "1000" };
        assert.equal((await manager.post("/api/v1/products", made)).status, 201);
        for (const [at, one] of instances.entries()) {
          await findable(one.client, `surtido${n}`, `T${n}`);
          const [was, is] = [before[at], await lagsOf(one.kernel)];
          assert.equal(is.count, (was?.count ?? 0) + 1, "each change is recorded once");
          one.least = Math.min(one.least, is.sum - (was?.sum ?? 0));
        }
      }
      for (const { least } of instances) assert.ok(least > 0 && least <= 1, `${least} s`);
    } finally {
      await other.stop();
    }
  });

  it("what sells stands first at both, whichever of them has the job", async () => {
    const other = await startKernel({ ...CALM, env: { ...shop.env, PORT: "0" } });
    try {
      const there = await managerAt(other);
      await findable(there, "galletas", "B2");
      const first = async (client: ApiClient) =>
        (await client.get<{ suggestions: string[] }>("/api/v2/ai/search/suggestions?q=galle")).body.suggestions[0];
      for (const client of [manager, there]) assert.equal(await first(client), "Galletas Ducales");
      const sale = { items: [{ code: "B2", quantity: "5" }], payments: [{ method: "cash", amount: "20000" }] };
      const sold = await manager.post("/api/v1/sales", sale, { key: randomUUID() });
      assert.equal(sold.status, 201, sold.text);
      await shop.kernel.jobs.runNow("ai-search", "refresh-recommendations");
      for (const client of [manager, there]) await until(async () => (await first(client)) === "Galletas Saltín");
    } finally {
      await other.stop();
    }
  });

  it("who slept while changes were forgotten reads everything again, and nobody else does", async () => {
    const inventory = {
      textsAfter: (id: number, limit: number) => textsAfter(shop.db, id, limit),
      textsOf: (some: readonly number[]) => textsOf(shop.db, some),
    };
    const open = () =>
      createEngine({
        db: shop.kernel.db,
        clock: systemClock,
        log: pino({ level: "silent" }),
        inventory,
        synonyms: async () => [],
      });
    const [asleep, awake] = [open(), open()];
    const finds = (engine: typeof awake, word: string) => (engine.search(word, 5)?.hits.length ?? 0) > 0;
    const follows = (engine: typeof awake, word: string) =>
      until(() => {
        engine.wake();
        return finds(engine, word);
      });
    try {
      for (const engine of [asleep, awake]) await follows(engine, "ducales");
      const builtAt = awake.state().builtAt;
      await manager.patch(`/api/v1/products/${ids.get("B1")}`, { name: "Galletas Festival" });
      await follows(awake, "festival");
      await shop.db.raw("UPDATE search_changes SET created_at = now() - interval '25 hours'");
      await shop.kernel.jobs.runNow("ai-search", "forget-searches");
      await shop.kernel.jobs.runNow("ai-search", "forget-searches");
      await manager.patch(`/api/v1/products/${ids.get("B2")}`, { name: "Galletas Noel" });
      for (const engine of [awake, asleep]) await follows(engine, "noel");
      assert.deepEqual([finds(asleep, "festival"), finds(asleep, "ducales")], [true, false]);
      assert.equal(awake.state().builtAt, builtAt, "it missed nothing");
      const { rows } = await shop.db.raw("SELECT count(*)::int AS n FROM search_changes");
      assert.equal(rows[0].n, 2, "the mark, and what changed since");
    } finally {
      await Promise.all([asleep.stop(), awake.stop()]);
    }
  });

  it("what goes together is counted by the night and by the minute at once", async () => {
    const [productId = 0, otherId = 0] = ids.values();
    const pairs = [{ productId, otherId, together: 2, sales: 3, score: 0.5 }];
    let told = () => {};
    const written = new Promise<void>((resolve) => {
      told = resolve;
    });
    let night: Promise<void> | undefined;
    await shop.kernel.db.transaction(async (tx) => {
      await replaceSome(tx, [productId], pairs, []);
      night = shop.kernel.db.transaction((other) => {
        told();
        return replaceTogether(other, pairs, []);
      });
      await written;
      await until(async () => {
        const { rows } = await shop.db.raw(
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        return rows[0].n > 0;
      });
    });
    await night;
    const { rows } = await shop.db.raw("SELECT product_id, other_id, together FROM bought_together");
    assert.deepEqual(rows, [{ product_id: productId, other_id: otherId, together: 2 }]);
  });
});

/** How often, and for how many seconds in all, an instance did not find a change yet. */
async function lagsOf({ metrics }: RunningKernel): Promise<{ count: number; sum: number }> {
  const text = await metrics.text();
  const figure = (end: string) => Number(new RegExp(`^pos_search_index_lag_seconds_${end} (.+)$`, "m").exec(text)?.[1]);
  return { count: figure("count"), sum: figure("sum") };
}
