/** What was marked was marked of what was known then: what happens afterwards is told of anew. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import type { AgentName, Finding, Said, State } from "../domain.ts";
import { createFindings, type Reader } from "../findings.ts";
import { saying, type Finding as Told } from "./saying.ts";

const never = new AbortController().signal;

describe("news of what somebody marked", () => {
  let shop: Shop;
  let admin: ApiClient;
  let product: number;
  let kept: ReturnType<typeof createFindings>;
  const clock = handClock("2026-03-02T15:00:00Z");
  const reader = { stores: [{ id: 1, name: "", active: true, training: false }], can: () => true } as unknown as Reader;
  const actor = { user: { id: 1, username: "admin" }, address: "" };

  before(async () => {
    shop = await openShop({ clock });
    admin = await shop.api("admin");
    const made = await admin.post<{ id: number }>("/api/v1/products", { sku: "NUEVO", name: "NUEVO", price: "1000" });
    product = made.body.id;
    const stores = { list: async () => reader.stores } as unknown as Parameters<typeof createFindings>[0]["stores"];
    kept = createFindings({ db: shop.kernel.db, clock, audit: async () => {}, stores, purchases: undefined });
  });
  after(() => shop?.close());

  const looked = () => {
    clock.advance(60_000);
    return shop.kernel.jobs.runNow("agents", "anomaly-agent");
  };
  const found = async () =>
    (await admin.get<{ data: Told[] }>("/api/v1/agents/findings?limit=200&agent=anomaly")).body.data;

  const orderOf = (...products: number[]): Said => ({
    kind: "order",
    storeId: 1,
    subject: "supplier:1",
    facts: { supplierId: 1, supplier: "Molino", totalMinor: products.length, lines: [] },
    news: products.map((id) => `product:${id}`),
  });
  const hourOf = (sales: number, ...userIds: number[]): Said => ({
    kind: "hour",
    storeId: 1,
    subject: "hour:2026-03-02:3",
    facts: { day: "2026-03-02", hour: 3, sales, days: 50, userIds, number: "X1", saleId: 1 },
    news: [`sales:${sales}`, ...userIds.map((id) => `user:${id}`)],
  });

  /** What stands of an agent once it has said so; a day later. */
  async function runs(agent: AgentName, ...said: Said[]): Promise<Finding | undefined> {
    clock.advance(86_400_000);
    await kept.run(agent, async () => ({ looked: 1, able: 1, said }), never);
    const all = await Promise.all(
      [undefined, "dismissed" as const].map((state) => kept.list(reader, { agent, state, limit: 10 })),
    );
    const standing = all.flat();
    assert.ok(standing.length <= 1);
    return standing[0];
  }
  const mark = (found: Finding | undefined, state: Extract<State, "seen" | "dismissed">) =>
    shop.kernel.db.transaction((tx) => kept.set(tx, reader, actor, found?.id ?? 0, state));

  it("a price with a digit too much is told, until it is set right", async () => {
    await looked();
    assert.deepEqual(await found(), []);
    await admin.patch(`/api/v1/products/${product}`, { price: "10000" });
    await looked();
    await saying(
      { shop, admin },
      ({ kind }) => kind === "price",
      /^NUEVO pasó de \$\s?1\.000 a \$\s?10\.000: ¿sobra o falta una cifra\? Lo cambió \S.*\.$/,
      /^NUEVO went from \D*1,000 to \D*10,000: is there a digit too much or too little\? \S.* changed it\.$/,
    );
    // somebody finds it right, and thinks better of it
    const browser = await shop.browser("manager");
    const [jump] = await found();
    const mark = async (state: string, on: string) => {
      const page = await browser.get(`/agents?state=${on}`);
      const form = `#finding-${jump?.id} form[action$='/state']:has(input[value=${state}])`;
      assert.equal((await page.submit(form)).status, 200);
    };
    await mark("dismissed", "");
    assert.deepEqual(await found(), []);
    assert.match((await browser.get("/agents?state=dismissed")).text, /Mostrar de nuevo/);
    await mark("seen", "dismissed");
    assert.deepEqual(
      (await found()).map(({ id, state }) => [id, state]),
      [[jump?.id, "seen"]],
    );
    await mark("dismissed", "");
    await looked();
    assert.deepEqual(await found(), [], "nothing else happened");
    // another one, of which nobody said anything
    await admin.patch(`/api/v1/products/${product}`, { price: "12000" });
    await looked();
    const [another] = await found();
    assert.deepEqual([another?.state, another?.facts["afterMinor"]], ["new", 1_200_000]);
    await admin.patch(`/api/v1/products/${product}`, { price: "1100" });
    await looked();
    assert.deepEqual(await found(), []);
  });

  it("advice that was dismissed is silent while it grows no other product, and then is new", async () => {
    const first = await runs("reorder", orderOf(1, 2));
    const grown = await runs("reorder", orderOf(1, 2, 3));
    assert.equal(grown?.id, first?.id, "nobody has read it");
    await mark(grown, "dismissed");
    for (const products of [[1, 2, 3], [3], [2, 1]]) {
      const still = await runs("reorder", orderOf(...products));
      assert.deepEqual([still?.id, still?.state], [first?.id, "dismissed"], products.join());
    }
    const anew = await runs("reorder", orderOf(1, 4));
    assert.deepEqual([anew?.state, anew?.foundAt], ["new", clock.now()]);
    assert.notEqual(anew?.id, first?.id);
  });

  it("a product that had gone from the advice when it was marked is news of it", async () => {
    const [, less] = [await runs("reorder", orderOf(1, 2)), await runs("reorder", orderOf(1))];
    await mark(less, "seen");
    assert.equal((await runs("reorder", orderOf(1)))?.state, "seen");
    assert.equal((await runs("reorder", orderOf(1, 2)))?.state, "new");
  });

  it("a sale at an odd hour by somebody else, or another one, is no part of what was dismissed", async () => {
    await mark(await runs("anomaly", hourOf(1, 7)), "dismissed");
    assert.equal((await runs("anomaly", hourOf(1, 7)))?.state, "dismissed");
    assert.equal((await runs("anomaly"))?.state, "dismissed", "it stands though no run says it any more");
    const more = await runs("anomaly", hourOf(2, 7, 8));
    assert.equal(more?.state, "new");
    // whoever joined is whom it is about
    const self = { ...actor, user: { id: 8, username: "otro" } };
    const own = shop.kernel.db.transaction((tx) => kept.set(tx, reader, self, more?.id ?? 0, "dismissed"));
    await assert.rejects(own, { code: "FINDING_ABOUT_YOU" });
  });

  it("what was dismissed before news were kept goes on from the next run", async () => {
    const old = await runs("reorder", orderOf(1));
    await mark(old, "dismissed");
    await shop.db.raw("UPDATE agent_findings SET news = NULL WHERE id = ?", [old?.id ?? 0]);
    assert.equal((await runs("reorder", orderOf(1, 2)))?.state, "dismissed");
    assert.equal((await runs("reorder", orderOf(1, 2, 3)))?.state, "new");
  });
});
