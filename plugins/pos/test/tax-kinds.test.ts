/** Goods whose tax is in the price, on top of it, or none at all, on one receipt. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import {
  assertBooks,
  cartOf,
  cash,
  digits,
  type Goods,
  type ProblemAnswer,
  ring,
  rung,
  saleIdOf,
  scan,
  stocked,
} from "./till.ts";

describe("kinds of tax", () => {
  let shop: Shop;
  let admin: ApiClient;
  let goods: Record<"included" | "added" | "exempt" | "excluded", Goods>;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    const make = (sku: string, price: string, facts: object) => stocked(shop, { sku, price, ...facts });
    goods = {
      included: await make("INC", "11900", { tax_rate_bp: 1900 }),
      added: await make("ADD", "10000", { tax_rate_bp: 1900, tax_kind: "added" }),
      exempt: await make("EXE", "3000", { tax_kind: "exempt" }),
      excluded: await make("EXC", "2000", { tax_kind: "excluded" }),
    };
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  it("a sale of all four: what is added comes on top, what is exempt or excluded pays nothing, the sums hold", async () => {
    const items = Object.values(goods).map(({ id }) => ({ product_id: id, quantity: "1" }));
    const { body } = await ring(admin, { items, payments: cash("30000"), expected_total: "28800" });
    assert.deepEqual(
      body.lines.map((line) => [line["tax_kind"], line["tax_rate_bp"], line["unit_price"], line["tax"], line["total"]]),
      [
        ["included", 1900, "11900.00", "1900.00", "11900.00"],
        ["added", 1900, "10000.00", "1900.00", "11900.00"],
        ["exempt", 0, "3000.00", "0.00", "3000.00"],
        ["excluded", 0, "2000.00", "0.00", "2000.00"],
      ],
    );
    assert.deepEqual([body.subtotal, body.tax, body.total], ["25000.00", "3800.00", "28800.00"]);
    const receipt = await (await shop.browser("admin")).get(`/sales/${body.id}/receipt`);
    assert.match(receipt.text, /19% incluido[\s\S]*19% sumado[\s\S]*Exento[\s\S]*Excluido/);
    const back = await admin.post<typeof body>(
      `/api/v1/sales/${body.id}/returns`,
      { reason: "x" },
      { key: randomUUID() },
    );
    assert.deepEqual([back.body.subtotal, back.body.tax, back.body.total], ["-25000.00", "-3800.00", "-28800.00"]);
  });

  it("the till shows what will be charged, a discount is taken before the tax, and the shift tells the kinds apart", async () => {
    const cashier = await shop.browser("admin");
    const page = await rung(cashier, "ADD", "EXE");
    assert.equal(digits(page.root.querySelector(".pos-total strong")?.text ?? ""), "14900");
    assert.match(page.text, /\+ 19%/);
    const line = await cashier.get(`/pos/carts/${cartOf(page)}/lines/1/discount`);
    const less = await line.submit("[name=percent]", { percent: "10", reason: "amigo" });
    assert.equal(digits(less.root.querySelector(".pos-total strong")?.text ?? ""), "13710");
    const id = saleIdOf(await less.submit("#pay-form", { amount: "20000" }));
    const { body } = await admin.get<{ total: string; discount: string; tax: string; shift_id: number }>(
      `/api/v1/sales/${id}`,
    );
    assert.deepEqual([body.total, body.discount, body.tax], ["13710.00", "1000.00", "1710.00"]);
    const { body: x } = await admin.get<{ taxes: { tax_kind: string; tax: string }[]; total: string }>(
      `/api/v1/shifts/${body.shift_id}/x`,
    );
    assert.deepEqual(
      new Set(x.taxes.map(({ tax_kind }) => tax_kind)),
      new Set(["included", "added", "exempt", "excluded"]),
    );
    assert.equal(x.total, "13710.00");
  });

  it("a product whose kind changes while it lies in a cart keeps the old line, and the next scan is a line of its own", async () => {
    const cashier = await shop.browser("admin");
    const page = await rung(cashier, "INC");
    const path = `/api/v1/products/${goods.included.id}`;
    await admin.patch(path, { tax_kind: "added" });
    const next = await scan(page, "INC");
    await admin.patch(path, { tax_kind: "included" });
    assert.equal(next.root.querySelectorAll(".pos-line").length, 2);
    assert.equal(digits(next.root.querySelector(".pos-total strong")?.text ?? ""), String(11_900 + 14_161));
  });

  it("what is exempt has no rate: refused when one is sent, emptied when the kind changes", async () => {
    const refused = await admin.post<ProblemAnswer>("/api/v1/products", {
      sku: "BAD",
      name: "Mal",
      price: "1",
      tax_rate_bp: 1900,
      tax_kind: "excluded",
    });
    assert.deepEqual([refused.status, refused.body.errors?.[0]?.field], [422, "tax_rate_bp"]);
    const path = `/api/v1/products/${goods.included.id}`;
    const exempt = await admin.patch<{ tax_rate_bp: number }>(path, { tax_kind: "exempt" });
    assert.equal(exempt.body.tax_rate_bp, 0);
    const still = await admin.patch<ProblemAnswer>(path, { tax_rate_bp: 500 });
    assert.equal(still.status, 422);
    const again = await admin.patch<{ tax_rate_bp: number }>(path, { tax_kind: "included", tax_rate_bp: 1900 });
    assert.equal(again.body.tax_rate_bp, 1900);
    const form = await (await shop.browser("admin")).get(`/products/${goods.included.id}`);
    const saved = await form.submit("[name=tax_kind]", { tax_kind: "added" });
    assert.match(saved.text, /19% \(se suma al precio\)/);
    await admin.patch(path, { tax_kind: "included" });
  });

  it("an export says the kind, and reading it again changes nothing", async () => {
    const { text } = await admin.get("/api/v1/products/export.csv");
    assert.match(text, /ADD[^\n]*19 \+/);
    assert.match(text, /EXE[^\n]*exempt/);
    assert.match(text, /EXC[^\n]*excluded/);
    const again = await admin.post<{ created: number; updated: number; failed: number }>(
      "/api/v1/products/import",
      text,
      {
        type: "text/csv",
      },
    );
    assert.deepEqual([again.body.created, again.body.updated, again.body.failed], [0, 0, 0], again.text);
    const changed = await admin.post<{ updated: number }>("/api/v1/products/import", "sku,tax_rate\r\nEXE,5 +\r\n", {
      type: "text/csv",
    });
    assert.equal(changed.body.updated, 1, changed.text);
    const { body } = await admin.get<{ tax_rate_bp: number; tax_kind: string }>(`/api/v1/products/${goods.exempt.id}`);
    assert.deepEqual([body.tax_rate_bp, body.tax_kind], [500, "added"]);
  });
});
