/**
 * What is done in a store for training is seen nowhere: all that the program tells is the same before and after, but where it is asked for
 * that store or writes down who did what. The same things done in a store that does business are seen, so that the test can fail.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { addCustomer } from "../../plugins/pos/test/accounts.ts";
import { cash, type Goods, ring, type SaleAnswer, stocked } from "../../plugins/pos/test/till.ts";
import { openStore } from "../../plugins/pos/test/two-stores.ts";
import type { ApiClient } from "../harness/api-client.ts";
import { openShop, type Role, type Shop } from "../harness/shop.ts";
import { until } from "../harness/until.ts";

const TOKEN = "a-token-of-more-than-thirty-two-characters";
const key = () => ({ key: randomUUID() });

/** They tell of every store by design: who did what, the stores' own lists, what the program itself does. */
const TELLS_ALL = /^\/api\/v1\/(audit|registers|stores|users|health|auth|counts|print-jobs|agents$)/;
/** Of what a day at the till changes each, but for what such a day has nothing of. */
const MUST_SHOW = /reports\/.+|^home|^table|^pos_day|\/sales$|\/loss$|movements|history|low-stock/;
const NOTHING_OF_IT =
  /schedules|address|expiry|purchases-by|receivables|reports\/collections|bought_together|store="3"/;
/** Of the shop's figures those that a scrape of itself changes are no part of it. */
const COUNTS_ITSELF =
  /^pos_(http|database|job|outbox|uptime|cache|process|nodejs|memory|build|search|redis|ledger|invariant|backup|figures)|^(process|nodejs)_/;

