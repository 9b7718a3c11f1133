/** The code of a case stands for its bottles wherever goods are counted, moved or put together. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addProduct, addStocked, assertSound, type ImportAnswer, type ProductAnswer } from "./shelf.ts";

const CASE = "7701234500017";

describe("the code of a case", () => {
  let shop: Shop;
  let admin: ApiClient;
  let browser: Browser;
  let beer: ProductAnswer;
  before(async () => {
    shop = await openShop();
    [admin, browser] = [await shop.api("admin"), await shop.browser("admin")];
    beer = await addStocked(admin, { sku: "CERV", name: "Cerveza", category: "Bebidas" }, "50");
    const units = [{ name: "caja", factor: "24", barcodes: [CASE] }];
    assert.equal((await admin.put(`/api/v1/products/${beer.id}/units`, { units })).status, 200);
  });
  after(() => shop?.close());
  afterEach(() => assertSound(shop));

  const onHand = async () => (await admin.get<{ on_hand: string }>(`/api/v1/products/${beer.id}`)).body.on_hand;

  it("in a count two cases are 48 bottles, and loose bottles are added", async () => {
    const begun = await (await browser.get("/counts")).submit("#count-new", {});
    const cases = await begun.submit("#count-entry", { code: CASE, quantity: "2" });
    assert.match(cases.text, /Cerveza: van 48 un/);
    const much = await cases.submit("#count-entry", { code: CASE, quantity: "999999999" });
    assert.equal(much.status, 422);
    assert.match(much.text, /La cantidad es mayor que la permitida/);
    const loose = await much.submit("#count-entry", { code: "CERV", quantity: "1" });
    assert.match(loose.text, /Cerveza: van 49 un/);
    const review = await browser.get(`${begun.url}/review`);
    assert.match((await review.submit("#count-post")).text, /quedó aprobado/);
    assert.equal(await onHand(), "49.000");
  });

  it("a transfer of half a case sends its twelve bottles", async () => {
    const north = await admin.post<{ id: number }>("/api/v1/stores", { name: "Norte" }, { key: "north" });
    assert.equal(north.status, 201, north.text);
    const stores = { from_store_id: "1", to_store_id: String(north.body.id) };
    const made = await (await browser.get("/transfers")).submit("#transfer-new", stores);
    const put = await made.submit("#transfer-line", { code: CASE, quantity: "0,5" });
    assert.match(put.text, /Cerveza CERV 12 un/);
    await put.submit("#transfer-send");
    assert.equal(await onHand(), "37.000");
  });

  it("a kit that holds a case holds its bottles", async () => {
    const kit = await addProduct(admin, { sku: "FIESTA", name: "Fiesta" });
    const page = await (await browser.get(`/products/${kit.id}/parts`)).submit("#part", { code: CASE, quantity: "1" });
    assert.equal(page.status, 200, page.text);
    const { body } = await admin.get<{ data: { quantity: string }[] }>(`/api/v1/products/${kit.id}/parts`);
    assert.deepEqual(
      body.data.map(({ quantity }) => quantity),
      ["24.000"],
    );
  });

  it("is no code of the bottle in a list of products: its row is told, and the others are taken in", async () => {
    const list = `codigo;codigo de barras;nombre;precio\nCERV;7700|${CASE};Cerveza;3000\nNUEVO;7799;Nuevo;100\n`;
    const answer = await admin.post<ImportAnswer>("/api/v1/products/import", list, { type: "text/csv" });
    assert.equal(answer.status, 200, answer.text);
    const { created, failed, errors } = answer.body;
    assert.deepEqual([created, failed, errors.map(({ row, field }) => [row, field])], [1, 1, [[2, "barcodes"]]]);
  });
});
