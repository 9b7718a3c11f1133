/** Groups of customers: made by the manager, a customer in at most one. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";

interface Answer {
  id: number;
  name: string;
  group: { id: number; name: string } | null;
  errors?: { field: string }[];
  data: Answer[];
}

describe("groups of customers", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
  });
  after(() => shop?.close());

  const add = (path: string, body: object, client = manager) =>
    client.post<Answer>(`/api/v1/${path}`, body, { key: randomUUID() });

  it("the manager makes one on a page and puts a customer in it; the cashier sees it and cannot change it", async () => {
    const browser = await shop.browser("manager");
    const groups = await browser.get("/customer-groups");
    assert.match(groups.text, /Todavía no hay grupos/);
    const made = await groups.submit("#group-new", { name: "Mayoristas" });
    assert.match(made.text, /Mayoristas/);
    const { body } = await employee.get<Answer>("/api/v1/customer-groups");
    const id = String(body.data[0]?.id);

    const customer = await (await browser.get("/customers/new")).submit("#customer-new", {
      name: "Tienda Doña Rosa",
      group_id: id,
    });
    assert.match(customer.root.querySelector(".badge")?.text ?? "", /Mayoristas/);
    const cashier = await shop.browser("employee");
    const seen = await cashier.get(customer.url);
    assert.match(seen.root.querySelector(".badge")?.text ?? "", /Mayoristas/);
    assert.equal(seen.root.querySelector("#group_id"), null);
    await seen.submit("#customer", { phone: "300 111 22 33" });
    assert.match((await cashier.get("/customers")).root.querySelector(".badge")?.text ?? "", /Mayoristas/);
    const out = await (await browser.get(customer.url)).submit("#customer", { group_id: "" });
    assert.equal(out.root.querySelector(".badge"), null);
    const renamed = await (await browser.get(`/customer-groups/${id}`)).submit("#group", { name: "Al por mayor" });
    assert.match(renamed.text, /Al por mayor/);
  });

  it("programs do the same", async () => {
    const group = await add("customer-groups", { name: "Empleados" });
    assert.equal(group.status, 201, group.text);
    const { id, name } = group.body;
    const made = await add("customers", { name: "Luz", group_id: id });
    assert.deepEqual(made.body.group, { id, name });
    const path = `/api/v1/customers/${made.body.id}`;
    assert.equal((await employee.patch<Answer>(path, { phone: "300 555 55 55" })).body.group?.id, id);
    assert.equal((await employee.patch(path, { group_id: null })).status, 403);
    assert.equal((await manager.patch<Answer>(path, { group_id: null })).body.group, null);
    assert.equal((await add("customer-groups", { name: "X" }, employee)).status, 403);
  });

  it("one name is one group's, also of twenty who make it at once; a customer is in no group that is none", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => add("customer-groups", { name: "Club" })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(19).fill(422)]);
    const other = await add("customer-groups", { name: "Otro" });
    const same = await manager.patch<Answer>(`/api/v1/customer-groups/${other.body.id}`, { name: "CLUB" });
    assert.deepEqual([same.status, same.body.errors?.[0]?.field], [422, "name"]);
    const nowhere = await add("customers", { name: "Ana", group_id: 999 });
    assert.deepEqual([nowhere.status, nowhere.body.errors?.[0]?.field], [422, "group_id"]);
  });
});
