/** Two customers who are one: merged for good, to the last peso and point, and their purchases are one history. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { tamper } from "../../../test/harness/tamper.ts";
import { addCustomer, brokenAccounts } from "./accounts.ts";
import { assertBooks, cash, type Goods, type ProblemAnswer, ring, stocked } from "./till.ts";

interface Customer extends ProblemAnswer {
  id: number;
  name: string;
  balance: string;
  points: number;
  active: boolean;
  phone: string | null;
  document_number: string | null;
  merged_into: number | null;
}

describe("customers who are one", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let rice: Goods;
  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    rice = await stocked(shop, { sku: "ARROZ", name: "Arroz", price: "10000", stock: "1000" });
    const settings = await (await shop.browser("admin")).get("/settings");
    await settings.submit("form[action='/settings']", {
      "customers.points_earn": "1000",
      "customers.points_value": "50",
    });
  });
  after(() => shop?.close());
  afterEach(async () => {
    await assertBooks(shop);
    assert.deepEqual(await brokenAccounts(shop), []);
  });

  const hire = (name: string, more: object = {}) => addCustomer(manager, name, { credit_limit: "100000", ...more });
  const read = async (id: number) => (await manager.get<Customer>(`/api/v1/customers/${id}`)).body;
  const buy = (id: number, payments: object[]) =>
    ring(employee, { items: [{ product_id: rice.id, quantity: "1" }], payments, customer_id: id });
  const credit = [{ method: "customer_credit", amount: "10000" }];
  const merge = (into: number, from: number, client = manager, key: string = randomUUID()) =>
    client.post<Customer>(`/api/v1/customers/${into}/merge`, { from_id: from }, { key });

  it("on pages: the other is found, both are shown, then what it owed and earned is the first one's", async () => {
    const [ana, twin] = [
      await hire("Ana Ardila", { document_type: "CC", document_number: "1020304" }),
      await hire("Anita Ardila", { phone: "300 111 22 33" }),
    ];
    await buy(ana, credit);
    const sold = await buy(twin, credit);
    await buy(twin, cash("10000"));
    const browser = await shop.browser("manager");
    const page = await browser.get(`/customers/${ana}`);
    const link = page.root.querySelector("#merge")?.getAttribute("href") ?? assert.fail(page.text);
    const found = await (await browser.get(link)).submit("#find-duplicate", { q: "anita" });
    const other = found.root.querySelector("#duplicates a")?.getAttribute("href") ?? assert.fail(found.text);
    const done = await (await browser.get(other)).submit("#merge");
    assert.equal(done.url, `/customers/${ana}`);
    assert.match(done.text, /Aquí se unieron: Anita Ardila/);
    const [one, gone] = [await read(ana), await read(twin)];
    assert.deepEqual(
      [one.balance, one.points, one.phone, one.document_number],
      ["20000.00", 30, "300 111 22 33", "1020304"],
    );
    assert.deepEqual([gone.balance, gone.points, gone.active, gone.merged_into], ["0.00", 0, false, ana]);
    assert.equal((await browser.get(`/customers/${twin}`)).url, `/customers/${ana}`);
    const search = await manager.get<{ data: Customer[] }>("/api/v1/customers?q=anita");
    assert.deepEqual(search.body.data, []);

    // the sale keeps its document, its goods come back to who the customer is now
    const history = await manager.get<{ data: { id: number; customer_id: number }[] }>(
      `/api/v1/sales?customer_id=${ana}`,
    );
    assert.deepEqual(
      history.body.data.map(({ customer_id }) => customer_id),
      [twin, twin, ana],
    );
    const back = await manager.post(
      `/api/v1/sales/${sold.body.id}/returns`,
      { reason: "no era" },
      { key: randomUUID() },
    );
    assert.equal(back.status, 201, back.text);
    assert.deepEqual([(await read(ana)).balance, (await read(ana)).points], ["10000.00", 20]);
    // whoever still has the old number at hand sells to the same person
    assert.equal((await buy(twin, credit)).status, 201);
    assert.equal((await read(ana)).balance, "20000.00");
    const bought = await manager.get<{ sales: number; totals: object[]; favourites: { sku: string; times: number }[] }>(
      `/api/v1/customers/${ana}/history`,
    );
    assert.deepEqual(
      [bought.body.sales, bought.body.totals, bought.body.favourites.map(({ sku, times }) => [sku, times])],
      [3, [{ currency: "COP", total: "30000.00" }], [["ARROZ", 3]]],
    );
    const shown = await (await shop.browser("employee")).get(`/customers/${ana}`);
    assert.match(shown.root.querySelector("#bought")?.text ?? "", /3 compras por \$\s?30\.000/);
    assert.match(shown.root.querySelector("#favourites")?.text ?? "", /Arroz 3 veces, 3/);
    const all = shown.root.querySelector("#bought a")?.getAttribute("href") ?? assert.fail("no link");
    assert.match((await (await shop.browser("employee")).get(all)).text, new RegExp(sold.body.number));
    assert.equal((await manager.get("/api/v1/customers/999999/history")).status, 404);
    const owed = await manager.get<{ data: { customer_id: number; d30: string }[] }>("/api/v1/receivables");
    assert.equal(owed.body.data.find(({ customer_id }) => customer_id === ana)?.d30, "20000.00");
  });

  it("the trail names both, and nobody's name", async () => {
    const { rows } = await shop.db.raw(
      "SELECT subject, after FROM audit_log WHERE action = 'customer.merged' ORDER BY id",
    );
    assert.equal(rows.length, 2);
    assert.ok(rows[0].after.merged_from && rows[1].after.merged_into);
    assert.doesNotMatch(JSON.stringify(rows), /Ardila/);
  });

  it("not into itself, not twice, not what is not there, and not by everybody", async () => {
    const [bea, twin, third] = [await hire("Bea"), await hire("Beatriz"), await hire("Betty")];
    const itself = await merge(bea, bea);
    assert.deepEqual([itself.status, itself.body.errors?.[0]?.code], [422, "MERGE_SELF"]);
    const nobody = await merge(bea, 999_999);
    assert.deepEqual([nobody.status, nobody.body.errors?.[0]?.field], [422, "from_id"]);
    assert.equal((await merge(999_999, bea)).status, 404);
    assert.equal((await merge(bea, twin, employee)).status, 403);
    assert.equal((await merge(bea, twin)).status, 200);
    const again = await merge(third, twin);
    assert.deepEqual([again.status, again.body.code], [409, "CUSTOMER_MERGED"]);
    const into = await merge(twin, third);
    assert.deepEqual([into.status, into.body.code], [409, "CUSTOMER_MERGED"]);
    const changed = await manager.patch<Customer>(`/api/v1/customers/${twin}`, { name: "Otra" });
    assert.deepEqual([changed.status, changed.body.code], [409, "CUSTOMER_MERGED"]);
    // the chain has one link, however many were merged after each other
    assert.equal((await merge(third, bea)).status, 200);
    assert.equal((await read(twin)).merged_into, third);
    assert.equal((await buy(twin, credit)).status, 201);
    assert.equal((await read(third)).balance, "10000.00");
  });

  it("while both buy and twenty merge at once, once is enough and no peso is lost", async () => {
    const [caro, twin] = [await hire("Caro"), await hire("Carolina")];
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => buy(caro, credit)),
      ...Array.from({ length: 20 }, () => merge(caro, twin)),
      ...Array.from({ length: 8 }, () => buy(twin, credit)),
    ]);
    const sold = answers.filter(({ status }) => status === 201).length;
    assert.equal(answers.filter(({ status }) => status === 200).length, 1, answers.map(({ text }) => text).join("\n"));
    assert.equal((await read(caro)).balance, `${Math.min(sold, 10) * 10_000}.00`);
    assert.equal((await read(twin)).balance, "0.00");
    const key = randomUUID();
    const other = await hire("Caro otra vez");
    const twice = await Promise.all([1, 2].map(() => merge(caro, other, manager, key)));
    assert.ok(twice.some(({ status }) => status === 200));
  });

  it("A into B and B into A at the same moment: one of them, and nothing is lost or in a circle", async () => {
    for (let round = 0; round < 6; round++) {
      const [a, b] = [await hire(`Dora ${round}`), await hire(`Dorita ${round}`)];
      await buy(a, credit);
      await buy(b, credit);
      await buy(b, cash("10000"));
      const answers = await Promise.all([merge(a, b), merge(b, a), merge(a, b), merge(b, a)]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
      assert.ok(answers.every(({ status, body }) => status === 200 || body.code === "CUSTOMER_MERGED"));
      const [one, other] = [await read(a), await read(b)];
      const [stays, goes] = one.merged_into === null ? [one, other] : [other, one];
      assert.deepEqual([stays.merged_into, goes.merged_into], [null, stays.id]);
      assert.deepEqual([stays.balance, stays.points, goes.balance, goes.points], ["20000.00", 30, "0.00", 0]);
    }
  });

  it("a merge that was tampered with is found", async () => {
    await tamper(shop.db, ["customers"], (tx) =>
      tx.raw("UPDATE customers SET active = true WHERE merged_into IS NOT NULL"),
    );
    assert.match((await brokenAccounts(shop)).join("\n"), /customer_merged/);
    await tamper(shop.db, ["customers"], (tx) =>
      tx.raw("UPDATE customers SET active = false WHERE merged_into IS NOT NULL"),
    );
  });
});
