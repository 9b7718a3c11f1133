/** What the shop holds, buys and is owed, told by reports as the books have it; on paper page by page. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addCustomer, bookEntry } from "../../pos/test/accounts.ts";
import { cash, type Goods, ring, stocked } from "../../pos/test/till.ts";
import { idOf, openStore } from "../../pos/test/two-stores.ts";
import { printTable } from "../pdf.ts";
import { report } from "./figures.ts";

const key = () => ({ key: randomUUID() });

describe("reports of shelves, purchases and debts", () => {
  let shop: Shop;
  let manager: ApiClient;
  let bread: Goods;
  let cheese: Goods;
  let dust: Goods;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    bread = await stocked(shop, { sku: "PAN", name: "Pan", price: "1190", cost: "600", stock: "40" });
    cheese = await stocked(shop, { sku: "QUESO", name: "Queso", price: "11900", cost: "5000", stock: "3" });
    dust = await stocked(shop, { sku: "POLVO", name: "Polvo", price: "100", cost: "50", stock: "7" });
    await sell(bread, "10");
    await sell(cheese, "1");
  });
  after(() => shop?.close());

  const sell = async ({ id }: Goods, quantity: string) => {
    const answer = await ring(manager, { items: [{ product_id: id, quantity }], payments: cash("1000000") });
    assert.equal(answer.status, 201, answer.text);
  };
  const rows = async (name: string, members: string[], query = "") =>
    (await report(shop, manager, name, query)).data.map((one) => [one.name, ...members.map((member) => one[member])]);

  it("stock at its cost, what turns, what stands still and what matters", async () => {
    assert.deepEqual(await rows("stock-value", ["on_hand", "value"]), [
      ["Pan", "30.000", "18000.00"],
      ["Queso", "2.000", "10000.00"],
      ["Polvo", "7.000", "350.00"],
    ]);
    assert.equal((await report(shop, manager, "stock-value-by-category")).totals["value"], "28350.00");
    // one day: 6000 sold at cost of 18000 there are 121.667 turns in 365 days; 30 there at 10 a day last 3 days
    const today = (await report(shop, manager, "rotation")).range?.to ?? "";
    assert.deepEqual(await rows("rotation", ["sold", "value", "turns", "lasts"], `?from=${today}&to=${today}`), [
      ["Pan", "10.000", "18000.00", "121.667", 3],
      ["Queso", "1.000", "10000.00", "182.500", 2],
    ]);
    // days to come have not been: ten days of which nine are tomorrow or later turn as the one
    const later = new Date(Date.parse(today) + 9 * 86_400_000).toISOString().slice(0, 10);
    assert.deepEqual(await rows("rotation", ["turns", "lasts"], `?from=${today}&to=${later}`), [
      ["Pan", "121.667", 3],
      ["Queso", "182.500", 2],
    ]);
    assert.deepEqual(await rows("rotation", ["turns"], `?from=${later}&to=${later}`), []);
    assert.deepEqual(await rows("dead-stock", ["on_hand", "last_sold"]), [["Polvo", "7.000", null]]);
    const yesterday = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
    const dead = await rows("dead-stock", ["last_sold"], `?from=${yesterday}&to=${yesterday}`);
    assert.deepEqual(dead, [
      ["Pan", today],
      ["Queso", today],
      ["Polvo", null],
    ]);
    await sell(dust, "1");
    assert.deepEqual(await rows("abc", ["net", "share", "upto", "class"]), [
      ["Pan", "10000.00", 4979, 4979, "a"],
      ["Queso", "10000.00", 4979, 9958, "a"],
      ["Polvo", "84.03", 42, 10_000, "c"],
    ]);
  });

  it("what goes bad, the first before the others", async () => {
    const { id } = await stocked(shop, { sku: "JAMON", name: "Jamón", price: "900", cost: "100", stock: "4" });
    await manager.put(`/api/v1/products/${id}/lots`, { tracks_lots: true });
    const { today } = (await shop.db.raw("SELECT current_date AS today")).rows[0];
    for (const [code, days] of [
      ["B", 20],
      ["A", -1],
    ] as const)
      await shop.db.raw(
        `WITH made AS (INSERT INTO lots (product_id, code, expires_on, created_at)
           VALUES (:id, :code, cast(:today AS date) + cast(:days AS int), now()) RETURNING id)
         INSERT INTO lot_stock (store_id, lot_id, product_id, on_hand_milli) SELECT 1, id, :id, 2000 FROM made`,
        { id, code, days, today },
      );
    const asked = await report(shop, manager, "expiry");
    assert.deepEqual(
      asked.data.map(({ lot, on_hand: there, value }) => [lot, there, value]),
      [
        ["A", "2.000", "200.00"],
        ["B", "2.000", "200.00"],
      ],
    );
    const page = await (await shop.browser("manager")).get("/reports/expiry");
    const lot = page.root.querySelector("tbody th a")?.getAttribute("href") ?? "";
    assert.equal((await (await shop.browser("manager")).get(lot)).status, 200, lot);
  });

  it("purchases by supplier, less what went back", async () => {
    const supplier = await manager.post<{ id: number }>("/api/v1/suppliers", { name: "Molino" }, key());
    const from = { supplier_id: supplier.body.id, lines: [{ code: "PAN", quantity: "10", cost: "500" }] };
    const came = await manager.post<{ id: number }>("/api/v1/purchases/receipts", from, key());
    assert.equal(came.status, 201, came.text);
    const away = {
      supplier_id: supplier.body.id,
      note: "rancio",
      lines: [{ code: "PAN", quantity: "2", cost: "500" }],
    };
    const back = await manager.post("/api/v1/purchases/returns", away, key());
    assert.equal(back.status, 201, back.text);
    assert.deepEqual(await rows("purchases-by-supplier", ["deliveries", "received", "sent_back", "total"]), [
      ["Molino", 1, "5000.00", "-1000.00", "4000.00"],
    ]);
  });

  it("receivables by age are those of the customers' own page", async () => {
    const ana = await addCustomer(manager, "Ana", { credit_limit: "1000000" });
    const entries: [kind: string, minor: number, days: number][] = [
      ["charge", 50_000, 100],
      ["charge", 30_000, 70],
      ["charge", 20_000, 40],
      ["charge", 10_000, 2],
      ["payment", -60_000, 1],
    ];
    for (const [kind, minor, days] of entries) await bookEntry(shop, ana, kind, minor, days);
    const [mine] = (await report(shop, manager, "receivables-aging")).data;
    assert.deepEqual(
      ["owed", "d30", "d60", "d90", "older", "oldest"].map((member) => mine?.[member]),
      ["500.00", "100.00", "200.00", "200.00", "0.00", 70],
    );
    const { body } = await manager.get<{ data: Record<string, unknown>[] }>("/api/v1/receivables");
    for (const member of ["d30", "d60", "d90", "older"])
      assert.equal(JSON.stringify(body.data[0]).includes(`"${mine?.[member]}"`), true, member);
    // debts are the whole shop's: who only works where people learn is not told of them
    const admin = await shop.api("admin");
    const school = await openStore(admin, { name: "Escuela", training: true }, bread.id);
    const stores = `/api/v1/users/${await idOf(shop, "manager")}/stores`;
    await admin.put(stores, { store_ids: [school.store] });
    try {
      assert.deepEqual((await report(shop, manager, "receivables-aging")).data, []);
    } finally {
      await admin.put(stores, { store_ids: [] });
    }
  });

  it("on paper: whole, with every page numbered, and no further ahead of its reader than a few pages", async () => {
    const pdf = await manager.get("/api/v1/reports/stock-value/export?format=pdf");
    assert.equal(pdf.headers.get("content-type"), "application/pdf");
    assert.match(pdf.bytes.toString("latin1"), /^%PDF-[\s\S]*\/Count 1\b[\s\S]*%%EOF\s*$/);
    let made = 0;
    async function* many() {
      for (let batch = 0; batch < 100; batch += 1) {
        made += 1;
        yield Array.from({ length: 100 }, (_, line) => [`Producto ${batch} ${line}`, "1"]);
      }
    }
    const output = printTable({
      title: "Largo",
      about: "",
      pageOf: (number) => `Página ${number}`,
      head: [
        { text: "Producto", num: false },
        { text: "Cuánto", num: true },
      ],
      rows: many(),
      foot: () => ["Total", "10000"],
      language: "es",
    });
    const chunks: Buffer[] = [];
    for await (const chunk of output) {
      chunks.push(chunk);
      // a batch makes two pages or three
      assert.ok(made <= chunks.length + 3, `${made} batches were made when ${chunks.length} chunks were read`);
    }
    const whole = Buffer.concat(chunks).toString("latin1");
    const pages = whole.match(/\/Type \/Page\b/g)?.length ?? 0;
    assert.ok(pages > 200 && whole.includes(`/Count ${pages}`), `${pages} pages`);
  });
});
