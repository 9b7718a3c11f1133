/** Lists about a store's shelves: who does not work there sees and starts nothing of them, and takes no stock of it out. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { addProduct, type ProblemAnswer } from "./shelf.ts";

describe("lists about the shelves of one store", () => {
  let shop: Shop;
  let manager: ApiClient;
  let boss: Browser;
  let page: Browser;
  let north: number;

  before(async () => {
    shop = await openShop();
    const admin = await shop.api("admin");
    manager = await shop.api("manager");
    boss = await shop.browser("admin");
    page = await shop.browser("manager");
    north = (await admin.post<{ id: number }>("/api/v1/stores", { name: "Norte" }, { key: randomUUID() })).body.id;
    for (const sku of ["ARR", "RON"]) await addProduct(manager, { sku, name: sku });
    const { body } = await admin.get<{ data: { id: number; username: string }[] }>("/api/v1/users");
    const { id } = body.data.find(({ username }) => username === people.manager.username) ?? assert.fail("no manager");
    assert.ok((await admin.put(`/api/v1/users/${id}/stores`, { store_ids: [north] })).status < 300);
  });
  after(() => shop.close());

  const upload = async (who: Browser, list: string, content: string, typed = {}): Promise<Page> => {
    const checked = await (await who.get(`/${list}/import`)).submit("#import-upload", {
      file: { name: "l.csv", content },
      ...typed,
    });
    assert.match(checked.url, /\/import\/\d+$/, checked.text);
    return checked;
  };

  it("an import of another store's shelves is neither shown nor started, whatever its number", async () => {
    for (const [list, content] of [
      ["opening-stock", "codigo;existencias\nARR;12\nNADIE;3\n"],
      ["products", "codigo;nombre;precio;existencias\nPAN;Pan;500;9\nX;Sin precio;x;1\n"],
    ] as const) {
      const { url, fields } = await upload(boss, list, content, { store_id: "1" });
      for (const path of [url, `${url}/faults.csv`]) {
        const seen = await page.get(path);
        assert.equal(seen.status, 403, path);
        assert.match(seen.text, /de una tienda en la que usted no trabaja/);
        assert.doesNotMatch(seen.text, /ARR|NADIE|Pan|Sin precio/);
      }
      const job = await manager.get<ProblemAnswer>(`/api/v1/imports/${url.split("/").at(-1)}`);
      assert.deepEqual([job.status, job.body.code], [403, "STORE_NOT_YOURS"], job.text);
      const form = (await page.get(`/${list}/import`)).fields("#import-upload");
      const started = await page.post(`${url}/start`, { ...fields("#import-start"), _csrf: String(form["_csrf"]) });
      assert.equal(started.status, 403, started.text);
      assert.match(started.text, /de una tienda en la que usted no trabaja/);
      assert.notEqual((await boss.get(url)).root.querySelector("#import-start"), null, "it still waits for its people");
    }
  });

  it("one's own is", async () => {
    const checked = await upload(page, "opening-stock", "codigo;existencias\nARR;4\nNADIE;3\n");
    assert.equal((await page.get(`${checked.url}/faults.csv`)).status, 200);
    assert.equal((await manager.get(`/api/v1/imports/${checked.url.split("/").at(-1)}`)).status, 200);
    assert.match((await checked.submit("#import-start")).text, /Las existencias iniciales quedaron registradas/);
  });

  it("prices are everybody's", async () => {
    const { url } = await upload(boss, "prices", "codigo;precio\nARR;650\n");
    assert.equal((await page.get(url)).status, 200);
  });

  it("the export of products has the stock of one's own store", async () => {
    await upload(boss, "opening-stock", "codigo;existencias\nRON;77\n", { store_id: "1" }).then((checked) =>
      checked.submit("#import-start"),
    );
    const [mine, all] = [await manager.get("/api/v1/products/export.csv"), await shop.api("admin")];
    assert.match(mine.text, /^ARR,.*,4\.000,/m);
    assert.doesNotMatch(mine.text, /77\.000/);
    assert.doesNotMatch((await page.get("/products/export.csv")).html, /77,000/);
    assert.match((await all.get("/api/v1/products/export.csv")).text, /^RON,.*,77\.000,/m);
  });
});
