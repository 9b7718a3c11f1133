/** What counts as there and as coming when the agents look at shelves, and orders of advice that has grown old. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { type Finding, offersDismissal, saying } from "./saying.ts";

interface Answer {
  id: number;
  code: string;
}

const key = () => ({ key: randomUUID() });
const DAYS = 120;

describe("shelves that the agents look at", () => {
  let shop: Shop;
  let admin: ApiClient;
  let supplier: number;
  let other: number;
  const goods = new Map<string, number>();

  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    supplier = (await admin.post<Answer>("/api/v1/suppliers", { name: "Molinos", lead_time_days: 5 }, key())).body.id;
    other = (await admin.post<Answer>("/api/v1/stores", { name: "Norte" }, key())).body.id;
    for (const sku of ["PAN", "ROSCA"]) {
      const made = await admin.post<Answer>("/api/v1/products", { sku, name: sku, price: "1000", cost: "600" });
      goods.set(sku, made.body.id);
      for (const store of [1, other]) {
        const lines = [{ product_id: made.body.id, quantity: "5000", cost: "600" }];
        const body = { supplier_id: supplier, store_id: store, lines };
        const came = await admin.post("/api/v1/purchases/receipts", body, key());
        assert.equal(came.status, 201, came.text);
      }
      await sold(made.body.id);
    }
  });
  after(() => shop?.close());

  const idOf = (sku: string) => goods.get(sku) ?? assert.fail(sku);

  /** Some each day, differently each week, as the ledger of stock has it; twenty are left. */
  async function sold(id: number): Promise<void> {
    const milli = Array.from(
      { length: DAYS },
      (_, day) => (4 + (day % 7 === 5 ? 8 : 0) + (((day * 7919) % 1000) >> 7)) * 1000,
    );
    await shop.db.raw(
      `INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, document_type, document_id,
         document_number, user_id, user_name, created_at)
       SELECT 1, :id, 'sale', -milli, i.on_hand_milli - sum(milli) OVER (ORDER BY place), 60000, 'sale', 1, 'x', 1, 'x',
         now() - make_interval(days => cast(:days AS int) - place::int + 1)
       FROM unnest(:milli::bigint[]) WITH ORDINALITY AS s (milli, place) JOIN inventory i ON i.store_id = 1 AND i.product_id = :id`,
      { id, milli, days: DAYS },
    );
    const left = 5000 - milli.reduce((sum, one) => sum + one, 0) / 1000;
    await shop.db.raw("UPDATE inventory SET on_hand_milli = :left WHERE store_id = 1 AND product_id = :id", {
      left: left * 1000,
      id,
    });
    const body = { product_id: id, quantity: String(20 - left), reason: "damaged" };
    assert.equal((await admin.post("/api/v1/inventory/adjustments", body, key())).status, 201);
  }

  async function told(agent: "stock" | "reorder"): Promise<Finding[]> {
    await shop.kernel.jobs.runNow("agents", "shelves-agents");
    const found = await admin.get<{ data: Finding[] }>(`/api/v1/agents/findings?limit=200&agent=${agent}`);
    return found.body.data;
  }
  const about = async (sku: string) => (await told("stock")).find(({ subject }) => subject === `product:${idOf(sku)}`);
  const ordered = async (sku: string) =>
    (await told("reorder")).flatMap(({ facts }) => facts.lines ?? []).find(({ productId }) => productId === idOf(sku))
      ?.quantityMilli ?? 0;

  it("what another store has sent is coming, and so it is ordered no more", async () => {
    assert.equal((await about("PAN"))?.facts["onOrderMilli"], 0);
    const before = await ordered("PAN");
    assert.ok(before > 0);
    const lines = [{ product_id: idOf("PAN"), quantity: "30" }];
    const asked = await admin.post<Answer>("/api/v1/transfers", { from_store_id: other, to_store_id: 1, lines }, key());
    assert.equal(asked.status, 201, asked.text);
    assert.equal((await about("PAN"))?.facts["onOrderMilli"], 0, "asked for is not sent");
    const sent = await admin.post(`/api/v1/transfers/${asked.body.id}/send`, { lines }, key());
    assert.ok(sent.status < 300, sent.text);
    assert.equal(await about("PAN"), undefined, "it lasts with what is on its way");
    assert.equal(await ordered("PAN"), before - 30_000);
  });

  it("each product that is advised is news of the advice", async () => {
    const [advice] = await told("reorder");
    const { rows } = await shop.db.raw("SELECT news FROM agent_findings WHERE id = ?", [advice?.id ?? 0]);
    const products = advice?.facts.lines?.map(({ productId }) => `product:${productId}`) ?? [];
    assert.ok(products.length > 0);
    assert.deepEqual(rows[0].news, products);
  });

  it("a lot that has gone bad is not there", async () => {
    const before = await ordered("ROSCA");
    assert.equal((await about("ROSCA"))?.facts["onHandMilli"], 20_000);
    await shop.db.raw(
      `WITH lot AS (INSERT INTO lots (product_id, code, expires_on, created_at) VALUES (:id, 'L1', current_date - 3, now()) RETURNING id)
       INSERT INTO lot_stock (store_id, lot_id, product_id, on_hand_milli) SELECT 1, id, :id, 15000 FROM lot`,
      { id: idOf("ROSCA") },
    );
    assert.equal((await about("ROSCA"))?.facts["onHandMilli"], 5000);
    assert.equal(await ordered("ROSCA"), before + 15_000);
  });

  it("what a kit was made of counts as sold, and what came back does not", async () => {
    const rate = async () => {
      const { rows } = await shop.db.raw(
        "SELECT -sum(quantity_milli)::int AS milli FROM stock_movements WHERE product_id = ? AND store_id = 1 AND reason IN ('sale', 'return', 'void')",
        [idOf("ROSCA")],
      );
      return rows[0].milli;
    };
    const parts = [{ product_id: idOf("ROSCA"), quantity: "2" }];
    const kit = await admin.post<Answer>("/api/v1/products", { sku: "KIT", name: "Kit", price: "3000" });
    assert.equal(kit.status, 201, kit.text);
    assert.equal((await admin.put(`/api/v1/products/${kit.body.id}/parts`, { parts })).status, 200);
    const before = await rate();
    const body = { items: [{ code: "KIT", quantity: "1" }], payments: [{ method: "cash", amount: "3000" }] };
    const sale = await admin.post<Answer>("/api/v1/sales", body, key());
    assert.equal(sale.status, 201, sale.text);
    assert.equal(await rate(), before + 2000);
    assert.equal((await admin.post(`/api/v1/sales/${sale.body.id}/void`, { reason: "error" }, key())).status, 201);
    assert.equal(await rate(), before);
  });

  it("what a supplier sells in packs is ordered whole, and an order under its minimum says so; it is in the shop's money", async () => {
    const before = await ordered("PAN");
    const path = `/api/v1/suppliers/${supplier}`;
    assert.equal((await admin.put(`${path}/packs/${idOf("PAN")}`, { pack: "36" })).status, 200);
    assert.equal((await admin.patch(path, { minimum: "9000000" })).status, 200);
    const whole = await ordered("PAN");
    assert.equal(whole % 36_000, 0);
    assert.ok(whole >= before && whole < before + 36_000, `${before} ${whole}`);
    const [advice] = await told("reorder");
    const missing = 900_000_000 - Number(advice?.facts["totalMinor"]);
    assert.ok(missing > 0 && advice?.facts["missingMinor"] === missing);
    await saying(
      { shop, admin },
      ({ id }) => id === advice?.id,
      /recibe pedidos desde \$\s9\.000\.000: faltan \$\s[\d.]+\./,
      /takes orders from \$9,000,000 on: \$[\d,]+ are missing\./,
    );
    // a store that sells in another currency buys in the shop's
    assert.equal((await admin.patch(`/api/v1/stores/${other}`, { currency: "USD" })).status, 200);
    const page = await (await shop.browser("manager")).get("/agents?agent=reorder");
    assert.match(page.root.querySelector(`#finding-${advice?.id} table`)?.text ?? "", / × 36/);
    const order = await page.submit(`#finding-${advice?.id} form[action$='/order']`);
    assert.match(order.text, /Molinos recibe pedidos desde \$\s9\.000\.000: faltan/);
    const { rows } = await shop.db.raw(
      `SELECT o.currency, o.total_minor, l.quantity_milli FROM purchase_orders o JOIN purchase_order_lines l ON l.order_id = o.id
       WHERE l.product_id = ?`,
      [idOf("PAN")],
    );
    assert.deepEqual(rows, [{ currency: "COP", total_minor: advice?.facts["totalMinor"], quantity_milli: whole }]);
    await shop.db.raw("DELETE FROM purchase_order_lines; DELETE FROM purchase_orders");
    await admin.patch(path, { minimum: "0" });
    await admin.delete(`${path}/packs/${idOf("PAN")}`);
    assert.equal(await ordered("PAN"), before);
  });

  it("two people who order by the same advice at once make one order", async () => {
    const [advice] = await told("reorder");
    const manager = await shop.api("manager");
    const both = await Promise.all(
      [admin, manager].map((one) => one.post<Answer>(`/api/v1/agents/findings/${advice?.id}/order`, {}, key())),
    );
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
    assert.deepEqual((await shop.db.raw("SELECT count(*)::int AS made FROM purchase_orders")).rows, [{ made: 1 }]);
    await shop.db.raw("UPDATE purchase_orders SET status = 'cancelled'");
  });

  it("what was ordered since the night is not ordered by its advice as well, though it is a draft", async () => {
    const [advice] = await told("reorder");
    const path = `/api/v1/agents/findings/${advice?.id}/order`;
    const [first, ...others] = advice?.facts.lines ?? assert.fail("no advice");
    assert.ok(first && others.length > 0);
    const order = async (lines: { productId: number; quantityMilli: number }[]) => {
      const wanted = lines.map((one) => ({ product_id: one.productId, quantity: String(one.quantityMilli / 1000) }));
      const body = { supplier_id: supplier, lines: wanted };
      const made = await admin.post<Answer>("/api/v1/purchases/orders", body, key());
      assert.equal(made.status, 201, made.text);
      return made.body.id;
    };
    const here = await order([first]);
    const rest = await order(others);
    const none = await admin.post<Answer>(path, {}, key());
    assert.deepEqual([none.status, none.body.code], [409, "NOTHING_TO_ORDER"], none.text);
    assert.equal((await admin.post(`/api/v1/purchases/orders/${rest}/cancel`, {}, key())).status, 200);
    // what came back to be wanted is ordered, and no more of it than was advised
    await shop.db.raw("UPDATE inventory SET on_hand_milli = 0 WHERE store_id = 1");
    // nor of packs that the supplier does not sell: it was not known in the night how he packs
    const units = Math.floor((others[0]?.quantityMilli ?? 0) / 2000) + 1;
    const pack = `/api/v1/suppliers/${supplier}/packs/${others[0]?.productId}`;
    assert.equal((await admin.put(pack, { pack: String(units) })).status, 200);
    const made = await admin.post<{ order_id: number }>(path, {}, key());
    assert.equal(made.status, 201, made.text);
    const { rows } = await shop.db.raw(
      `SELECT product_id AS "productId", quantity_milli AS "quantityMilli" FROM purchase_order_lines WHERE order_id = ? AND product_id <> ?`,
      [made.body.order_id, first.productId],
    );
    assert.deepEqual(
      rows,
      others.map(({ productId, quantityMilli }, place) => ({
        productId,
        quantityMilli: place === 0 ? units * 1000 : quantityMilli,
      })),
    );
    assert.ok((others[0]?.quantityMilli ?? 0) > units * 1000);
    await admin.delete(pack);
    await shop.db.raw("UPDATE inventory SET on_hand_milli = 20000 WHERE store_id = 1");
    await shop.db.raw("UPDATE purchase_orders SET status = 'cancelled' WHERE id >= ?", [here]);
  });

  it("advice of the night leaves out what was given up since; of a supplier who is gone nothing is ordered", async () => {
    const [advice] = await told("reorder");
    const path = `/api/v1/agents/findings/${advice?.id}/order`;
    const use = (active: boolean, path_: string) => admin.patch(path_, { active });
    assert.equal((await use(false, `/api/v1/suppliers/${supplier}`)).status, 200);
    const gone = await admin.post<Answer>(path, {}, key());
    assert.deepEqual([gone.status, gone.body.code], [409, "SUPPLIER_GONE"], gone.text);
    const page = await (await shop.browser("manager")).get("/agents?agent=reorder");
    assert.match((await page.submit(`#finding-${advice?.id} form[action$='/order']`)).text, /ya no se le compra/);
    assert.equal((await use(true, `/api/v1/suppliers/${supplier}`)).status, 200);
    const lines = advice?.facts.lines ?? [];
    for (const { productId } of lines) await use(false, `/api/v1/products/${productId}`);
    const none = await admin.post<Answer>(path, {}, key());
    assert.deepEqual([none.status, none.body.code], [409, "NOTHING_TO_ORDER"], none.text);
    const [first] = lines;
    await use(true, `/api/v1/products/${first?.productId}`);
    const made = await admin.post<{ order_id: number }>(path, {}, key());
    assert.equal(made.status, 201, made.text);
    const { rows } = await shop.db.raw("SELECT product_id FROM purchase_order_lines WHERE order_id = ?", [
      made.body.order_id,
    ]);
    assert.deepEqual(rows, [{ product_id: first?.productId }]);
  });

  it("what is of the whole shop is dismissed only by who works in all of its stores", async () => {
    const manager = await shop.api("manager");
    const school = await admin.post<Answer>("/api/v1/stores", { name: "Escuela", training: true }, key());
    assert.equal(school.status, 201, school.text);
    await admin.patch(`/api/v1/products/${idOf("PAN")}`, { price: "10000" });
    await shop.kernel.jobs.runNow("agents", "anomaly-agent");
    const found = async () =>
      (await admin.get<{ data: Finding[] }>("/api/v1/agents/findings?agent=anomaly")).body.data.find(
        ({ kind }) => kind === "price",
      );
    const jump = (await found()) ?? assert.fail("no jump");
    const people = await admin.get<{ data: { id: number; username: string }[] }>("/api/v1/users");
    const manuela = people.body.data.find(({ username }) => username === "manuela")?.id;
    const give = async (ids: number[]) => {
      const given = await admin.put(`/api/v1/users/${manuela}/stores`, { store_ids: ids });
      assert.equal(given.status, 200, given.text);
    };
    const offered = () => offersDismissal(shop, "manager", jump.id);
    const path = `/api/v1/agents/findings/${jump.id}/state`;
    const dismiss = () => manager.post<Answer>(path, { state: "dismissed" }, key());
    await give([1]);
    const refused = await dismiss();
    assert.deepEqual([refused.status, refused.body.code, await offered()], [403, "FINDING_OF_SHOP", false]);
    // not of the school, where nothing counts
    await give([1, other]);
    assert.equal(await offered(), true);
    assert.equal((await dismiss()).status, 200);
    assert.equal(await found(), undefined);
  });
});
