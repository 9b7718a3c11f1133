/** What becomes of findings between two runs: what happened stays told, what was done is not said again, work is done once. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { createLog } from "../../../kernel/log.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import type { Purchases } from "../../purchases/api.ts";
import type { Facts, Looked, Said } from "../domain.ts";
import { createFindings, type Reader } from "../findings.ts";
import { createShelves } from "../watching/shelves.ts";

const DAY_MS = 86_400_000;
const never = new AbortController().signal;
const log = createLog({ level: "silent", place: undefined, pretty: false, output: "stderr" });

describe("findings between two runs", () => {
  let shop: Shop;
  let productId: number;
  let supplierId: number;
  const clock = handClock("2026-03-02T15:00:00Z");
  const reader = { stores: [{ id: 1, name: "", active: true, training: false }], can: () => true } as unknown as Reader;
  const actor = { user: { id: 1, username: "admin" }, address: "" };

  before(async () => {
    shop = await openShop({ clock });
    const admin = await shop.api("admin");
    const key = () => ({ key: randomUUID() });
    const made = await admin.post<{ id: number }>("/api/v1/products", { sku: "PAN", name: "Pan", price: "10" });
    productId = made.body.id;
    supplierId = (await admin.post<{ id: number }>("/api/v1/suppliers", { name: "Molino" }, key())).body.id;
  });
  after(() => shop?.close());

  const createKept = (purchases?: Pick<Purchases, "order">) =>
    createFindings({
      db: shop.kernel.db,
      clock,
      audit: async () => {},
      stores: { list: async () => reader.stores } as unknown as Parameters<typeof createFindings>[0]["stores"],
      purchases: purchases as Purchases | undefined,
    });
  type Kept = ReturnType<typeof createKept>;
  const standing = async (kept: Kept) => {
    const found = await kept.list(reader, { limit: 100 });
    return found.filter(({ goneAt }) => goneAt === undefined);
  };
  const said = (one: Said): Looked => ({ looked: 1, able: 1, said: [one] });

  it("a sale at an odd hour is told until somebody dismisses it, for two weeks, though no run looks at its day any more", async () => {
    const kept = createKept();
    const facts: Facts["hour"] = {
      day: "2026-03-02",
      hour: 3,
      sales: 1,
      days: 50,
      usualDays: 1,
      number: "X1",
      saleId: 1,
    };
    const odd: Said = { kind: "hour", storeId: 1, subject: "hour:2026-03-02:3", facts, news: ["sales:1"] };
    const quiet = async () => ({ looked: 0, able: 0, said: [] });
    await kept.run("anomaly", async () => said(odd), never);
    for (let day = 0; day < 13; day += 1) {
      clock.advance(DAY_MS);
      await kept.run("anomaly", quiet, never);
      assert.deepEqual(
        (await standing(kept)).map(({ subject }) => subject),
        [odd.subject],
        `day ${day}`,
      );
    }
    const page = await (await shop.browser("admin")).request("GET", "/agents", {
      headers: { "accept-language": "en" },
    });
    assert.match(page.text, /On Mar 2, 2026 there was one sale between 3:00 and 3:59/);
    assert.match(page.text, /Of the 50 days with sales before it, one had a sale at that hour\./);
    const spanish = await (await shop.browser("admin")).get("/agents");
    assert.match(
      spanish.text,
      /El 2[^.]{0,12}2026 hubo una venta entre las 3 y las 3:59, una hora en que casi nunca se vende \(primera: X1; se miraron 50 días\)\./,
    );
    assert.match(spanish.text, /De los 50 días con ventas antes de ese, uno tuvo una venta a esa hora\./);
    clock.advance(2 * DAY_MS);
    await kept.run("anomaly", quiet, never);
    assert.deepEqual(await standing(kept), []);
    // what no longer holds goes at once
    const price: Said = {
      kind: "price",
      storeId: undefined,
      subject: `product:${productId}`,
      facts: { sku: "PAN", name: "Pan", beforeMinor: 1, afterMinor: 10, by: "" },
      news: [],
    };
    await kept.run("anomaly", async () => said(price), never);
    assert.equal((await standing(kept)).length, 1);
    const es = await (await shop.browser("admin")).get("/agents");
    assert.match(es.text, /No quedó escrito quién lo cambió\./);
    await kept.run("anomaly", quiet, never);
    assert.deepEqual(await standing(kept), []);
  });

  it("what is ordered while a run looks is not advised by it again, and by the next if need be", async () => {
    const lines = [
      { productId, sku: "PAN", name: "Pan", unit: "un", quantityMilli: 5000, costMinor: 100, days: 9 },
    ].map((line) => ({ ...line, method: "tsb", errorMilli: 1, naiveMilli: 2, seasonalMilli: 3 }));
    const facts = { supplierId, supplier: "Molino", totalMinor: 500, lines };
    const advice: Said = { kind: "order", storeId: 1, subject: `supplier:${supplierId}`, facts, news: [] };
    const kept = createKept({ order: async () => 7 });
    await kept.run("reorder", async () => said(advice), never);
    const order = async () => {
      const [found] = await standing(kept);
      assert.ok(found);
      await shop.kernel.db.transaction((tx) => kept.order(tx, reader, actor, found.id));
    };
    await kept.run(
      "reorder",
      async () => {
        await order();
        return said(advice);
      },
      never,
    );
    assert.deepEqual(await standing(kept), [], "the run had not seen the order");
    await kept.run("reorder", async () => said(advice), never);
    assert.equal((await standing(kept)).length, 1, "this one has, and advises more");
    // somebody is still at it when a run begins: it waits, and knows of it
    const [found] = await standing(kept);
    let begun: Promise<number> | undefined;
    let early = false;
    await shop.kernel.db.transaction(async (tx) => {
      await kept.order(tx, reader, actor, found?.id ?? 0);
      begun = kept.begin("reorder");
      begun.then(() => {
        early = true;
      });
      await waitingForLock(tx);
      assert.equal(early, false);
    });
    await kept.keep("reorder", (await begun) ?? 0, said(advice));
    assert.equal((await standing(kept)).length, 1);
  });

  /** Until another transaction waits for a lock of this one's. Asked from outside: in a transaction the activity stays what it was. */
  async function waitingForLock(tx: Parameters<Parameters<Shop["kernel"]["db"]["transaction"]>[0]>[0]): Promise<void> {
    const mine = await tx.raw("SELECT pg_backend_pid() AS pid");
    await until(async () => {
      const { rows } = await shop.db.raw(
        "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE ? = ANY(pg_blocking_pids(pid))",
        [mine.rows[0].pid],
      );
      return rows[0].waiting > 0;
    });
  }

  it("what will be sold is worked out once for stock and orders, and one that fails does not silence the other", async () => {
    const kept = createKept();
    let worked = 0;
    const forecasts = {
      async *all() {
        worked += 1;
        yield { storeId: 1, expected: { looked: 0, known: [] } };
        yield { storeId: 2, expected: { looked: 0, known: [] } };
      },
    };
    const run = createShelves({
      findings: kept,
      forecasts,
      agents: {
        stock: async () => ({ looked: 3, able: 2, said: [] }),
        reorder: async () => {
          throw new Error("the plugin that buys fell over");
        },
      },
    });
    const before = await kept.runs(reader);
    await assert.rejects(run({ log, signal: never }), /fell over/);
    assert.equal(worked, 1);
    const runs = new Map((await kept.runs(reader)).map(({ agent, run: told }) => [agent, told]));
    assert.deepEqual([runs.get("stock")?.looked, runs.get("stock")?.able], [6, 4]);
    assert.deepEqual(runs.get("reorder"), before.find(({ agent }) => agent === "reorder")?.run);
    // nor one whose findings cannot be kept
    const looks = async () => ({ looked: 9, able: 1, said: [] });
    const keep: typeof kept.keep = async (name, ...what) =>
      name === "stock" ? assert.fail("no room") : kept.keep(name, ...what);
    const full = createShelves({ findings: { ...kept, keep }, forecasts, agents: { stock: looks, reorder: looks } });
    await assert.rejects(full({ log, signal: never }), /no room/);
    const kepts = new Map((await kept.runs(reader)).map(({ agent, run: told }) => [agent, told]));
    assert.deepEqual([kepts.get("stock")?.looked, kepts.get("reorder")?.looked], [6, 18]);
  });

  it("goods that stand on two pages of a list, renamed meanwhile, are said once", async () => {
    const kept = createKept();
    const low = (name: string): Said => ({
      kind: "low_margin",
      storeId: 1,
      subject: `product:${productId}`,
      facts: { sku: "PAN", name, priceMinor: 10, costMinor: 9, marginBp: 1, targetBp: 2 },
      news: [],
    });
    await kept.run("margin", async () => ({ looked: 2, able: 2, said: [low("Arepa"), low("Pan")] }), never);
    const found = (await standing(kept)).filter(({ agent }) => agent === "margin");
    assert.deepEqual(
      found.map(({ facts }) => "name" in facts && facts.name),
      ["Pan"],
    );
  });
});
