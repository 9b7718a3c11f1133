/** A supplier sells by the case, and takes no order of less than so much. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { type Answer, buyer } from "./buying.ts";

interface Suggested {
  data: {
    minimum: string;
    missing: string;
    total: string;
    lines: { sku: string; quantity: string; pack: string | null }[];
  }[];
}
interface Told {
  minimum: string;
  data: { sku: string; pack: string }[];
  next_cursor: string | null;
  code: string;
  errors?: { field: string; code: string }[];
}

describe("packs and minimum orders of suppliers", () => {
  let shop: Shop;
  let manager: ApiClient;
  let shopping: ReturnType<typeof buyer>;
  let supplier: Answer;
  let cola: Answer;
  let water: Answer;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    shopping = buyer(manager);
    supplier = await shopping.supplier("Bebidas", { minimum: "500" });
    cola = await shopping.product("COLA", { reorder_point: "30", barcodes: ["7700000000017"] });
    water = await shopping.product("AGUA", { reorder_point: "5" });
    const units = [{ name: "caja", factor: "12", barcodes: ["17700000000014"] }];
    assert.equal((await manager.put(`/api/v1/products/${cola.id}/units`, { units })).status, 200);
    const came = await shopping.post("/api/v1/purchases/receipts", {
      supplier_id: supplier.id,
      lines: [
        { code: "COLA", quantity: "5", cost: "10" },
        { code: "AGUA", quantity: "1", cost: "4" },
      ],
    });
    assert.equal(came.status, 201, came.text);
  });
  after(() => shop?.close());

  const packs = async () => (await manager.get<Told>(`/api/v1/suppliers/${supplier.id}/packs`)).body.data;
  const suggested = async () =>
    (await manager.get<Suggested>("/api/v1/purchases/suggestions")).body.data[0] ?? assert.fail("nothing suggested");

  it("a pack is set on the supplier's page by a code, that of a case stands for its bottles; what is wrong is told in place", async () => {
    const browser = await shop.browser("manager");
    const link = (await browser.get(`/suppliers/${supplier.id}`)).root.querySelector("a[href$='/packs']");
    const page = await browser.get(link?.getAttribute("href") ?? "");
    const unknown = await page.submit("#pack", { code: "NADA", pack: "12" });
    assert.equal(unknown.status, 422);
    assert.match(unknown.root.querySelector("#code-error")?.text ?? "", /NADA/);
    for (const pack of ["0", "-1", "doce", "1000001"])
      assert.ok((await page.submit("#pack", { code: "COLA", pack })).root.querySelector("#pack-error"), pack);
    const large = await page.submit("#pack", { code: "17700000000014", pack: "900000" });
    assert.ok(large.root.querySelector("#pack-error"), large.text);
    assert.deepEqual(await packs(), []);
    const saved = await page.submit("#pack", { code: "17700000000014", pack: "1" });
    assert.match(saved.root.querySelector("table")?.text ?? "", /Producto COLA COLA\s*12 un/);
    const [pack] = await packs();
    assert.deepEqual([pack?.sku, pack?.pack], ["COLA", "12.000"]);
  });

  it("a suggestion is of whole packs and says what is missing to the minimum, on the page and the draft of it too", async () => {
    const group = await suggested();
    assert.deepEqual(
      group.lines.map(({ sku, quantity, pack }) => [sku, quantity, pack]),
      [
        ["AGUA", "4.000", null],
        ["COLA", "36.000", "12.000"],
      ],
    );
    assert.deepEqual([group.total, group.minimum, group.missing], ["376.00", "500.00", "124.00"]);
    const page = await (await shop.browser("manager")).get("/purchases/suggestions");
    const text = page.root.querySelector(`#suggest-${supplier.id}`)?.text ?? "";
    assert.match(text, /Bebidas recibe pedidos desde \$\s500: faltan \$\s124\./);
    assert.match(text, /3 empaques de 12 un/);
    const order = await page.submit(`#suggest-${supplier.id}`, { quantity_2: "40" });
    assert.match(order.text, /faltan \$\s84\./);
    assert.match(order.text, /Producto COLA se vende en empaques de 12 un: la cantidad pedida no completa empaques/);
    const { body } = await manager.get<{ minimum: string; lines: { pack: string | null }[] }>(`/api/v1${order.url}`);
    assert.deepEqual([body.minimum, body.lines.map(({ pack }) => pack)], ["500.00", [null, "12.000"]]);
    const right = await order.submit("#draft", { quantity_1: "20", quantity_2: "48" });
    assert.doesNotMatch(right.text, /faltan|empaques/);
    assert.equal((await right.submit("#cancel")).status, 200);
  });

  it("by programs: set, set again, removed, each once in the trail; not of a service, and not by who may not", async () => {
    const path = `/api/v1/suppliers/${supplier.id}/packs/${water.id}`;
    for (const pack of ["6", "6", "24"]) assert.equal((await manager.put(path, { pack })).status, 200);
    assert.deepEqual(
      (await packs()).map(({ sku, pack }) => [sku, pack]),
      [
        ["COLA", "12.000"],
        ["AGUA", "24.000"],
      ],
    );
    const employee = await shop.api("employee");
    for (const answer of [
      await employee.put<Told>(path, { pack: "2" }),
      await employee.get<Told>(`/api/v1/suppliers/${supplier.id}/packs`),
    ])
      assert.deepEqual([answer.status, answer.body.code], [403, "FORBIDDEN"]);
    for (let times = 0; times < 2; times++) assert.equal((await manager.delete(path)).status, 204);
    const trail = await (await shop.api("admin")).get<{ data: { action: string }[] }>(
      `/api/v1/audit?subject=supplier:${supplier.id}`,
    );
    assert.deepEqual(
      trail.body.data.map(({ action }) => action),
      ["supplier.pack_removed", "supplier.pack_set", "supplier.pack_set", "supplier.pack_set", "supplier.created"],
    );
    const service = await shopping.product("CORTE", { kind: "service" });
    const none = await manager.put<Told>(`/api/v1/suppliers/${supplier.id}/packs/${service.id}`, { pack: "2" });
    assert.deepEqual([none.status, none.body.errors?.[0]?.code], [422, "NOT_STOCKED"], none.text);
    for (const [one, product] of [
      [supplier.id, 999_999],
      [999_999, cola.id],
    ])
      assert.equal((await manager.put(`/api/v1/suppliers/${one}/packs/${product}`, { pack: "2" })).status, 404);
  });

  it("the minimum is changed on the supplier's page and by programs, and goes out and comes in with the list", async () => {
    const page = await (await shop.browser("manager")).get(`/suppliers/${supplier.id}`);
    assert.equal(page.fields("#supplier")["minimum"], "500");
    const wrong = await page.submit("#supplier", { minimum: "-3" });
    assert.ok(wrong.root.querySelector("#minimum-error"), wrong.text);
    const saved = await page.submit("#supplier", { minimum: "1.200", nit: "900123456" });
    assert.equal(saved.fields("#supplier")["minimum"], "1200");
    const csv = (await manager.get("/api/v1/suppliers/export.csv")).text;
    assert.match(csv, /lead_time_days,minimum,active\r?\n/);
    assert.match(csv, /,7,1200\.00,yes/);
    const emptied = await saved.submit("#supplier", { minimum: "" });
    assert.equal(emptied.status, 200);
    const none = await manager.get<Told>(`/api/v1/suppliers/${supplier.id}`);
    assert.equal(none.body.minimum, "0.00");
    assert.equal((await suggested()).missing, "0.00");
    const list = "nit;Pedido mínimo\n900123456-8;2.500,50\n";
    const came = await manager.post<{ updated: number }>("/api/v1/suppliers/import", list, { type: "text/csv" });
    assert.equal(came.body.updated, 1, came.text);
    assert.equal((await manager.get<Told>(`/api/v1/suppliers/${supplier.id}`)).body.minimum, "2500.50");
  });
});
