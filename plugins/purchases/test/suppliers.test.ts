/** Suppliers on pages and for programs. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";

interface Answer {
  id: number;
  name: string;
  nit: string | null;
  phone: string | null;
  lead_time_days: number;
  active: boolean;
  errors?: { field: string; code: string }[];
  data: Answer[];
  next_cursor: string | null;
}

describe("suppliers", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
  });
  after(() => shop?.close());

  const add = (facts: object) => manager.post<Answer>("/api/v1/suppliers", facts, { key: randomUUID() });

  it("one is added on a page; the NIT is given its check digit, a wrong one is refused with everything typed", async () => {
    const page = await (await shop.browser("manager")).get("/suppliers/new");
    const typed = { name: "Distribuidora La Ñapa", contact: "Rosa", phone: "300 123 45 67", lead_time_days: "3" };
    const wrong = await page.submit("#supplier-new", { ...typed, nit: "900.123.456-1" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.root.querySelector("#nit-error")?.text ?? "", /dígito de verificación/);
    assert.equal(wrong.fields("#supplier-new")["contact"], "Rosa");
    const saved = await wrong.submit("#supplier-new", { nit: "900.123.456" });
    assert.match(saved.url, /^\/suppliers\/\d+$/, saved.text);
    assert.match(saved.text, /NIT 900123456-8/);
    const again = await wrong.submit("#supplier-new", { nit: "900.123.456" });
    assert.equal(again.url, saved.url, "sent twice: added once");
    const list = await (await (await shop.browser("manager")).get("/suppliers")).submit("#supplier-filter", {
      q: "napa",
    });
    assert.match(list.text, /La Ñapa/);
  });

  it("found by NIT with dots, by phone, by contact; a list goes on from page to page", async () => {
    for (const name of ["Alfa", "Beta", "Gamma"]) assert.equal((await add({ name })).status, 201);
    for (const q of ["900.123.456", "300 1234567", "rosa", "distri nap"]) {
      const found = await manager.get<Answer>(`/api/v1/suppliers?q=${encodeURIComponent(q)}`);
      assert.deepEqual(
        found.body.data.map(({ name }) => name),
        ["Distribuidora La Ñapa"],
        q,
      );
    }
    const names: string[] = [];
    let cursor = "";
    do {
      const answer = await manager.get<Answer>(`/api/v1/suppliers?limit=2&cursor=${cursor}`);
      names.push(...answer.body.data.map(({ name }) => name));
      cursor = answer.body.next_cursor ?? "";
    } while (cursor);
    assert.deepEqual(names, ["Alfa", "Beta", "Distribuidora La Ñapa", "Gamma"]);
  });

  it("one NIT is one supplier's, however many add it at once; bad facts are told by field", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => add({ name: `Proveedor ${index}`, nit: "860002964-4" })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(19).fill(422)]);
    for (const [field, facts] of [
      ["nit", { nit: "860002964-5" }],
      ["lead_time_days", { lead_time_days: -1 }],
      ["lead_time_days", { lead_time_days: 366 }],
      ["email", { email: "no" }],
      ["name", { name: " " }],
    ] as const) {
      const answer = await add({ name: "X", ...facts });
      assert.deepEqual([answer.status, answer.body.errors?.[0]?.field], [422, field], answer.text);
    }
  });

  it("what two change at once is not lost; null empties; the trail keeps no phone", async () => {
    const { body } = await add({ name: "Cambiante", phone: "310 555 66 77" });
    const mine = await (await shop.browser("manager")).get(`/suppliers/${body.id}`);
    const patched = await manager.patch<Answer>(`/api/v1/suppliers/${body.id}`, { phone: null, lead_time_days: 12 });
    assert.deepEqual([patched.body.phone, patched.body.lead_time_days, patched.body.name], [null, 12, "Cambiante"]);
    const told = await mine.submit("#supplier", { address: "Calle 1" });
    assert.equal(told.status, 409);
    assert.equal((await told.submit("#supplier", {})).status, 200);
    const { rows } = await shop.db.raw("SELECT before, after FROM audit_log WHERE subject = ?", [
      `supplier:${body.id}`,
    ]);
    assert.ok(rows.length >= 2);
    assert.ok(!JSON.stringify(rows).includes("555"));
  });

  it("an employee sees no supplier", async () => {
    assert.equal((await (await shop.api("employee")).get("/api/v1/suppliers")).status, 403);
    assert.equal((await (await shop.browser("employee")).get("/suppliers")).status, 403);
  });
});
