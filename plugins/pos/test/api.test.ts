import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { saleAnswer } from "../schema.ts";
import { assertBooks, cash, type Goods, onHand, ring, type SaleAnswer, stocked } from "./till.ts";

describe("sales of programs", () => {
  let shop: Shop;
  let emilio: ApiClient;
  let oil: Goods;
  let rice: Goods;
  before(async () => {
    shop = await openShop();
    emilio = await shop.api("employee");
    oil = await stocked(shop, { sku: "ACEITE", price: "11900", tax_rate_bp: 1900, barcodes: ["7701111111110"] });
    rice = await stocked(shop, { sku: "ARROZ", price: "4299.99", tax_rate_bp: 500, unit: "kg" });
  });
  after(() => shop.close());
  afterEach(() => assertBooks(shop));

  it("a sale is answered as the API's description says, and read again the same", async () => {
    const answer = await ring(emilio, {
      items: [
        { product_id: oil.id, quantity: "2" },
        { code: "ARROZ", quantity: "0.750" },
      ],
      payments: cash("30000.00"),
    });
    assert.equal(answer.status, 201, answer.text);
    const sale = answer.body;
    saleAnswer.parse(sale);
    assert.equal(sale.total, "27024.99");
    assert.equal(sale.tax, "3953.57");
    assert.equal(sale.subtotal, "23071.42");
    assert.equal(sale.change, "2975.01");
    assert.equal(sale.currency, "COP");
    assert.equal(sale.cashier.name, people.employee.fullName);
    assert.deepEqual(sale.payments, [{ method: "cash", amount: "30000.00", reference: null }]);
    const [first, second] = sale.lines;
    assert.deepEqual(
      [first?.["sku"], first?.["quantity"], first?.["unit_price"], first?.["total"], first?.["tax"]],
      ["ACEITE", "2.000", "11900.00", "23800.00", "3800.00"],
    );
    assert.deepEqual([second?.["quantity"], second?.["total"], second?.["tax"]], ["0.750", "3224.99", "153.57"]);
    const read = await emilio.get<SaleAnswer>(`/api/v1/sales/${sale.id}`);
    assert.deepEqual(read.body, sale);
  });

  it("20 tries with one key are one sale: the first is made, the others are told of it", async () => {
    const body = { items: [{ code: "ACEITE", quantity: "1" }], payments: cash("11900") };
    const before = await onHand(shop, oil);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ring(emilio, body, "one-key")));
    const statuses = answers.map((one) => one.status).sort();
    assert.deepEqual(statuses, [...Array.from({ length: 19 }, () => 200), 201]);
    for (const { body: sale } of answers) assert.deepEqual(sale, answers[0]?.body);
    assert.equal(Number(before) - Number(await onHand(shop, oil)), 1);
  });

  it("the same key with another body is a mistake", async () => {
    const sale = (quantity: string) => ({ items: [{ code: "ACEITE", quantity }], payments: cash("90000") });
    assert.equal((await ring(emilio, sale("1"), "mixed")).status, 201);
    const second = await ring(emilio, sale("2"), "mixed");
    assert.equal(second.status, 409);
    assert.equal(second.body.code, "IDEMPOTENCY_MISMATCH");
  });

  it("without a key nothing is sold", async () => {
    const body = { items: [{ code: "ACEITE", quantity: "1" }], payments: cash("11900") };
    const answer = await emilio.post<{ code: string }>("/api/v1/sales", body);
    assert.equal(answer.status, 400);
    assert.equal(answer.body.code, "IDEMPOTENCY_KEY_MISSING");
  });

  it("the same product on two lines leaves the shelf once, as their sum", async () => {
    const before = await onHand(shop, oil);
    const answer = await ring(emilio, {
      items: [
        { product_id: oil.id, quantity: "1" },
        { code: "7701111111110", quantity: "2" },
      ],
      payments: cash("40000"),
    });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.lines.length, 2);
    assert.equal(Number(before) - Number(await onHand(shop, oil)), 3);
    const { rows } = await shop.db.raw(
      "SELECT quantity_milli FROM stock_movements WHERE document_type = 'sale' AND document_id = ?",
      [answer.body.id],
    );
    assert.deepEqual(rows, [{ quantity_milli: -3000 }]);
  });

  it("what is not there is refused with what there is, and the number is given back", async () => {
    const rare = await stocked(shop, { sku: "RARO", stock: "2", price: "100" });
    const answer = await ring(emilio, { items: [{ product_id: rare.id, quantity: "3" }], payments: cash("300") });
    assert.equal(answer.status, 409);
    assert.equal(answer.body.code, "STOCK_INSUFFICIENT");
    assert.deepEqual(answer.body.lines, [
      { product_id: rare.id, sku: "RARO", name: "RARO", requested: "3.000", on_hand: "2.000" },
    ]);
    assert.equal(await onHand(shop, rare), "2.000");
    // that the next number follows the last one is checked after every test
    assert.equal((await ring(emilio, { items: [{ code: "RARO", quantity: "2" }], payments: cash("200") })).status, 201);
  });

  it("one short line sells nothing of the others", async () => {
    const scarce = await stocked(shop, { sku: "ESCASO", stock: "1", price: "100" });
    const before = await onHand(shop, oil);
    const answer = await ring(emilio, {
      items: [
        { product_id: oil.id, quantity: "1" },
        { product_id: scarce.id, quantity: "2" },
      ],
      payments: cash("99999"),
    });
    assert.equal(answer.status, 409);
    assert.equal(await onHand(shop, oil), before);
    assert.equal(await onHand(shop, scarce), "1.000");
  });

  const item = () => ({ code: "ACEITE", quantity: "1" });
  const refused: [string, () => Record<string, unknown>, number, string, string?][] = [
    [
      "an unknown product",
      () => ({ items: [{ product_id: 999999, quantity: "1" }] }),
      422,
      "VALIDATION",
      "items.0.product_id",
    ],
    [
      "an unknown code",
      () => ({ items: [item(), { code: "NADIE", quantity: "1" }] }),
      422,
      "VALIDATION",
      "items.1.code",
    ],
    ["neither product nor code", () => ({ items: [{ quantity: "1" }] }), 422, "VALIDATION"],
    ["both", () => ({ items: [{ ...item(), product_id: oil.id }] }), 422, "VALIDATION"],
    ["no items", () => ({ items: [] }), 422, "VALIDATION", "items"],
    ["501 items", () => ({ items: Array.from({ length: 501 }, item) }), 422, "VALIDATION", "items"],
    ["a quantity of zero", () => ({ items: [{ ...item(), quantity: "0" }] }), 422, "VALIDATION", "items.0.quantity"],
    ["a negative quantity", () => ({ items: [{ ...item(), quantity: "-1" }] }), 422, "VALIDATION", "items.0.quantity"],
    [
      "a huge quantity",
      () => ({ items: [{ ...item(), quantity: "99999999" }] }),
      422,
      "VALIDATION",
      "items.0.quantity",
    ],
    ["NaN", () => ({ items: [{ ...item(), quantity: "NaN" }] }), 422, "VALIDATION", "items.0.quantity"],
    ["a quantity as a number", () => ({ items: [{ ...item(), quantity: 1 }] }), 422, "VALIDATION", "items.0.quantity"],
    ["an old price", () => ({ items: [{ ...item(), unit_price: "9000" }] }), 409, "PRICE_MISMATCH"],
    ["a discount without a reason", () => ({ items: [{ ...item(), discount: "100" }] }), 422, "VALIDATION"],
    ["another total", () => ({ expected_total: "11900.01" }), 409, "TOTAL_MISMATCH"],
    ["too little cash", () => ({ payments: cash("11899.99") }), 422, "PAYMENT_INSUFFICIENT"],
    ["a tender nobody knows", () => ({ payments: [{ method: "bitcoin", amount: "11900" }] }), 422, "TENDER_UNKNOWN"],
    ["a negative payment", () => ({ payments: cash("-11900") }), 422, "VALIDATION", "payments.0.amount"],
    ["an unknown register", () => ({ register_id: 99 }), 422, "VALIDATION", "register_id"],
    ["an unknown field", () => ({ tip: "100" }), 422, "VALIDATION", "tip"],
  ];
  for (const [what, change, status, code, field] of refused) {
    it(`${what}: ${status} ${code}`, async () => {
      const answer = await ring(emilio, { items: [item()], payments: cash("11900"), ...change() });
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.body.code, code, answer.text);
      if (field !== undefined) assert.equal(answer.body.errors?.[0]?.field, field, answer.text);
      for (const { message } of answer.body.errors ?? []) assert.doesNotMatch(message, /^[a-z]+\.[a-z_.]+$/, message);
    });
  }

  it("the current price, a discount of nothing and the right total are fine", async () => {
    const items = [{ ...item(), unit_price: "11900.00", discount: "0.00" }];
    const answer = await ring(emilio, { items, payments: cash("11900"), expected_total: "11900.00" });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.customer_id, null);
  });

  it("another total names both amounts as decimal strings", async () => {
    const answer = await ring(emilio, { items: [item()], payments: cash("20000"), expected_total: "12000" });
    assert.deepEqual([answer.body["expected_total"], answer.body["total"]], ["12000.00", "11900.00"]);
  });

  it("an order beyond every limit is refused, not a fault", async () => {
    await stocked(shop, { sku: "ORO", price: "90000000000", stock: "1" });
    const answer = await ring(emilio, { items: [{ code: "ORO", quantity: "999999" }], payments: cash("1") });
    assert.equal(answer.status, 422, answer.text);
  });

  it("a retired product is not sold", async () => {
    const old = await stocked(shop, { sku: "VIEJO" });
    await (await shop.api("admin")).delete(`/api/v1/products/${old.id}`);
    const answer = await ring(emilio, { items: [{ product_id: old.id, quantity: "1" }], payments: cash("1000") });
    assert.equal(answer.status, 422);
  });

  it("lists go on where they stopped, newest first, by day, cashier and customer", async () => {
    const admin = await shop.api("admin");
    const { body: ana } = await admin.post<{ id: number }>("/api/v1/customers", { name: "Ana" }, { key: randomUUID() });
    const hers = await ring(emilio, { items: [item()], payments: cash("11900"), customer_id: ana.id });
    assert.equal(hers.status, 201, hers.text);
    type List = { data: SaleAnswer[]; next_cursor: string | null };
    const all = (await emilio.get<List>("/api/v1/sales?limit=200")).body.data;
    const seen: number[] = [];
    let cursor = "";
    do {
      const { body } = await emilio.get<List>(`/api/v1/sales?limit=3&cursor=${cursor}`);
      seen.push(...body.data.map((sale) => sale.id));
      cursor = body.next_cursor ?? "";
    } while (cursor !== "");
    assert.deepEqual(
      seen,
      all.map((sale) => sale.id),
    );
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => b - a),
    );
    const today = all[0]?.business_date;
    const on = async (query: string) => (await emilio.get<List>(`/api/v1/sales?limit=200&${query}`)).body.data.length;
    assert.equal(await on(`from=${today}&to=${today}`), all.length);
    assert.equal(await on("to=2001-01-01"), 0);
    assert.equal(await on(`customer_id=${ana.id}`), 1);
    assert.equal(await on(`cashier=${all[0]?.cashier.id}`), all.length);
    assert.equal(await on("cashier=999999"), 0);
  });

  it("strangers sell nothing and see nothing", async () => {
    const stranger = await shop.api();
    assert.equal((await ring(stranger, { items: [item()], payments: cash("11900") })).status, 401);
    assert.equal((await stranger.get("/api/v1/sales")).status, 401);
    assert.equal((await emilio.get("/api/v1/sales/999999")).status, 404);
  });

  it("the owner's day begins at the cut-off: a sale is stored with the shop's own date", async () => {
    const answer = await ring(emilio, { items: [item()], payments: cash("11900") });
    const local = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Bogota" });
    assert.equal(answer.body.business_date, local.format(new Date(answer.body.created_at)));
  });

  it("an employee is rice's seller too, by weight to the gram", async () => {
    const answer = await ring(emilio, { items: [{ product_id: rice.id, quantity: "0.001" }], payments: cash("4.30") });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.body.total, "4.30");
  });
});
