/** Who counts does not see what the books say of what is being counted, wherever it is asked. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addProduct, addStocked, type ProductAnswer } from "./shelf.ts";

describe("a blind count", () => {
  let shop: Shop;
  let manager: ApiClient;
  let counter: ApiClient;
  let rice: ProductAnswer;
  let soap: ProductAnswer;
  let kit: ProductAnswer;
  let size: number;
  let count: number;
  let lot: number;
  /** 7319 in any writing */
  const SECRET = /7[.,]?319/;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    counter = await shop.api("employee");
    rice = await addStocked(manager, { sku: "ARROZ", category: "Granos", reorder_point: "9000" }, "7319");
    soap = await addStocked(manager, { sku: "JABON", category: "Aseo" }, "7319");
    kit = await addProduct(manager, { sku: "COMBO" });
    await manager.put(`/api/v1/products/${kit.id}/parts`, { parts: [{ product_id: rice.id, quantity: "1" }] });
    const shirt = await addProduct(manager, { sku: "CAMISA", category: "Granos" });
    await manager.put(`/api/v1/products/${shirt.id}/attributes`, { attributes: [{ name: "Talla", values: ["S"] }] });
    await manager.post(`/api/v1/products/${shirt.id}/variants`, {}, { key: randomUUID() });
    size = shirt.id;
    const { rows } = await shop.db.raw("SELECT id FROM products WHERE parent_id = ?", [shirt.id]);
    const move = (product_id: number, more: object) =>
      manager.post(
        "/api/v1/inventory/adjustments",
        { product_id, quantity: "7319", reason: "received", ...more },
        { key: randomUUID() },
      );
    await move(rows[0].id, {});
    const milk = await addProduct(manager, { sku: "LECHE", category: "Granos" });
    await manager.put(`/api/v1/products/${milk.id}/lots`, { tracks_lots: true });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    await move(milk.id, { lot: "L1", expires_on: tomorrow });
    lot = (await manager.get<{ data: { id: number }[] }>("/api/v1/lots")).body.data[0]?.id ?? assert.fail();
    const { rows: found } = await shop.db.raw("SELECT id FROM categories WHERE name = 'Granos'");
    const body = { category_id: found[0].id };
    count = (await manager.post<{ id: number }>("/api/v1/counts", body, { key: randomUUID() })).body.id;
  });
  after(() => shop.close());

  const hidden = () => [
    "/api/v1/products?q=arroz",
    `/api/v1/products/${rice.id}`,
    "/api/v1/products/by-code/ARROZ",
    `/api/v1/products/${kit.id}`,
    `/api/v1/products/${size}/variants`,
    "/api/v1/inventory/low-stock",
    `/api/v1/inventory/movements?product_id=${rice.id}`,
    `/api/v1/inventory/movements.csv?product_id=${rice.id}`,
    "/api/v1/lots",
    "/api/v1/lots/export.csv",
    `/api/v1/lots/${lot}`,
    `/api/v1/lots/${lot}/movements`,
    `/api/v1/counts/${count}/lines`,
  ];
  const pages = () => [
    "/inventory?low=1",
    "/products?q=arroz",
    `/products/${rice.id}`,
    `/products/${kit.id}`,
    `/inventory/movements?product_id=${rice.id}`,
    "/lots",
    `/lots/${lot}`,
    `/counts/${count}`,
  ];
  const mixed = () => [
    "/api/v1/inventory",
    "/api/v1/inventory/export.csv",
    "/api/v1/products/export.csv",
    "/api/v1/products",
  ];
  const told = async (role: "manager" | "employee") => {
    const { text } = await (await shop.browser(role)).get("/");
    return { low: /en su mínimo/.test(text), lots: /Vencimientos/.test(text) };
  };
  const secrets = (text: string) => text.match(/\b7[.,]?319\b/g)?.length ?? 0;

  it("hides the figure from the counter in the API and on pages, and from nobody else", async () => {
    const browser = await shop.browser("employee");
    for (const path of hidden()) {
      const answer = await counter.get(path);
      assert.equal(answer.status, 200, `${path} ${answer.text}`);
      assert.doesNotMatch(answer.text, SECRET, path);
    }
    for (const path of pages()) {
      const page = await browser.get(path);
      assert.equal(page.status, 200, path);
      assert.doesNotMatch(page.text, SECRET, path);
    }
    // what is not counted stands there still
    for (const path of mixed()) assert.equal(secrets((await counter.get(path)).text), 1, path);
    for (const path of ["/inventory", "/products"]) assert.equal(secrets((await browser.get(path)).text), 1, path);
    assert.match((await browser.get("/inventory")).text, /en conteo/);
    assert.equal((await counter.get<{ on_hand: string | null }>(`/api/v1/products/${rice.id}`)).body.on_hand, null);
    assert.equal((await counter.get<{ on_hand: string }>(`/api/v1/products/${soap.id}`)).body.on_hand, "7319.000");
    for (const path of hidden().filter((one) => !one.includes("/lines")))
      assert.match((await manager.get(path)).text, SECRET, path);
  });

  it("the home page does not tell the counter what runs low or goes bad of it, as the lists do not", async () => {
    assert.deepEqual(await told("manager"), { low: true, lots: true });
    assert.deepEqual(await told("employee"), { low: false, lots: false });
  });

  it("who may send goods on does not learn it by sending more than there is", async () => {
    const admin = await shop.api("admin");
    const roles = await admin.get<{ data: { role: string; permissions: { name: string; granted: boolean }[] }[] }>(
      "/api/v1/roles",
    );
    const held =
      roles.body.data.find(({ role }) => role === "employee")?.permissions.filter((one) => one.granted) ?? [];
    const permissions = [...held.map(({ name }) => name), "transfers.use"];
    const use = await admin.put("/api/v1/roles/employee", { permissions });
    assert.equal(use.status, 200, use.text);
    const west = await admin.post<{ id: number }>("/api/v1/stores", { name: "Occidente" }, { key: randomUUID() });
    const lines = [rice, soap].map(({ id }) => ({ product_id: id, quantity: "9000" }));
    const way = { from_store_id: 1, to_store_id: west.body.id, lines };
    const { body } = await admin.post<{ id: number }>("/api/v1/transfers", way, { key: randomUUID() });
    const send = (who: ApiClient) =>
      who.post<{ code: string; lines: { sku: string; on_hand: string | null }[] }>(
        `/api/v1/transfers/${body.id}/send`,
        {},
        { key: randomUUID() },
      );
    for (const [who, onHand] of [
      [counter, null],
      [manager, "7319.000"],
    ] as const) {
      const refused = await send(who);
      assert.deepEqual([refused.status, refused.body.code], [409, "TRANSFER_SHORT"], refused.text);
      assert.deepEqual(
        refused.body.lines.map(({ sku, on_hand }) => [sku, on_hand]),
        [
          ["ARROZ", onHand],
          ["JABON", "7319.000"],
        ],
      );
    }
  });

  it("shows it again once the count is closed; another store's count hides nothing here", async () => {
    const admin = await shop.api("admin");
    await manager.post(`/api/v1/counts/${count}/cancel`, {}, { key: randomUUID() });
    assert.equal((await counter.get<{ on_hand: string }>(`/api/v1/products/${rice.id}`)).body.on_hand, "7319.000");
    assert.deepEqual(await told("employee"), { low: true, lots: true });
    const north = await admin.post<{ id: number }>("/api/v1/stores", { name: "Norte" }, { key: randomUUID() });
    const other = await admin.post("/api/v1/counts", { store_id: north.body.id }, { key: randomUUID() });
    assert.equal(other.status, 201, other.text);
    assert.equal((await counter.get<{ on_hand: string }>(`/api/v1/products/${rice.id}`)).body.on_hand, "7319.000");
    assert.match((await counter.get("/api/v1/lots")).text, SECRET);
  });
});
