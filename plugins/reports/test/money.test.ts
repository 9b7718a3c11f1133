/** Money that came in: what reports tell of sales, debts and gift cards is together what the drawer must have. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addCustomer } from "../../pos/test/accounts.ts";
import { cash, type Goods, ring, stocked } from "../../pos/test/till.ts";
import { openStore } from "../../pos/test/two-stores.ts";
import { report } from "./figures.ts";

const key = () => ({ key: randomUUID() });

describe("reports of money", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let rice: Goods;
  let shift: number;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    employee = await shop.api("employee");
    rice = await stocked(shop, { sku: "ARROZ", name: "Arroz", price: "10000" });
    // 20,000 in cash, 30,000 on credit
    const items = [{ code: "ARROZ", quantity: "2" }];
    const sold = await ring(employee, { items, payments: cash("50000") });
    assert.equal(sold.status, 201, sold.text);
    shift = sold.body.shift_id;
    const ana = await addCustomer(manager, "Ana", { credit_limit: "50000" });
    const lent = await ring(employee, {
      items: [{ code: "ARROZ", quantity: "3" }],
      payments: [{ method: "customer_credit", amount: "30000" }],
      customer_id: ana,
    });
    assert.equal(lent.status, 201, lent.text);
    const pay = async (client: ApiClient, amount: string, method: string) => {
      const handed = { amount, method, ...(method === "cash" ? {} : { reference: "T1" }) };
      const paid = await client.post<{ id: number }>(`/api/v1/customers/${ana}/payments`, handed, key());
      assert.equal(paid.status, 201, paid.text);
      return paid.body.id;
    };
    await pay(employee, "7000", "cash");
    await pay(employee, "4000", "transfer");
    await pay(manager, "2000", "cash");
    const wrong = await pay(employee, "1000", "cash");
    const back = await manager.post(`/api/v1/collections/${wrong}/reverse`, { reason: "de otro" }, key());
    assert.equal(back.status, 201, back.text);
    const card = await employee.post("/api/v1/gift-cards", { amount: "15000", method: "cash" }, key());
    assert.equal(card.status, 201, card.text);
  });
  after(() => shop?.close());

  it("debts paid and gift cards sold are told by tender and cashier, what was taken back by who did it", async () => {
    const { data, totals } = await report(shop, manager, "collections");
    const [emilio, manuela] = ["Emilio", "Manuela"];
    assert.deepEqual(
      data.map((one) => [
        one.name,
        one["kind"],
        String(one["cashier"]).split(" ")[0],
        one["payments"],
        one["taken"],
        one["given_back"],
        one["total"],
      ]),
      [
        ["Efectivo", "gift_card", emilio, 1, "15000.00", "0.00", "15000.00"],
        ["Efectivo", "debt", emilio, 2, "8000.00", "0.00", "8000.00"],
        ["Transferencia", "debt", emilio, 1, "4000.00", "0.00", "4000.00"],
        ["Efectivo", "debt", manuela, 1, "2000.00", "-1000.00", "1000.00"],
      ],
    );
    assert.deepEqual([totals["payments"], totals["total"]], [5, "28000.00"]);
    const page = await (await shop.browser("manager")).get("/reports/collections");
    assert.match(page.text, /Efectivo Tarjeta regalo Emilio[\s\S]*Efectivo Abono Emilio/);
    assert.equal((await report(shop, manager, "collections", "?from=2020-01-01&to=2020-01-31")).count, 0);
  });

  it("cash of sales and of collections is what the drawer must have; what was lent is in neither", async () => {
    const sales = (await report(shop, manager, "sales-by-tender")).data;
    const collected = (await report(shop, manager, "collections")).data;
    const cashOf = (lines: typeof sales) =>
      lines.filter(({ name }) => name === "Efectivo").reduce((all, { total }) => all + Number(total), 0);
    const x = await manager.get<{ expected_cash: string }>(`/api/v1/shifts/${shift}/x`);
    assert.deepEqual([cashOf(sales), cashOf(collected), Number(x.body.expected_cash)], [20_000, 24_000, 44_000]);
    assert.equal(sales.find(({ key: method }) => method === "customer_credit")?.["total"], "30000.00");
    const page = await (await shop.browser("manager")).get("/reports/sales-by-tender");
    assert.match(page.text, /Ventas por medio de pago/);
    assert.match(page.text, /Solo ventas[\s\S]*crédito[\s\S]*no es dinero/);
  });

  it("only of the stores asked for", async () => {
    const north = await openStore(await shop.api("admin"), { name: "Norte" }, rice.id);
    assert.equal((await report(shop, manager, "collections", `?store_id=${north.store}`)).count, 0);
    assert.equal((await report(shop, manager, "collections", "?store_id=1")).count, 4);
  });
});
