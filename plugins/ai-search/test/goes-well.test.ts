/** What is bought together, as sales are rung and come back; on the cart, on a product's page, and never in a cashier's way. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { type Good, stock } from "./corner-shop.ts";

interface Answer {
  recommendations: { sku: string; recommendation_reason: string }[];
}

// nothing is like anything: what is alike does not help what is sold together
const GOODS: Good[] = [
  ["PAN", "Pan tajado", "Panadería", "8900"],
  ["CAFE", "Café molido", "Despensa", "17900"],
  ["LECHE", "Leche entera", "Lácteos", "5600"],
  ["AZUCAR", "Azúcar morena", "Granos", "4200"],
  ["JABON", "Jabón azul", "Aseo", "3100"],
];

describe("what goes well together", () => {
  let shop: Shop;
  let manager: ApiClient;
  let browser: Browser;
  let ids: Map<string, number>;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    browser = await shop.browser("employee");
    ids = await stock(manager, GOODS);
  });
  after(() => shop?.close());

  const ring = async (...skus: string[]): Promise<number> => {
    const items = skus.map((code) => ({ code, quantity: "1" }));
    const sale = { items, payments: [{ method: "cash", amount: "100000" }] };
    const answer = await manager.post<{ id: number }>("/api/v1/sales", sale, { key: randomUUID() });
    assert.equal(answer.status, 201, answer.text);
    return answer.body.id;
  };
  /** After the events of all sales have arrived. */
  const counted = async () => {
    await until(async () => {
      const { rows } = await shop.db.raw(
        "SELECT count(*)::int AS n FROM outbox_deliveries WHERE handler = 'ai-search/count-what-goes-together' AND done_at IS NULL",
      );
      return rows[0].n === 0;
    });
    await shop.kernel.jobs.runNow("ai-search", "count-new-sales");
  };
  const partners = async (sku: string) => {
    const path = `/api/v2/ai/products/${ids.get(sku)}/recommendations?algorithm=collaborative&limit=10`;
    return (await manager.get<Answer>(path)).body.recommendations;
  };
  const skusOf = async (sku: string) => (await partners(sku)).map((one) => one.sku);
  const cartOf = async (...skus: string[]): Promise<Page> => {
    let page = await browser.get("/pos/new");
    for (const code of skus) page = await page.submit("#scan-form", { code });
    return page;
  };
  const chips = (page: Page) => page.root.querySelectorAll("#goes-well button");
  const names = (page: Page) => page.root.querySelectorAll("#goes-well button span").map(({ text }) => text);

  it("counts new sales within a minute, without the night, and says how many", async () => {
    await ring("CAFE", "PAN");
    await counted();
    assert.deepEqual(await skusOf("CAFE"), [], "once is chance");
    await ring("CAFE", "PAN");
    await ring("CAFE", "AZUCAR");
    await ring("CAFE", "AZUCAR");
    await ring("CAFE", "PAN");
    await counted();
    assert.deepEqual(await skusOf("CAFE"), ["PAN", "AZUCAR"]);
    assert.match((await partners("CAFE"))[0]?.recommendation_reason ?? "", /3 .*Café molido.* 5 /);
    const { rows } = await shop.db.raw("SELECT * FROM together_moves");
    assert.deepEqual(rows, [], "all of it is counted");
    const before = (await shop.db.raw("SELECT * FROM bought_together ORDER BY 1, 2")).rows;
    await shop.kernel.jobs.runNow("ai-search", "refresh-recommendations");
    assert.deepEqual(
      (await shop.db.raw("SELECT * FROM bought_together ORDER BY 1, 2")).rows,
      before,
      "as the night says",
    );
  });

  it("what came back whole counts for nothing, and a part of it still counts; a voided sale as well", async () => {
    const two = {
      items: [
        { code: "LECHE", quantity: "2" },
        { code: "JABON", quantity: "1" },
      ],
      payments: [{ method: "cash", amount: "100000" }],
    };
    const sales: number[] = [];
    for (let times = 0; times < 3; times++)
      sales.push((await manager.post<{ id: number }>("/api/v1/sales", two, { key: randomUUID() })).body.id);
    await counted();
    const times = async () => Number(/\d+/.exec((await partners("JABON"))[0]?.recommendation_reason ?? "0")?.[0]);
    assert.equal(await times(), 3);
    const giveBack = async (id: number | undefined, quantity: string) => {
      const body = { reason: "dañada", lines: [{ line: 1, quantity }] };
      const answer = await manager.post(`/api/v1/sales/${id}/returns`, body, { key: randomUUID() });
      assert.equal(answer.status, 201, answer.text);
      await counted();
    };
    await giveBack(sales[0], "1");
    assert.equal(await times(), 3, "one of two bottles was kept");
    await giveBack(sales[0], "1");
    assert.equal(await times(), 2);
    const gone = await manager.post(`/api/v1/sales/${sales[1]}/void`, { reason: "mal marcada" }, { key: randomUUID() });
    assert.equal(gone.status, 201, gone.text);
    await counted();
    assert.deepEqual(await skusOf("JABON"), [], "once is chance");
    await shop.kernel.jobs.runNow("ai-search", "refresh-recommendations");
    assert.deepEqual(await skusOf("JABON"), [], "the night says the same");
  });

  it("the cart shows a few with price and reason, and one press adds one", async () => {
    assert.equal(chips(await browser.get("/pos/new")).length, 0, "nothing goes with nothing");
    const page = await cartOf("CAFE");
    const [bread, sugar] = chips(page);
    assert.match(
      bread?.text.replace(/\s+/g, " ") ?? "",
      /Pan tajado \$\s?8\.900.*Se vendió 3 veces con Café molido, de 5 ventas/,
    );
    assert.match(sugar?.text ?? "", /Azúcar/);
    const added = await page.submit("#goes-well form", {});
    assert.deepEqual(
      added.root.querySelectorAll(".pos-item").map(({ text }) => /Pan|Café/.exec(text)?.[0]),
      ["Pan", "Café"],
    );
    assert.deepEqual(names(added), ["Azúcar morena"], "never what is in the cart");
    assert.equal(
      chips(await cartOf("JABON")).some(({ text }) => /Se vendió/.test(text)),
      false,
    );
  });

  it("stands behind the payment, and takes the cursor from nobody", async () => {
    const page = await cartOf("CAFE");
    const html = page.root.toString();
    assert.ok(html.indexOf('id="pay-form"') < html.indexOf('id="goes-well"'));
    assert.equal(page.root.querySelector("#goes-well [autofocus]"), null);
    const keys = page.root.querySelectorAll("[accesskey]").map((one) => one.getAttribute("accesskey"));
    assert.equal(new Set(keys).size, keys.length, `each key once: ${keys}`);
  });

  it("a scan that swaps the cart does not count: the page asks when scans pause", async () => {
    const page = await cartOf("CAFE");
    const part = await browser.request("GET", page.url, { headers: { "hx-request": "true", "hx-target": "register" } });
    assert.equal(part.root.querySelector("#goes-well")?.childNodes.length, 0);
    const later = part.root.querySelector("[hx-get]");
    assert.match(later?.getAttribute("hx-trigger") ?? "", /^load delay:/);
    const asked = await browser.request("GET", later?.getAttribute("hx-get") ?? "", {
      headers: { "hx-request": "true", "hx-target": "goes-well" },
    });
    assert.equal(asked.root.querySelector("html"), null);
    assert.match(asked.root.querySelector("button")?.text ?? "", /Pan tajado/);
    const whole = await browser.get(later?.getAttribute("hx-get") ?? "");
    assert.match(whole.root.querySelector("main button")?.text ?? "", /Pan tajado/);
    const stranger = await shop.browser("manager");
    assert.equal((await stranger.get(later?.getAttribute("hx-get") ?? "")).status, 404, "somebody else's cart");
  });

  it("never what is out of stock or not sold any more", async () => {
    const { body } = await manager.get<{ on_hand: string }>(`/api/v1/products/${ids.get("PAN")}`);
    const answer = await manager.post(
      "/api/v1/inventory/adjustments",
      { product_id: ids.get("PAN"), quantity: `-${body.on_hand}`, reason: "damaged" },
      { key: randomUUID() },
    );
    assert.equal(answer.status, 201, answer.text);
    assert.match(
      chips(await cartOf("CAFE"))
        .map(({ text }) => text)
        .join(),
      /^(?!.*Pan).*Azúcar/s,
    );
    await manager.delete(`/api/v1/products/${ids.get("AZUCAR")}`);
    assert.doesNotMatch(
      chips(await cartOf("CAFE"))
        .map(({ text }) => text)
        .join(),
      /Azúcar|Pan/,
    );
  });

  it("a product's page says what goes well with it, and why", async () => {
    await ring("CAFE", "LECHE");
    await ring("CAFE", "LECHE");
    await counted();
    const page = await (await shop.browser("manager")).get(`/products/${ids.get("CAFE")}`);
    const section = page.root.querySelector("#goes-with");
    assert.equal(section?.querySelector("a")?.getAttribute("href"), `/products/${ids.get("LECHE")}`);
    assert.match(
      section?.text.replace(/\s+/g, " ") ?? "",
      /Va bien con.*Leche entera.*Se vendió 2 veces con Café molido/,
    );
  });
});
