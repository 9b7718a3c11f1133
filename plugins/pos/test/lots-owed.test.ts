/** Lots that come to a shelf below zero: what it owed is paid first, and of lots no more stands than of their product. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import type { Knex } from "knex";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { invariants } from "../../inventory/invariants.ts";
import { up } from "../../inventory/migrations/0096_lots_owed.ts";
import { allowNegative } from "../../inventory/settings.ts";
import { inventoryOf } from "../../inventory/test/shelf.ts";
import { assertBooks, cash, onHand, ring, type SaleAnswer } from "./till.ts";

interface Recall {
  movements: { reason: string; quantity: string; balance: string }[];
  buyers: { number: string; quantity: string; customer: string | null; customer_document: string | null }[] | null;
  buyers_named: boolean;
  owed: string | null;
}

class Undo extends Error {}

describe("lots that come to a shelf below zero", () => {
  let shop: Shop;
  let admin: ApiClient;
  let storeId: number;
  let supplierId: number | undefined;
  before(async () => {
    shop = await openShop();
    await shop.db.raw("INSERT INTO settings (key, value) VALUES (?, 'true')", [allowNegative.key]);
    await shop.restart();
    admin = await shop.api("admin");
    storeId = (await shop.db.raw("SELECT min(id) AS id FROM stores")).rows[0].id;
  });
  after(() => shop.close());
  afterEach(async () => {
    await assertBooks(shop);
    for (const { name, check } of invariants)
      assert.deepEqual(await check(shop.db, { since: new Date(0), limit: 9 }), [], name);
  });

  const post = async <T>(path: string, body: object): Promise<T> => {
    const answer = await admin.post<T>(path, body, { key: randomUUID() });
    assert.ok(answer.status < 300, answer.text);
    return answer.body;
  };
  const goods = async (sku: string) => {
    const product = await post<{ id: number }>("/api/v1/products", { sku, name: sku, price: "1000" });
    await admin.put(`/api/v1/products/${product.id}/lots`, { tracks_lots: true });
    return product;
  };
  const sell = async (code: string, quantity: string, more: object = {}): Promise<SaleAnswer> => {
    const sale = await ring(admin, { items: [{ code, quantity }], payments: cash("900000"), ...more });
    assert.equal(sale.status, 201, sale.text);
    return sale.body;
  };
  const adjust = (product_id: number, quantity: string, more: object = {}) =>
    post("/api/v1/inventory/adjustments", { product_id, quantity, reason: "received", ...more });
  const count = async (product_id: number, quantity: string) => {
    const { id } = await post<{ id: number }>("/api/v1/counts", { store_id: storeId });
    await post(`/api/v1/counts/${id}/entries`, { lines: [{ product_id, quantity }] });
    await post(`/api/v1/counts/${id}/post`, { uncounted: "keep" });
  };
  const rows = async (productId: number, more = "") =>
    (
      await admin.get<{ data: { id: number; code: string; on_hand: string }[] }>(
        `/api/v1/lots?product_id=${productId}${more}`,
      )
    ).body.data;
  const left = async (productId: number, more = "") =>
    (await rows(productId, more)).map(({ code, on_hand }) => `${code} ${on_hand}`);
  const { check } = invariants.find(({ name }) => name === "stock_lots") ?? assert.fail();
  const buy = async (...lines: object[]) => {
    supplierId ??= (await post<{ id: number }>("/api/v1/suppliers", { name: "Granos" })).id;
    return post<{ id: number; lines: { lots: { code: string; quantity: string }[] }[] }>("/api/v1/purchases/receipts", {
      supplier_id: supplierId,
      lines: lines.map((line) => ({ cost: "500", ...line })),
    });
  };
  const lotId = async (productId: number, code: string) =>
    (await rows(productId, `&code=${code}`))[0]?.id ?? assert.fail(`no lot ${code}`);

  it("what was owed is paid of the lot that comes; nothing of it stays in the list for ever, and the recall says so", async () => {
    const milk = await goods("LECHE");
    await sell("LECHE", "5");
    await adjust(milk.id, "5", { lot: "A" });
    assert.deepEqual([await onHand(shop, milk), await left(milk.id)], ["0.000", []]);
    await count(milk.id, "3");
    const sale = await sell("LECHE", "3");
    assert.deepEqual([await onHand(shop, milk), await left(milk.id)], ["0.000", []]);
    const at = `/api/v1/lots/${await lotId(milk.id, "A")}`;
    const { body } = await admin.get<Recall>(at);
    assert.deepEqual([body.buyers, body.owed], [[], "5.000"]);
    assert.deepEqual(
      body.movements.map(({ reason, quantity, balance }) => `${reason} ${quantity} ${balance}`),
      ["owed -5.000 0.000", "received 5.000 5.000"],
    );
    assert.equal((await admin.get<{ owed: string }>(`${at}/buyers`)).body.owed, "5.000");
    assert.match((await admin.get(`${at}/buyers.csv`)).text, /Salió antes de recibirse,,5\.000/);
    const page = await (await shop.browser("admin")).get(at.replace("/api/v1", ""));
    assert.match(page.text, /5 un ya habían salido antes de recibirse/);
    assert.ok(!page.text.includes("Nadie ha comprado"));
    await post(`/api/v1/sales/${sale.id}/void`, { reason: "mal marcada" });
    assert.deepEqual([await onHand(shop, milk), await left(milk.id)], ["3.000", []]);
  });

  it("a part: what is left of the lots of a delivery stands, and the delivery still says all that it brought", async () => {
    const rice = await goods("ARROZ");
    await sell("ARROZ", "4");
    const line = { code: "ARROZ", quantity: "3" };
    const came = await buy(
      { ...line, lot: "TARDE", expires_on: "2100-02-01" },
      { ...line, lot: "PRONTO", expires_on: "2100-01-01" },
    );
    assert.deepEqual(
      came.lines.map(({ lots }) => lots.map(({ code, quantity }) => `${code} ${quantity}`)),
      [["TARDE 3.000"], ["PRONTO 3.000"]],
    );
    const { rows: about } = await shop.db.raw(
      "SELECT document_type AS type, document_id AS id FROM stock_movements WHERE product_id = ? AND quantity_milli > 0",
      [rice.id],
    );
    assert.deepEqual(
      (await inventoryOf(shop).lotsOf(about[0])).map(({ code, quantityMilli }) => `${code} ${quantityMilli}`),
      ["TARDE 3000", "PRONTO 3000"],
    );
    assert.deepEqual([await onHand(shop, rice), await left(rice.id)], ["2.000", ["TARDE 2.000"]]);
  });

  it("goods that come back to a shelf below zero, whole and damaged", async () => {
    const ham = await goods("JAMON");
    await adjust(ham.id, "5", { lot: "J" });
    const sale = await sell("JAMON", "5");
    await sell("JAMON", "3");
    const giveBack = (quantity: string, restock: boolean) =>
      post(`/api/v1/sales/${sale.id}/returns`, { reason: "x", lines: [{ line: 1, quantity, restock }] });
    await giveBack("1", false);
    assert.deepEqual([await onHand(shop, ham), await left(ham.id)], ["-3.000", []]);
    await giveBack("4", true);
    assert.deepEqual([await onHand(shop, ham), await left(ham.id)], ["1.000", ["J 1.000"]]);
  });

  it("a transfer to a store below zero: the lots that come later are not those that came", async () => {
    const oil = await goods("ACEITE");
    await adjust(oil.id, "10", { lot: "O1", expires_on: "2100-01-01" });
    await adjust(oil.id, "10", { lot: "O2", expires_on: "2100-02-01" });
    const north = (await post<{ id: number }>("/api/v1/stores", { name: "Norte" })).id;
    await adjust(oil.id, "-4", { store_id: north, reason: "damaged" });
    const lines = [{ product_id: oil.id, quantity: "12" }];
    const { id } = await post<{ id: number }>("/api/v1/transfers", {
      from_store_id: storeId,
      to_store_id: north,
      lines,
    });
    await post(`/api/v1/transfers/${id}/send`, {});
    const receive = (quantity: string, rest: string) =>
      post(`/api/v1/transfers/${id}/receive`, { lines: [{ product_id: oil.id, quantity }], rest });
    await receive("6", "later");
    assert.deepEqual(await left(oil.id, `&store_id=${north}`), ["O1 2.000"]);
    await receive("5", "lost");
    assert.deepEqual(await left(oil.id, `&store_id=${north}`), ["O1 6.000", "O2 1.000"]);
  });

  it("whatever comes and goes in whatever order, of lots no more stands than of their product", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("receive" as const), n: fc.nat({ max: 7 }), lot: fc.constantFrom("A", "B", "C") }),
      fc.record({ do: fc.constant("buy" as const), n: fc.nat({ max: 7 }), lot: fc.constantFrom("A", "B", "C") }),
      fc.record({ do: fc.constant("sell" as const), n: fc.nat({ max: 7 }) }),
      fc.record({ do: fc.constant("count" as const), n: fc.nat({ max: 7 }) }),
      fc.record({ do: fc.constant("adjust" as const), n: fc.integer({ min: -5, max: 5 }) }),
      fc.record({ do: fc.constant("return" as const), n: fc.nat(), restock: fc.boolean() }),
    );
    const days = { A: "2100-01-01", B: "2100-02-01", C: "2100-03-01" };
    let made = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
        made += 1;
        const sku = `P${made}`;
        const { id } = await goods(sku);
        const sales: SaleAnswer[] = [];
        for (const one of steps) {
          if (one.do === "receive") await adjust(id, `${one.n + 1}`, { lot: one.lot, expires_on: days[one.lot] });
          else if (one.do === "buy")
            await buy({ code: sku, quantity: `${one.n + 1}`, lot: one.lot, expires_on: days[one.lot] });
          else if (one.do === "sell") sales.push(await sell(sku, `${one.n + 1}`));
          else if (one.do === "count") await count(id, `${one.n}`);
          else if (one.do === "adjust" && one.n !== 0) await adjust(id, `${one.n}`, { reason: "other" });
          else if (one.do === "return" && sales.length > 0) {
            const [sale] = sales.splice(one.n % sales.length, 1);
            const lines = [{ line: 1, quantity: String(sale?.lines[0]?.["quantity"]), restock: one.restock }];
            await post(`/api/v1/sales/${sale?.id}/returns`, { reason: "x", lines });
          }
          const off = await check(shop.db, { since: undefined, limit: 999 });
          assert.deepEqual(
            off.filter((line) => line.includes(` of ${sku} `)),
            [],
          );
        }
      }),
      { numRuns: 25 },
    );
  }).timeout(180_000);

  it("more of lots than stands there, from before: it is found, and the migration pays it, what goes bad first", async () => {
    const bread = await goods("PAN");
    await adjust(bread.id, "4", { lot: "P2", expires_on: "2100-02-01" });
    await adjust(bread.id, "2", { lot: "P1", expires_on: "2100-01-01" });
    await adjust(bread.id, "3", { lot: "P2" });
    const off = async (tx: Knex) => [
      ...(await check(tx, { since: undefined, limit: 9 })),
      ...(await check(tx, { since: new Date(0), limit: 9 })),
    ];
    await shop.db
      .transaction(async (tx) => {
        // as it was left: it was sold before, and the lots were given everything
        await tx.raw(
          `WITH sold AS (UPDATE inventory SET on_hand_milli = on_hand_milli - 6000 WHERE product_id = ? RETURNING *)
           INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, created_at)
           SELECT store_id, product_id, 'other', -6000, on_hand_milli, 0, now() FROM sold`,
          [bread.id],
        );
        assert.equal((await off(tx)).length, 2);
        await up(tx);
        assert.deepEqual(await off(tx), []);
        const { rows: moved } = await tx.raw(
          `SELECT l.code, lm.quantity_milli::int AS milli, lm.balance_milli::int AS balance, m.quantity_milli::int AS brought
           FROM lot_movements lm JOIN lots l ON l.id = lm.lot_id JOIN stock_movements m ON m.id = lm.movement_id
           WHERE lm.product_id = ? AND lm.quantity_milli < 0 ORDER BY lm.id`,
          [bread.id],
        );
        assert.deepEqual(
          moved.map((one: Record<string, unknown>) => Object.values(one).join(" ")).sort(),
          ["P1 -2000 0 2000", "P2 -1000 3000 4000", "P2 -3000 4000 3000"].sort(),
        );
        await up(tx);
        const { rows: same } = await tx.raw("SELECT count(*)::int AS n FROM lot_movements WHERE product_id = ?", [
          bread.id,
        ]);
        assert.equal(same[0].n, 6, "once");
        throw new Undo();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undo)) throw error;
      });
  });

  it("who bought is told by name to who may see customers, and leaves the house with who may export them", async () => {
    const tea = await goods("TE");
    await adjust(tea.id, "5", { lot: "T" });
    const ana = await post<{ id: number }>("/api/v1/customers", {
      name: "Ana Ruiz",
      document_type: "CC",
      document_number: "52123456",
    });
    const sale = await sell("TE", "2", { customer_id: ana.id });
    const at = `/api/v1/lots/${await lotId(tea.id, "T")}`;
    const roles = await admin.get<{ data: { role: string; permissions: { name: string; granted: boolean }[] }[] }>(
      "/api/v1/roles",
    );
    const held = (roles.body.data.find(({ role }) => role === "employee")?.permissions ?? [])
      .filter(({ granted }) => granted)
      .map(({ name }) => name);
    const give = (permissions: string[]) => admin.put("/api/v1/roles/employee", { permissions });
    const api = await shop.api("employee");
    const browser = await shop.browser("employee");
    const told = async () => {
      const [one, list, csv, xlsx, page, file] = [
        await api.get<Recall>(at),
        await api.get<{ data: Recall["buyers"]; named: boolean }>(`${at}/buyers`),
        await api.get(`${at}/buyers.csv`),
        await api.get(`${at}/buyers.xlsx`),
        await browser.get(at.replace("/api/v1", "")),
        await browser.get(`${at.replace("/api/v1", "")}/buyers.csv`),
      ];
      assert.equal(xlsx.status, 200);
      for (const { text } of [one, list, csv, page, file]) assert.ok(text.includes(sale.number), text);
      assert.deepEqual([one.body.buyers_named, one.body.buyers?.[0]], [list.body.named, list.body.data?.[0]]);
      return [one, list, csv, page, file].map(({ text }) => /Ana Ruiz/.test(text) && /52123456/.test(text));
    };
    assert.deepEqual(await told(), [true, true, false, true, false]);
    await give(held.filter((name) => name !== "customers.read"));
    assert.deepEqual(await told(), [false, false, false, false, false]);
    assert.match((await browser.get(at.replace("/api/v1", ""))).text, /los ve quien puede ver clientes/);
    await give([...held, "customers.export"]);
    assert.deepEqual(await told(), [true, true, true, true, true]);
    await give(held);
  });
});
