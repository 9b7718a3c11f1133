/** Customers who may be one: suggested, merged with all that hangs on them, and what they bought whatever came back. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
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

describe("customers who may be one", () => {
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

  it("everything of the other goes along: group's prices, contacts, consents, store credit, parked carts; the trail says what was got", async () => {
    const [eva, twin] = [
      await hire("Eva Espejo", { email: "eva@correo.example" }),
      await hire("Evita Espejo", { phone: "311 222 33 44", document_type: "NIT", document_number: "900123456" }),
    ];
    const say = (id: number, given: boolean) =>
      manager.post(
        `/api/v1/customers/${id}/consents`,
        { purpose: "offers", given, channel: "written" },
        { key: randomUUID() },
      );
    await say(eva, true);
    await say(twin, false);
    await manager.post(`/api/v1/customers/${twin}/contacts`, { name: "Contadora Rara" }, { key: randomUUID() });
    const sold = await buy(twin, cash("10000"));
    const back = await manager.post(
      `/api/v1/sales/${sold.body.id}/returns`,
      { reason: "no era", refund: [{ method: "store_credit", amount: "10000" }] },
      { key: randomUUID() },
    );
    assert.equal(back.status, 201, back.text);
    const cart = randomUUID();
    await employee.post(`/api/v1/carts/${cart}/items`, { code: "ARROZ" });
    await employee.put(`/api/v1/carts/${cart}/customer`, { customer_id: twin });
    assert.equal((await merge(eva, twin)).status, 200);
    const paid = await employee.post<{ id: number; status: string }>(
      `/api/v1/carts/${cart}/pay`,
      { expected_total: "10000", payments: credit },
      { key: randomUUID() },
    );
    assert.equal(paid.status, 201, paid.text);
    assert.equal((await read(eva)).balance, "10000.00");
    const consents = await manager.get<{ data: { given: boolean; holds: boolean }[] }>(
      `/api/v1/customers/${eva}/consents`,
    );
    assert.deepEqual(
      consents.body.data.map(({ given, holds }) => [given, holds]),
      [
        [false, true],
        [true, false],
      ],
    );
    const found = await manager.get<{ data: Customer[] }>("/api/v1/customers?q=contadora rara");
    assert.deepEqual(
      found.body.data.map(({ id }) => id),
      [eva],
    );
    const known = await manager.get<{ vouchers: { balance_minor: number }[]; sales: unknown[] }>(
      `/api/v1/customers/${eva}/export`,
    );
    assert.deepEqual([known.body.vouchers.map((one) => one.balance_minor), known.body.sales.length], [[1_000_000], 3]);
    const { rows } = await shop.db.raw(
      "SELECT after FROM audit_log WHERE action = 'customer.merged' AND subject = ? ORDER BY id DESC LIMIT 1",
      [`customer:${eva}`],
    );
    assert.deepEqual(rows[0].after.got, ["document", "phone"]);
  });

  it("who may be there twice is suggested, with why, best reason first", async () => {
    const fabio = await hire("Fabio Fontanarrosa", {
      document_type: "CC",
      document_number: "79123456",
      phone: "+57 312 777 66 55",
      email: "fabio@correo.example",
    });
    const asFirm = await hire("Comercial F", { document_type: "OTHER", document_number: "79123456" });
    const byPhone = await hire("El de la esquina", { phone: "3127776655" });
    const byMail = await hire("F. F.", { email: "FABIO@correo.example" });
    const byName = await hire("Favio Fontanarosa");
    await hire("Fernando Fuentes", { phone: "3127776650", document_type: "CC", document_number: "7912345" });
    const { body } = await manager.get<{ data: { customer: Customer; reasons: string[] }[] }>(
      `/api/v1/customers/${fabio}/duplicates`,
    );
    assert.deepEqual(
      body.data.map(({ customer, reasons }) => [customer.id, reasons]),
      [
        [asFirm, ["document"]],
        [byMail, ["email"]],
        [byPhone, ["phone"]],
        [byName, ["name"]],
      ],
    );
    const browser = await shop.browser("manager");
    const page = await browser.get(`/customers/${fabio}/merge`);
    assert.match(
      page.root.querySelector("#suggestions")?.text ?? "",
      /Comercial F mismo número de documento[\s\S]*Favio Fontanarosa nombre parecido/,
    );
    const chosen = page.root.querySelectorAll("#suggestions a")[3]?.getAttribute("href") ?? "";
    await (await browser.get(chosen)).submit("#merge");
    assert.equal((await read(byName)).merged_into, fabio);
    assert.equal((await employee.get(`/api/v1/customers/${fabio}/duplicates`)).status, 403);
    assert.equal((await manager.get("/api/v1/customers/999999/duplicates")).status, 404);
    assert.deepEqual(
      (await manager.get<{ data: [] }>(`/api/v1/customers/${await hire("%_")}/duplicates`)).body.data,
      [],
    );
  });

  it("history and favourites know what was voided and what came back: as if it had not been bought", async () => {
    const gil = await hire("Gil Gómez");
    const history = async () => {
      const { body } = await manager.get<{
        sales: number;
        last_sale_at: string | null;
        totals: { total: string }[];
        favourites: { times: number; quantity: string }[];
      }>(`/api/v1/customers/${gil}/history`);
      return [
        body.sales,
        body.totals[0]?.total,
        body.favourites.map(({ times, quantity }) => [times, quantity]),
        body.last_sale_at !== null,
      ];
    };
    assert.deepEqual(await history(), [0, undefined, [], false]);
    const many = { items: [{ product_id: rice.id, quantity: "3" }], payments: cash("30000"), customer_id: gil };
    const [one, two, three] = [await ring(employee, many), await ring(employee, many), await ring(employee, many)];
    assert.deepEqual(await history(), [3, "90000.00", [[3, "9.000"]], true]);
    const part = { reason: "sobró", lines: [{ line: 1, quantity: "1" }] };
    await manager.post(`/api/v1/sales/${one.body.id}/returns`, part, { key: randomUUID() });
    const voided = await manager.post(`/api/v1/sales/${two.body.id}/void`, { reason: "error" }, { key: randomUUID() });
    assert.equal(voided.status, 201, voided.text);
    await manager.post(`/api/v1/sales/${three.body.id}/returns`, { reason: "no era" }, { key: randomUUID() });
    assert.deepEqual(await history(), [1, "20000.00", [[1, "2.000"]], true]);
    await manager.post(`/api/v1/sales/${one.body.id}/returns`, { reason: "no era" }, { key: randomUUID() });
    assert.deepEqual(await history(), [0, "0.00", [], false]);
  });
});
