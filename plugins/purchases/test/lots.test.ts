import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { invariants } from "../../inventory/invariants.ts";
import { type Answer, assertEven, buyer } from "./buying.ts";

describe("goods with lots are bought", () => {
  let shop: Shop;
  let manager: ApiClient;
  let milk: Answer;
  let supplier: Answer;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    const buying = buyer(manager);
    supplier = await buying.supplier("Lácteos");
    milk = await buying.product("LECHE");
    await manager.put(`/api/v1/products/${milk.id}/lots`, { tracks_lots: true });
  });
  after(() => shop.close());
  afterEach(async () => {
    await assertEven(shop);
    for (const { name, check } of invariants)
      assert.deepEqual(await check(shop.db, { since: undefined, limit: 9 }), [], name);
  });

  const receive = (lines: object[]) =>
    buyer(manager).post("/api/v1/purchases/receipts", { supplier_id: supplier.id, lines });
  const lots = async () => {
    const { body } = await manager.get<{ data: { code: string; expires_on: string; on_hand: string }[] }>(
      "/api/v1/lots",
    );
    return body.data.map(({ code, expires_on, on_hand }) => `${code} ${expires_on} ${on_hand}`);
  };

  it("a delivery says the lot of each line, or is refused as a whole with its place", async () => {
    const line = { code: "LECHE", quantity: "6", cost: "900" };
    const bare = await receive([line]);
    assert.deepEqual([bare.status, bare.body.code], [409, "LOT_REQUIRED"], bare.text);
    const past = await receive([
      { ...line, lot: "L1", expires_on: "2100-01-01" },
      { ...line, lot: "L0", expires_on: "2001-01-01" },
    ]);
    assert.deepEqual(
      past.body.errors?.map(({ field, code }) => [field, code]),
      [["lines.1.expires_on", "EXPIRED"]],
    );
    const loose = await receive([{ ...line, expires_on: "2100-01-01" }]);
    assert.equal(loose.body.errors?.[0]?.field, "lines.0.lot", loose.text);
    assert.deepEqual(await lots(), []);
    const came = await receive([
      { ...line, lot: "L1", expires_on: "2100-01-01" },
      { ...line, quantity: "4", lot: "L2", expires_on: "2099-12-01" },
    ]);
    assert.equal(came.status, 201, came.text);
    assert.deepEqual(await lots(), ["L2 2099-12-01 4.000", "L1 2100-01-01 6.000"]);
  });

  it("a delivery and a return show the lots of each line; what goes back says its lot", async () => {
    const line = { code: "LECHE", quantity: "5", cost: "900" };
    const came = await receive([
      { ...line, lot: "R1", expires_on: "2098-01-01" },
      { ...line, quantity: "2", lot: "R2" },
    ]);
    const lotsOf = ({ lines }: Answer) =>
      lines.map((one) => one.lots.map(({ code, expires_on, quantity }) => `${code} ${expires_on} ${quantity}`));
    assert.deepEqual(lotsOf(came.body), [["R1 2098-01-01 5.000"], ["R2 null 2.000"]]);
    const back = (lines: object[]) =>
      buyer(manager).post("/api/v1/purchases/returns", { supplier_id: supplier.id, note: "malo", lines });
    const before = await lots();
    const faults = async (lines: object[]) =>
      (await back(lines)).body.errors?.map(({ field, code, message }) => `${field} ${code} ${message}`);
    const gone = { code: "LECHE", quantity: "1" };
    const bare = await faults([gone]);
    assert.match(bare?.[0] ?? "", /^lines\.0\.lot LOT_REQUIRED .*R1.*R2/);
    assert.match((await faults([{ ...gone, lot: "NADA" }]))?.[0] ?? "", /^lines\.0\.lot LOT_UNKNOWN .*R1/);
    assert.match((await faults([gone, { ...gone, lot: "R2" }]))?.[0] ?? "", /^lines\.0\.lot LOT_REQUIRED /);
    assert.match((await faults([{ ...gone, quantity: "3", lot: "R2" }]))?.[0] ?? "", /^lines\.0\.lot LOT_SHORT /);
    assert.match(
      (
        await faults([
          { ...gone, lot: "R2" },
          { ...gone, lot: "R2" },
        ])
      )?.[0] ?? "",
      /^lines\.1\.code PRODUCT_TWICE /,
    );
    const plain = await buyer(manager).product("SAL");
    await buyer(manager).post("/api/v1/purchases/receipts", {
      supplier_id: supplier.id,
      lines: [{ code: "SAL", quantity: "9", cost: "1" }],
    });
    assert.match(
      (await faults([{ code: "SAL", quantity: "1", lot: "R2" }]))?.[0] ?? "",
      /^lines\.0\.lot LOT_NOT_TRACKED /,
    );
    const give = (supplierId: number) =>
      buyer(manager).post("/api/v1/purchases/returns", { supplier_id: supplierId, note: "malo", lines: [gone] });
    assert.equal((await give(supplier.id + 1000)).body.errors?.[0]?.code, "SUPPLIER_UNKNOWN");
    await shop.db.raw("ALTER TABLE suppliers RENAME TO away");
    assert.equal((await give(supplier.id)).status, 500, "a fault of the database is no unknown supplier");
    await shop.db.raw("ALTER TABLE away RENAME TO suppliers");
    assert.deepEqual(await lots(), before, "nothing half-posted");
    const done = await back([
      { ...gone, lot: "R2" },
      { ...gone, quantity: "3", lot: "R1" },
      { code: plain.sku, quantity: "2" },
    ]);
    assert.equal(done.status, 201, done.text);
    assert.deepEqual(lotsOf(done.body), [["R2 null -1.000"], ["R1 2098-01-01 -3.000"], []]);
    assert.ok((await lots()).includes("R1 2098-01-01 2.000"));
    assert.ok((await lots()).includes("R2 null 1.000"));
    const page = await (await shop.browser("manager")).get(`/purchases/documents/${came.body.id}`);
    const cells = page.root
      .querySelectorAll("tbody tr")
      .map((row) => row.querySelector("[data-lots]")?.text.trim() ?? "");
    assert.match(cells[0] ?? "", /^R1 \(vence .*2098\)$/);
    assert.equal(cells[1], "R2");
  });

  it("a return on the page asks for the lot without scripts", async () => {
    const browser = await shop.browser("manager");
    const page = await browser.get(`/purchases/return?supplier_id=${supplier.id}`);
    const refused = await page.submit("#delivery", { code_1: "LECHE", quantity_1: "1", note: "rota" });
    assert.match(refused.text, /Diga de qué lote es/);
    assert.equal(refused.root.querySelector("[name='expires_1']"), null);
    const done = await refused.submit("#delivery", { lot_1: "R1" });
    assert.match(done.text, /R1/);
    assert.match(done.url, /documents/);
  });

  it("on the page without scripts", async () => {
    const browser = await shop.browser("manager");
    const page = await browser.get(`/purchases/receive?supplier_id=${supplier.id}`);
    const refused = await page.submit("#delivery", {
      code_1: "LECHE",
      quantity_1: "2",
      expires_1: "2001-01-01",
      lot_1: "L3",
    });
    assert.match(refused.text, /Ese vencimiento ya pasó/);
    const done = await refused.submit("#delivery", { expires_1: "2100-05-05" });
    assert.equal(done.status, 200);
    assert.ok((await lots()).includes("L3 2100-05-05 2.000"), done.text);
  });
});
