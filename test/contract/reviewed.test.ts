/** What reviews of the whole system found, told once through the front door. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { openShop, people, type Shop } from "../harness/shop.ts";
import { until } from "../harness/until.ts";

describe("what reviews found", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  it("a checked price list is written in the name of whoever starts it", async () => {
    const manager = await shop.browser("manager");
    const content = "sku;nombre;precio\nSAL;Sal;1500\n";
    const checked = await (await manager.get("/products/import")).submit("input[type=file]", {
      file: { name: "lista.csv", content, type: "text/csv" },
    });
    const start = checked.root.querySelector('form[action$="/start"]')?.getAttribute("action");
    assert.ok(start, checked.text);
    const admin = await shop.browser("admin");
    const page = await admin.get(checked.url);
    await page.submit(start);
    await until(async () => (await shop.db("audit_log").where({ action: "products.imported" })).length === 1);
    const [entry] = await shop.db("audit_log").where({ action: "products.imported" });
    assert.equal(entry.user_name, people.admin.username);
    assert.ok(entry.address, "and from where");
  });

  it("a price that was approved for one is not stretched to more; whoever approves sees what", async () => {
    const manager = await shop.api("manager");
    const pin = "402857";
    await manager.put("/api/v1/auth/pin", { current_password: people.manager.password, pin });
    const admin = await shop.api("admin");
    const made = await admin.post<{ id: number }>("/api/v1/products", { sku: "CHICLE", name: "Chicle", price: "1000" });
    const stock = { product_id: made.body.id, quantity: "900", reason: "Conteo" };
    await admin.post("/api/v1/inventory/adjustments", stock, { key: randomUUID() });
    const cashier = await shop.browser("employee");
    const register = await (await cashier.get("/pos/new")).submit("#code", { code: "CHICLE" });
    const link = register.root.querySelector('.pos-line a[href$="/price"]')?.getAttribute("href") ?? "";
    const asking = await (await cashier.get(link)).submit("#price", { price: "1", reason: "Roto" });
    for (const said of [/1 un · Chicle/, /1\.000/, /Motivo: Roto/]) assert.match(asking.text, said);
    const changed = await asking.submit("#approval", { _approver: people.manager.username, _pin: pin });
    const refused = await changed.submit(".pos-line", { quantity: "500", do: "set" });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /se cambió a mano para 1\./);
    const { rows } = await shop.db.raw("SELECT quantity_milli FROM cart_lines");
    assert.deepEqual(rows, [{ quantity_milli: 1000 }]);
  });

  it("a year that the database does not know and a place in a list beyond all numbers are no faults of ours", async () => {
    const admin = await shop.api("admin");
    assert.equal((await admin.get("/api/v1/sales?from=0000-01-01")).status, 422);
    const far = Buffer.from(JSON.stringify([2 ** 53 - 1, 2 ** 53 - 1, "a", 2 ** 53 - 1])).toString("base64url");
    assert.ok((await admin.get(`/api/v1/products?q=a&cursor=${far}`)).status < 500);
  });

  it("who asks for pages that are not there is counted, before a session is looked for that could be renewed", async () => {
    const counted = await openShop({ env: { RATE_LIMIT_ANONYMOUS: "3/m" } });
    try {
      const visitor = await counted.browser();
      visitor.cookies.set("pos_refresh", `00000000-0000-4000-8000-000000000000.${"A".repeat(43)}`);
      const statuses: number[] = [];
      for (let turn = 0; turn < 4; turn++) statuses.push((await visitor.get(`/nothing-${turn}`)).status);
      assert.deepEqual(statuses, [404, 404, 404, 429]);
    } finally {
      await counted.close();
    }
  });
});
