import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addStocked, adjust, sell } from "./shelf.ts";

interface Movements {
  data: { reason: string; quantity: string; balance: string; sku: string }[];
}

describe("the ledger of stock", () => {
  let shop: Shop;
  let rice: { id: number };
  const ledger = async (query: string) =>
    (await (await shop.api("manager")).get<Movements>(`/api/v1/inventory/movements?${query}`)).body.data;

  before(async () => {
    shop = await openShop();
    const manager = await shop.api("manager");
    rice = await addStocked(manager, { sku: "ARROZ", name: "=Arroz", cost: "1500" }, "10");
    await addStocked(manager, { sku: "SAL" }, "5");
    await adjust(manager, rice.id, "-1.5", "damaged");
    await sell(shop, 1, [{ productId: rice.id, quantityMilli: 2000 }]);
  });
  after(() => shop.close());

  it("tells of one product what was left after each movement, newest first", async () => {
    assert.deepEqual(
      (await ledger(`product_id=${rice.id}`)).map(({ reason, balance }) => [reason, balance]),
      [
        ["sale", "6.500"],
        ["damaged", "8.500"],
        ["received", "10.000"],
      ],
    );
  });

  it("by reason and by days", async () => {
    assert.deepEqual(
      (await ledger("reason=damaged")).map(({ sku }) => sku),
      ["ARROZ"],
    );
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Bogota" }).format(new Date());
    assert.equal((await ledger(`from=${day}&to=${day}`)).length, 4);
    assert.deepEqual(await ledger("from=2100-01-01"), []);
    assert.deepEqual(await ledger("to=1999-12-31"), []);
    const wrong = await (await shop.api("manager")).get("/api/v1/inventory/movements?from=2026-02-30");
    assert.equal(wrong.status, 422);
  });

  it("leaves as CSV with the same filter, safe for a spreadsheet; costs only for whom they are meant", async () => {
    const path = `/api/v1/inventory/movements.csv?product_id=${rice.id}`;
    const own = await (await shop.api("manager")).get(path);
    assert.equal(own.status, 200, own.text);
    const lines = own.text.replace("\ufeff", "").trim().split("\r\n");
    assert.equal(lines.length, 4);
    assert.match(
      lines[1] ?? "",
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,[^,]+,ARROZ,'=Arroz,[^,]+,,,10\.000,10\.000,un,1500\.00,/,
    );
    assert.match(lines[3] ?? "", /,V-1,,-2\.000,6\.500,/);
    const seen = await (await shop.api("employee")).get(path);
    assert.doesNotMatch(seen.text, /1500\.00/);
    const { rows } = await shop.db.raw(
      "SELECT count(*)::int AS taken FROM audit_log WHERE action = 'movements.exported'",
    );
    assert.equal(rows[0].taken, 2);
  });

  it("on a page without scripts, whose export goes by what was filtered", async () => {
    const browser = await shop.browser("manager");
    const page = await browser.get("/inventory/movements");
    const filtered = await page.submit("#ledger-filter", { reason: "damaged" });
    assert.equal(filtered.status, 200);
    assert.match(filtered.text, /Dañado/);
    assert.equal(filtered.root.querySelectorAll("tbody tr").length, 1);
    const href = filtered.root.querySelector("a[download]")?.getAttribute("href") ?? "";
    const file = await browser.get(href);
    assert.equal(file.html.trim().split("\r\n").length, 2);
  });
});
