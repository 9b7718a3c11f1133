/** People of stores: who is given some works there alone. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cash, type ProblemAnswer, ring, rung, stocked } from "./till.ts";
import { idOf, openStore, type Placed, type StoreAnswer, sellAt } from "./two-stores.ts";

describe("people and their stores", () => {
  let shop: Shop;
  let admin: ApiClient;
  let employee: ApiClient;
  let north: { store: number; register: number };
  let employeeId: number;

  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    employee = await shop.api("employee");
    const bread = await stocked(shop, { sku: "PAN", price: "1000" });
    north = await openStore(admin, { name: "Norte" }, bread.id);
    employeeId = await idOf(shop, "employee");
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  const work = (ids: number[]) => admin.put(`/api/v1/users/${employeeId}/stores`, { store_ids: ids });

  it("who is given a store works there alone, on pages and by program", async () => {
    const there = (await sellAt(admin, north.register, "1000")).body;
    const here = (await sellAt(admin, 1, "1000")).body;
    const page = await shop.browser("admin");
    const given = await (await page.get(`/users/${employeeId}`)).submit("#user-stores", {
      store_ids: [String(north.store)],
    });
    assert.equal(given.status, 200, given.text);
    assert.deepEqual((await admin.get<unknown>(`/api/v1/users/${employeeId}/stores`)).body, {
      store_ids: [north.store],
    });

    const refused = await sellAt(employee, 1, "1000");
    assert.deepEqual([refused.status, refused.body.code], [403, "STORE_NOT_YOURS"], refused.text);
    const mine = await sellAt(employee, undefined, "1000");
    assert.equal(mine.status, 201, "without a register it is the first of one's own stores");
    const shift = await employee.post<ProblemAnswer>(
      "/api/v1/shifts",
      { register_id: 1, float: "0" },
      { key: randomUUID() },
    );
    assert.deepEqual([shift.status, shift.body.code], [403, "STORE_NOT_YOURS"]);
    for (const path of [
      `/api/v1/sales/${here.id}`,
      `/api/v1/sales/${here.id}/receipt?format=text`,
      "/api/v1/sales?store_id=1",
      "/api/v1/shifts/current?register_id=1",
      "/api/v1/parked-sales?register_id=1",
      "/api/v1/inventory?store_id=1",
      "/api/v1/inventory/movements?store_id=1",
    ]) {
      const answer = await employee.get<ProblemAnswer>(path);
      assert.deepEqual([answer.status, answer.body.code], [403, "STORE_NOT_YOURS"], path);
      const written = path.replace(/(_id=)1/, "$101");
      if (written !== path) assert.equal((await employee.get(written)).status, 422, `${written}: no way around`);
    }
    const named = {
      register_id: "01",
      payments: [{ method: "cash", amount: "1000" }],
      items: [{ code: "PAN", quantity: "1" }],
    };
    assert.equal((await employee.post("/api/v1/sales", named, { key: randomUUID() })).status, 422);
    const listed = await employee.get<Placed>("/api/v1/sales");
    assert.deepEqual([...new Set(listed.body.data.map(({ store_id }) => store_id))], [north.store]);
    const registers = await employee.get<Placed>("/api/v1/registers");
    assert.deepEqual(
      registers.body.data.map(({ id }) => id),
      [north.register],
    );
    const stores = await employee.get<{ data: StoreAnswer[] }>("/api/v1/stores");
    assert.deepEqual(
      stores.body.data.map(({ id }) => id),
      [north.store],
    );
    const moves = await employee.get<Placed>("/api/v1/inventory/movements");
    assert.deepEqual([...new Set(moves.body.data.map(({ store_id }) => store_id))], [north.store]);
    assert.equal((await employee.get(`/api/v1/sales/${there.id}`)).status, 200);

    const browser = await shop.browser("employee");
    const choice = await browser.get("/pos/registers");
    assert.doesNotMatch(choice.text, /Caja 1/);
    browser.cookies.set("pos_register", "1");
    assert.match((await browser.get("/pos/new")).root.querySelector(".pos-name")?.text ?? "", /Caja norte/);
    const forced = await browser.post("/pos/registers", { ...choice.fields("#choose"), register_id: "1" });
    assert.equal(forced.status, 403);
    assert.match(forced.text, /de una tienda en la que usted no trabaja/);
    assert.equal((await browser.get(`/sales/${here.id}`)).status, 403);
    assert.equal((await browser.get(`/sales/${here.id}/receipt`)).status, 403);
    assert.doesNotMatch((await browser.get("/sales")).text, new RegExp(here.number));
    assert.doesNotMatch((await browser.get("/")).text, /Tienda principal/);
    const own = await browser.get("/shifts");
    assert.doesNotMatch(own.text, /Caja 1/);
  });

  it("a cart of a store that one no longer works in is closed to its cashier", async () => {
    const browser = await shop.browser("employee");
    const cart = await rung(browser, "PAN");
    await work([1]);
    assert.equal((await browser.get(cart.url)).status, 403);
    assert.equal((await cart.submit("#pay-form", { amount: "1000" })).status, 403);
    await work([]);
    assert.equal((await browser.get(cart.url)).status, 200, "without any given store one works in all");
  });

  it("a store without a register says so, and a person is given only stores that are there", async () => {
    const south = await admin.post<StoreAnswer>("/api/v1/stores", { name: "Sur" }, { key: randomUUID() });
    assert.equal(south.status, 201, south.text);
    await work([south.body.id]);
    const browser = await shop.browser("employee");
    const page = await browser.get("/pos");
    assert.equal(page.status, 409);
    assert.match(page.text, /No hay ninguna caja en uso/);
    const typed = { ...(await browser.get("/")).fields('form[action="/language"]'), code: "PAN" };
    assert.equal((await browser.post("/pos", typed)).status, 409);
    assert.equal((await work([999_999])).status, 422);
    await work([]);
  });

  it("who works in another store approves nothing here, and is not asked", async () => {
    const manager = await shop.api("manager");
    const managerId = await idOf(shop, "manager");
    const { password } = people.manager;
    assert.equal((await manager.put("/api/v1/auth/pin", { current_password: password, pin: "739158" })).status, 204);
    const cheaper = (register: number) =>
      ring(employee, {
        items: [{ code: "PAN", quantity: "1", unit_price: "900", price_reason: "ayer" }],
        payments: cash("900"),
        register_id: register,
        approval: { username: people.manager.username, pin: "739158" },
      });
    await admin.put(`/api/v1/users/${managerId}/stores`, { store_ids: [north.store] });
    const refused = await cheaper(1);
    assert.deepEqual([refused.status, refused.body.code], [403, "PIN_WRONG"], refused.text);
    assert.equal((await cheaper(north.register)).status, 201);
    await admin.put(`/api/v1/users/${managerId}/stores`, { store_ids: [] });
    assert.equal((await cheaper(1)).status, 201);
  });

  it("a promotion is made for the stores in which one works; for all, or elsewhere, by who works there", async () => {
    const manager = await shop.api("manager");
    const managerId = await idOf(shop, "manager");
    const ten = { name: "Diez", kind: "percent", percent_bp: 1000, starts_on: "2020-01-01" };
    const make = (client: ApiClient, facts: object) =>
      client.post<ProblemAnswer & { id: number }>("/api/v1/promotions", { ...ten, ...facts }, { key: randomUUID() });
    const all = await make(admin, { starts_on: "2999-01-01" });
    await admin.put(`/api/v1/users/${managerId}/stores`, { store_ids: [north.store] });
    for (const facts of [{}, { store_ids: [1] }, { store_ids: [1, north.store] }]) {
      const refused = await make(manager, facts);
      assert.deepEqual([refused.status, refused.body.code], [403, "STORE_NOT_YOURS"], JSON.stringify(facts));
    }
    const end = await manager.post<ProblemAnswer>(`/api/v1/promotions/${all.body.id}/end`, {});
    assert.deepEqual([end.status, end.body.code], [403, "STORE_NOT_YOURS"]);
    const form = await (await shop.browser("manager")).get("/promotions/new");
    assert.equal(form.root.querySelectorAll('[name="store_ids"]').length, 1);
    const made = await make(manager, { store_ids: [north.store] });
    assert.equal(made.status, 201, made.text);
    assert.equal((await sellAt(admin, north.register, "1000")).body.total, "900.00");
    assert.equal((await sellAt(admin, 1, "1000")).body.total, "1000.00");
    assert.equal((await manager.post(`/api/v1/promotions/${made.body.id}/end`, {})).status, 200);
    await admin.put(`/api/v1/users/${managerId}/stores`, { store_ids: [] });
  });
});
