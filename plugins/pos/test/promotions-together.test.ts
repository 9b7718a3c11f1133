/** Promotions beside everything else that makes a price: combos, a group's list, discounts by hand, and what comes back of it all. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cash, type Goods, onHand, type ProblemAnswer, ring, stocked } from "./till.ts";

interface Taken {
  name: string;
  amount: string;
}
interface Document extends ProblemAnswer {
  id: number;
  total: string;
  tax: string;
  discount: string;
  subtotal: string;
  promotions: Taken[];
  lines: { promotion: Taken | null; unit_price: string; discount: string; total: string }[];
}

describe("promotions beside everything else", () => {
  let shop: Shop;
  let manager: ApiClient;
  let burger: Goods;
  let soda: Goods;
  let combo: Goods;
  let rice: Goods;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    burger = await stocked(shop, { sku: "HAMB", price: "12000", category: "Comida" });
    soda = await stocked(shop, { sku: "GASE", price: "3000", category: "Bebidas" });
    rice = await stocked(shop, { sku: "ARROZ", price: "10000", tax_rate_bp: 1900, stock: "1000" });
    const admin = await shop.api("admin");
    const made = await admin.post<Goods>("/api/v1/products", {
      sku: "COMBO",
      name: "Combo",
      price: "14000",
      category: "Combos",
    });
    assert.equal(made.status, 201, made.text);
    combo = made.body;
    const parts = [
      { product_id: burger.id, quantity: "1" },
      { product_id: soda.id, quantity: "2" },
    ];
    assert.equal((await admin.put(`/api/v1/products/${combo.id}/parts`, { parts })).status, 200);
  });
  after(() => shop?.close());
  afterEach(async () => {
    await assertBooks(shop);
    const { body } = await manager.get<{ data: { id: number }[] }>("/api/v1/promotions?limit=100");
    for (const { id } of body.data) await manager.post(`/api/v1/promotions/${id}/end`, {});
  });

  const made = async (path: string, body: object): Promise<number> => {
    const answer = await manager.post<{ id: number }>(`/api/v1/${path}`, body, { key: randomUUID() });
    assert.equal(answer.status, 201, answer.text);
    return answer.body.id;
  };
  const promote = (facts: object) => made("promotions", { name: "Promo", starts_on: "2020-01-01", ...facts });
  const categoryOf = async (name: string): Promise<number> =>
    (await shop.db.raw("SELECT id FROM categories WHERE name = ?", [name])).rows[0].id;
  const sell = async (items: object[], more: object = {}): Promise<Document> => {
    const sale = await ring(manager, { items, payments: cash("1000000"), ...more });
    assert.equal(sale.status, 201, sale.text);
    return sale.body as unknown as Document;
  };
  const of = ({ id }: Goods, quantity: string, more: object = {}) => ({ product_id: id, quantity, ...more });
  const promoted = ({ lines }: Document) =>
    lines.map(({ promotion }) => promotion && [promotion.name, promotion.amount]);

  it("a combo is a product of its own category, not its parts: percent, quantity break and 3 for 2", async () => {
    const percent = await promote({
      name: "Comida y bebidas",
      kind: "percent",
      percent_bp: 5000,
      category_ids: [await categoryOf("Comida"), await categoryOf("Bebidas")],
    });
    const apart = await sell([of(combo, "1"), of(burger, "1"), of(soda, "2")]);
    assert.deepEqual(promoted(apart), [null, ["Comida y bebidas", "6000.00"], ["Comida y bebidas", "3000.00"]]);
    assert.equal(apart.total, "23000.00");
    await manager.post(`/api/v1/promotions/${percent}/end`, {});

    await promote({ name: "Combos", kind: "percent", percent_bp: 1000, category_ids: [await categoryOf("Combos")] });
    assert.deepEqual(promoted(await sell([of(combo, "1"), of(burger, "1")])), [["Combos", "1400.00"], null]);
    await promote({ name: "Desde 4", kind: "quantity", from_quantity: "4", percent_bp: 4000, product_ids: [combo.id] });
    await promote({ name: "3x2", kind: "n_for_m", take: 3, pay: 2, product_ids: [combo.id] });
    // of two: 10 % is all there is; of three one is free; from four on 40 % takes more than one free of three
    assert.deepEqual(promoted(await sell([of(combo, "2"), of(soda, "9")])), [["Combos", "2800.00"], null]);
    const [burgers, sodas] = [Number(await onHand(shop, burger)), Number(await onHand(shop, soda))];
    const three = await sell([of(combo, "1"), of(burger, "1"), of(combo, "2")]);
    assert.equal(three.total, "40000.00");
    assert.deepEqual(
      three.promotions.map(({ name, amount }) => [name, amount]),
      [["3x2", "14000.00"]],
    );
    assert.deepEqual(
      [burgers - Number(await onHand(shop, burger)), sodas - Number(await onHand(shop, soda))],
      [4, 6],
      "what is free leaves the shelf all the same",
    );
    assert.deepEqual(promoted(await sell([of(combo, "4")])), [["Desde 4", "22400.00"]]);
    // all of it comes back, one combo after the other, with its parts
    const back = await comeBack(three, [3, 3, 1, 2]);
    assert.equal(back.status, "returned");
    assert.deepEqual([Number(await onHand(shop, burger)), Number(await onHand(shop, soda))], [burgers - 4, sodas - 8]);
  });

  it("a group's price first, then the promotion that takes most, then the line's discount, then the sale's", async () => {
    const group = await made("customer-groups", { name: "Mayoristas" });
    const list = await made("price-lists", { name: "Por mayor" });
    const prices = [{ product_id: rice.id, price: "8000" }];
    assert.equal((await manager.put(`/api/v1/price-lists/${list}/prices`, { prices })).status, 204);
    assert.ok((await manager.put(`/api/v1/group-prices/${group}`, { price_list_id: list })).status < 300);
    const member = await made("customers", { name: "La 14", group_id: group });
    await promote({ name: "3x2", kind: "n_for_m", take: 3, pay: 2, product_ids: [rice.id] });
    await promote({ name: "Todo", kind: "percent", percent_bp: 1000 });
    await promote({ name: "Mayoristas", kind: "percent", percent_bp: 3000, group_ids: [group] });
    const items = [of(rice, "3", { discount: "1600", discount_reason: "golpeado" }), of(soda, "1")];
    const whole = { discount: "660", discount_reason: "cliente fiel" };
    // 3 x 8000 - one of three (more than 30 %) = 16000, - 1600; 3000 - 30 % = 2100; 16500 - 660
    const sale = await sell(items, { ...whole, customer_id: member });
    assert.deepEqual(promoted(sale), [
      ["3x2", "8000.00"],
      ["Mayoristas", "900.00"],
    ]);
    assert.deepEqual([sale.lines[0]?.unit_price, sale.total, sale.discount], ["8000.00", "15840.00", "11160.00"]);
    // a stranger: 3 x 10000 - 10000 - 1600; 3000 - 10 %; - 660
    const other = await sell(items, whole);
    assert.deepEqual(promoted(other), [
      ["3x2", "10000.00"],
      ["Todo", "300.00"],
    ]);
    assert.equal(other.total, "20440.00");
    const receipt = await (await shop.browser("employee")).get(`/sales/${sale.id}/receipt`);
    assert.match(receipt.text, /3x2 -\$\s?8\.000[\s\S]*Mayoristas -\$\s?900/);
    for (const one of [sale, other]) await comeBack(one, [1, 2, 1, 1]);
  });

  it("parts of a 3 for 2 that come back add up, whatever the price, the quantity and the lines they stand on", async () => {
    for (const [take, pay, price, quantities] of [
      [3, 2, "3333", ["7"]],
      [3, 1, "1", ["3"]],
      [5, 3, "99999", ["4", "3", "5"]],
      [2, 1, "1001", ["1", "1"]],
      [6, 5, "10007", ["13"]],
    ] as const) {
      const goods = await stocked(shop, { sku: `P-${take}-${pay}`, price, tax_rate_bp: 1900 });
      await promote({ name: "Lleve", kind: "n_for_m", take, pay, product_ids: [goods.id] });
      const items = quantities.map((quantity, at) =>
        of(goods, quantity, at === 1 ? { discount: "7", discount_reason: "golpeado" } : {}),
      );
      const sale = await sell(items, { discount: "1", discount_reason: "cliente fiel" });
      const units = quantities.flatMap((quantity, at) => new Array<number>(Number(quantity)).fill(at + 1));
      // every second one from the end, then the rest: lines come back in any order
      const order = [...units.filter((_, at) => at % 2 === 1).reverse(), ...units.filter((_, at) => at % 2 === 0)];
      const back = await comeBack(sale, order);
      assert.equal(back.status, "returned", `${take} for ${pay}`);
    }
  }).timeout(60_000);

  /** One unit of each of these lines after the other: never more than was paid, and all together what the sale was. */
  async function comeBack(sale: Document, lines: number[]): Promise<{ status: string }> {
    const sums = { total: 0, tax: 0, discount: 0, subtotal: 0 };
    const promotions = new Map<string, number>();
    for (const line of lines) {
      const body = { reason: "no era", lines: [{ line, quantity: "1" }] };
      const answer = await manager.post<Document>(`/api/v1/sales/${sale.id}/returns`, body, { key: randomUUID() });
      assert.equal(answer.status, 201, answer.text);
      assert.ok(Number(answer.body.total) <= 0);
      for (const member of ["total", "tax", "discount", "subtotal"] as const)
        sums[member] += Number(answer.body[member]);
      for (const { name, amount } of answer.body.promotions)
        promotions.set(name, (promotions.get(name) ?? 0) + Number(amount));
    }
    const { body } = await manager.get<Document & { status: string }>(`/api/v1/sales/${sale.id}`);
    if (body.status === "returned") {
      for (const member of ["total", "tax", "discount", "subtotal"] as const)
        assert.equal((-sums[member]).toFixed(2), sale[member], member);
      for (const { name, amount } of sale.promotions)
        assert.equal((-(promotions.get(name) ?? 0)).toFixed(2), amount, name);
    }
    return { status: body.status };
  }
});
