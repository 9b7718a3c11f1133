import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { discoverPlugins, type FoundPlugin, projectRoots } from "../../kernel/discover.ts";
import type { Needs } from "../../kernel/service.ts";
import { createApiClient } from "../harness/api-client.ts";
import { testDatabase } from "../harness/postgres.ts";
import { openShop, people, type Shop } from "../harness/shop.ts";
import { openSystem, type System } from "./system.ts";

describe("5: deleting a plugin's folder leaves a system that boots", () => {
  let url: string;
  let drop: () => Promise<void>;
  let all: FoundPlugin[];
  let system: System | undefined;
  before(async () => {
    ({ url, drop } = await testDatabase());
    all = await discoverPlugins(projectRoots(), []);
    const first = await openSystem(all, { url });
    await first.close();
  });
  afterEach(async () => {
    await system?.close();
    system = undefined;
  });
  after(() => drop());

  it("each in turn, with those that cannot be without it; its data waits for it", async () => {
    const before = await tables();
    for (const gone of all) {
      const kept = without(gone, all);
      system = await openSystem(kept, { url });
      assert.equal((await system.get("/health/live")).status, 200, `without ${gone.definition.name}`);
      const owners = new Set(system.kernel.routes.map(({ owner }) => owner));
      assert.ok(!owners.has(gone.definition.name));
      await system.close();
      system = undefined;
    }
    assert.deepEqual(await tables(), before);
    // and back again: nothing is migrated twice
    system = await openSystem(all, { url });
    assert.ok(!system.lines.some(({ msg }) => msg === "migrations applied"));
  });

  async function tables(): Promise<string[]> {
    const bare = await openSystem([], { url });
    const { rows } = await bare.kernel.db.primary.raw(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
    );
    await bare.close();
    return rows.map((row: { tablename: string }) => row.tablename);
  }
});

/** The plugins that can go on when one is gone. */
function without(gone: FoundPlugin, all: FoundPlugin[]): FoundPlugin[] {
  const kept = all.filter((one) => one !== gone);
  const offered = new Set(kept.map(({ definition }) => definition.provides?.id));
  const stranded = kept.find(({ definition }) =>
    Object.values((definition.needs ?? {}) as Needs).some((ref) => !ref.optional && !offered.has(ref.id)),
  );
  return stranded ? without(stranded, kept) : kept;
}

describe("7: two kernels in one process", () => {
  let north: Shop;
  let south: Shop;
  before(async () => {
    [north, south] = await Promise.all([openShop(), openShop()]);
  });
  after(async () => {
    await Promise.all([north?.close(), south?.close()]);
  });

  it("two shops at once: neither sees the other's products, people or sessions", async () => {
    const [inNorth, inSouth] = await Promise.all([north.api("admin"), south.api("admin")]);
    const product = { sku: "TINTO", name: "Tinto", price: "2500" };
    assert.equal((await inNorth.post("/api/v1/products", product)).status, 201);
    assert.equal((await inSouth.get("/api/v1/products/by-code/TINTO")).status, 404);
    assert.equal((await inSouth.post("/api/v1/products", { ...product, price: "3000" })).status, 201);

    await north.api("manager");
    const { username, password } = people.manager;
    const stranger = await south.api();
    assert.equal((await stranger.post("/api/v1/auth/login", { username, password })).status, 401);

    const { body } = await (await north.api()).post<{ access_token: string }>("/api/v1/auth/login", {
      username,
      password,
    });
    assert.equal((await createApiClient(() => north.url, body.access_token).get("/api/v1/products")).status, 200);
    assert.equal((await createApiClient(() => south.url, body.access_token).get("/api/v1/products")).status, 401);
  });

  it("one closes, the other goes on", async () => {
    await north.close();
    assert.equal((await (await south.api("admin")).get("/api/v1/products/by-code/TINTO")).status, 200);
  });
});