describe("what is done while people learn", () => {
  let shop: Shop;
  let admin: ApiClient;
  let bread: Goods;
  let milk: Goods;
  let ana: number;
  let paths: string[];

  before(async () => {
    shop = await openShop({ env: { METRICS_TOKEN: TOKEN } });
    admin = await shop.api("admin");
    bread = await stocked(shop, { sku: "PAN", name: "Pan", price: "1000", cost: "600", reorder_point: "90" });
    milk = await stocked(shop, { sku: "LECHE", name: "Leche", price: "3000", cost: "2000" });
    ana = await addCustomer(admin, "Ana Ardila", { credit_limit: "50000" });
    for (const role of ["manager", "employee"] as const) await shop.api(role);
    const { body } = await admin.get<{ paths: Record<string, { get?: unknown }> }>("/api/openapi.json");
    paths = Object.keys(body.paths).filter((path) => body.paths[path]?.get && !path.includes("{"));
    paths = paths.filter((path) => path.startsWith("/api/v1/") && !TELLS_ALL.test(path));
    const reports = paths.filter((path) => /^\/api\/v1\/reports\/(?!schedules|address)[a-z-]+$/.test(path));
    assert.equal(reports.length, 25, reports.join());
    paths.push(...reports.map((path) => `${path}/export?format=csv`));
  });
  after(() => shop?.close());

  /** Everything that a till does in a day, of a sale to the Z report. */
  async function live({ store, register }: { store: number; register: number }): Promise<void> {
    const done = async <T>(what: Promise<{ status: number; text: string; body: T }>): Promise<T> => {
      const answer = await what;
      assert.ok(answer.status < 300, answer.text);
      return answer.body;
    };
    const sell = (items: object[], more: object = {}) =>
      done<SaleAnswer>(ring(admin, { items, payments: cash("90000"), register_id: register, ...more }));
    const first = await sell(
      [
        { code: "PAN", quantity: "3", discount: "100", discount_reason: "golpeado" },
        { code: "LECHE", quantity: "1" },
      ],
      { customer_id: ana },
    );
    const lines = [{ line: 1, quantity: "1" }];
    await done(admin.post(`/api/v1/sales/${first.id}/returns`, { reason: "no era", lines }, key()));
    const wrong = await sell([{ code: "PAN", quantity: "1" }]);
    await done(admin.post(`/api/v1/sales/${wrong.id}/void`, { reason: "error" }, key()));
    await sell([{ code: "PAN", quantity: "40", discount: "30000", discount_reason: "amigo" }]);
    const found = await (await shop.browser("admin")).get(`/search?q=pan&store_id=${store}`);
    assert.equal(found.status, 200);
    const adjusted = { product_id: bread.id, quantity: "-2", reason: "damaged", store_id: store };
    await done(admin.post("/api/v1/inventory/adjustments", adjusted, key()));
    const shift = first.shift_id;
    await done(admin.post(`/api/v1/shifts/${shift}/drawer-openings`, { reason: "Cambio" }, key()));
    await done(
      admin.post(`/api/v1/shifts/${shift}/cash-movements`, { kind: "out", amount: "500", reason: "Taxi" }, key()),
    );
    await done(admin.post(`/api/v1/shifts/${shift}/close`, { total: "1", reason: "falta" }, key()));
  }

  /** They are written down a moment later, in the order in which they came. */
  async function searchesAreWritten(): Promise<void> {
    const query = `nothing ${randomUUID()}`;
    const last = () => shop.db("search_log").where({ query });
    assert.equal((await (await shop.browser("admin")).get(`/search?q=${query}&store_id=1`)).status, 200);
    await until(async () => (await last()).length > 0);
    await last().del();
  }

  /** Without how the parts of the system are just then, which is no deed of anybody's. */
  async function homeOf(role: Role): Promise<string> {
    const { root } = await (await shop.browser(role)).get("/");
    root.querySelector("[aria-labelledby=home-health]")?.remove();
    return root.querySelector("main")?.text ?? "";
  }

  /** All that is told, by what was asked. */
  async function told(): Promise<Map<string, string>> {
    await shop.kernel.outbox.drain();
    await searchesAreWritten();
    for (const [plugin, job] of [
      ["ai-search", "refresh-recommendations"],
      ["agents", "shelves-agents"],
      ["agents", "margin-agent"],
      ["agents", "anomaly-agent"],
    ] as const)
      await shop.kernel.jobs.runNow(plugin, job);
    const found = new Map<string, string>();
    for (const path of paths) {
      const answer = await admin.get(path);
      if (answer.status === 200) found.set(path, answer.text);
    }
    found.set(`/api/v1/customers/${ana}/history`, (await admin.get(`/api/v1/customers/${ana}/history`)).text);
    for (const role of ["admin", "manager", "employee"] satisfies Role[])
      found.set(`home of ${role}`, await homeOf(role));
    const metrics = await (
      await fetch(`${shop.url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })
    ).text();
    for (const line of metrics.split("\n"))
      if (!line.startsWith("#") && !COUNTS_ITSELF.test(line)) found.set(line.replace(/ \S+$/, ""), line);
    for (const table of ["number_ranges", "bought_together", "report_totals", "report_counted", "search_log"]) {
      const { rows } = await shop.db.raw("SELECT to_jsonb(t)::text AS row FROM ?? t ORDER BY 1", [table]);
      found.set(`table ${table}`, JSON.stringify(rows));
    }
    return found;
  }
  const differing = (one: Map<string, string>, other: Map<string, string>) =>
    [...new Set([...one.keys(), ...other.keys()])].filter((what) => one.get(what) !== other.get(what));

  it("is seen nowhere, and the same in a store that does business is", async () => {
    const school = await openStore(admin, { name: "Escuela", training: true }, bread.id);
    await openStore(admin, { name: "Norte" }, bread.id);
    const more = { product_id: milk.id, quantity: "50", reason: "received", store_id: school.store };
    assert.equal((await admin.post("/api/v1/inventory/adjustments", more, key())).status, 201);
    const before = await told();
    await live(school);
    const learnt = await told();
    for (const what of differing(before, learnt)) assert.equal(learnt.get(what), before.get(what), what);
    await live({ store: 1, register: 1 });
    const seen = differing(learnt, await told());
    assert.deepEqual(
      [...learnt.keys()].filter((what) => MUST_SHOW.test(what) && !NOTHING_OF_IT.test(what) && !seen.includes(what)),
      [],
    );
  });
});
