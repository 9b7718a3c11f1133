/** Paying in several tenders: change from cash only, references, rounding of cash as its own line. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { type Offer, roundToCoin, settle } from "../settlement.ts";
import { assertBooks, digits, type Goods, type ProblemAnswer, ring, rung, stocked } from "./till.ts";

describe("tenders", () => {
  let shop: Shop;
  let goods: Goods;
  let employee: ApiClient;
  before(async () => {
    shop = await openShop();
    goods = await stocked(shop, { sku: "QUESO", name: "Queso", price: "18730" });
    employee = await shop.api("employee");
  });
  after(async () => {
    try {
      await assertBooks(shop);
    } finally {
      await shop.close();
    }
  });

  const sell = (payments: object[]) => ring(employee, { items: [{ product_id: goods.id, quantity: "1" }], payments });
  const payment = async (browser: Browser, register: Page) => {
    const link = register.root.querySelector('a[href$="/payment"]')?.getAttribute("href");
    return browser.get(link ?? assert.fail("no way to other tenders"));
  };

  it("a sale is split over three of them; the receipt names each with its reference", async () => {
    const browser = await shop.browser("employee");
    const page = await payment(browser, await rung(browser, "QUESO"));
    const receipt = await page.submit("#payment", {
      amount_cash: "10.000",
      amount_nequi: "5.000",
      reference_nequi: "M123",
      amount_card: "5.000",
      reference_card: "AP-77",
    });
    assert.match(receipt.url, /receipt$/, receipt.text);
    for (const said of [/Efectivo/, /Nequi M123/, /Tarjeta AP-77/]) assert.match(receipt.text, said);
    const { rows } = await shop.db.raw(
      `SELECT p.method, p.amount_minor, p.reference, s.change_minor FROM payments p JOIN sales s ON s.id = p.sale_id
       ORDER BY p.sale_id DESC, p.line LIMIT 3`,
    );
    assert.deepEqual(rows.map((row: { method: string }) => row.method).sort(), ["card", "cash", "nequi"]);
    assert.equal(rows[0].change_minor, 127_000);
  });

  it("one button pays all that is left with one tender", async () => {
    const browser = await shop.browser("employee");
    const page = await payment(browser, await rung(browser, "QUESO"));
    const receipt = await page.submit("#payment", { amount_cash: "10.000", rest: "card" });
    assert.match(receipt.url, /receipt$/, receipt.text);
    assert.match(digits(receipt.text), /873000|8730/);
  });

  it("too little, too much without cash, a missing reference: said beside the field, nothing typed is lost", async () => {
    const browser = await shop.browser("employee");
    const page = await payment(browser, await rung(browser, "QUESO"));
    const short = await page.submit("#payment", { amount_card: "10.000" });
    assert.equal(short.status, 422);
    assert.match(short.text, /Faltan/);
    assert.equal(short.fields("#payment")["amount_card"], "10.000");
    const over = await short.submit("#payment", { amount_card: "20.000" });
    assert.equal(over.status, 422);
    assert.match(over.text, /pasa del total por/);
    const bare = await over.submit("#payment", { amount_card: "", amount_nequi: "18.730" });
    assert.equal(bare.status, 422);
    assert.ok(bare.root.querySelector("#reference_nequi-error"));
    const odd = await bare.submit("#payment", { amount_nequi: "diez" });
    assert.ok(odd.root.querySelector("#amount_nequi-error"));
    assert.equal(odd.fields("#payment")["amount_nequi"], "diez");
    const paid = await odd.submit("#payment", { amount_nequi: "18.730", reference_nequi: "M9" });
    assert.match(paid.url, /receipt$/);
    // the form once more: the same receipt
    assert.equal((await odd.submit("#payment", { amount_nequi: "18.730", reference_nequi: "M9" })).url, paid.url);
  });

  it("a program is told what is in use and what is missing", async () => {
    const unknown = await sell([{ method: "gold", amount: "18730.00" }]);
    assert.deepEqual([unknown.status, unknown.body.code], [422, "TENDER_UNKNOWN"]);
    assert.match(unknown.body.title, /cash, card/);
    const bare = await sell([{ method: "nequi", amount: "18730.00" }]);
    assert.deepEqual(
      bare.body.errors?.map(({ field }) => field),
      ["payments.0.reference"],
    );
    const over = await sell([{ method: "card", amount: "20000.00" }]);
    assert.deepEqual([over.status, over.body.code], [422, "CHANGE_FROM_CASH_ONLY"]);
    const good = await sell([
      { method: "card", amount: "8730.00" },
      { method: "cash", amount: "20000.00" },
    ]);
    assert.deepEqual([good.status, good.body.change], [201, "10000.00"]);
  });

  it("the owner adds a tender, renames it and retires it; cash stays", async () => {
    const browser = await shop.browser("manager");
    const list = await browser.get("/tenders");
    const typed = { name: "Bono Sodexo", code: "sodexo", kind: "other" };
    const added = await list.submit("#tender-new", typed);
    assert.match(added.text, /Bono Sodexo/);
    const twice = await added.submit("#tender-new", typed);
    assert.equal(twice.status, 422);
    assert.equal(twice.fields("#tender-new")["name"], "Bono Sodexo");
    assert.equal((await sell([{ method: "sodexo", amount: "18730.00" }])).status, 201);
    await (await browser.get("/tenders/sodexo")).submit("#tender", { active: undefined });
    assert.equal((await sell([{ method: "sodexo", amount: "18730.00" }])).body.code, "TENDER_UNKNOWN");
    const manager = await shop.api("manager");
    const cash = await manager.patch<ProblemAnswer>("/api/v1/tenders/cash", { active: false });
    assert.deepEqual([cash.status, cash.body.code], [409, "TENDER_CASH"]);
    assert.equal((await employee.patch("/api/v1/tenders/card", { active: false })).status, 403);
  });

  it("cash is rounded to the smallest coin as a line of its own; a card is not", async () => {
    const browser = await shop.browser("manager");
    await (await browser.get("/settings")).submit("#settings", { "pos.smallest_coin": "50" });
    const cash = await sell([{ method: "cash", amount: "20000.00" }]);
    assert.deepEqual(
      [cash.body.rounding, cash.body.total, cash.body.change, cash.body.subtotal && cash.status],
      ["20.00", "18750.00", "1250.00", 201],
    );
    const card = await sell([{ method: "card", amount: "18730.00" }]);
    assert.deepEqual([card.body.rounding, card.body.total], ["0.00", "18730.00"]);
    const till = await shop.browser("employee");
    const receipt = await (await rung(till, "QUESO")).submit("#pay-form", { amount: "" });
    assert.match(receipt.text, /Redondeo del efectivo/);
    assert.match(digits(receipt.text), /18750/);
    const payment = await till.get((await rung(till, "QUESO")).url + "/payment");
    const rest = await payment.submit("#payment", { rest: "cash" });
    assert.match(rest.url, /receipt$/, "the rest in cash is what coins can pay");
    assert.match(digits(rest.text), /18750/);
    const split = await till.get((await rung(till, "QUESO")).url + "/payment");
    const parts = await split.submit("#payment", { rest: "cash", amount_card: "10" });
    assert.match(parts.url, /receipt$/);
    assert.match(digits(parts.text), /18710/, "10 by card, 18.720 in cash: 18.700");
    await (await browser.get("/settings")).submit("#settings", { "pos.smallest_coin": "0" });
  });
});

describe("how payments cover a total", () => {
  const amount = fc.integer({ min: 0, max: 1_000_000_000 });
  const offer: fc.Arbitrary<Offer> = fc.record({
    method: fc.constant("x"),
    kind: fc.constantFrom("cash" as const, "card" as const, "wallet" as const),
    amountMinor: amount,
  });
  const coin = fc.constantFrom(0, 1, 5, 50, 5000, 10_000);
  const add = (offers: readonly Offer[], cash: boolean) =>
    offers.filter(({ kind }) => (kind === "cash") === cash).reduce((sum, one) => sum + one.amountMinor, 0);

  it("payments - change = total + rounding, and change is never more than the cash", () => {
    fc.assert(
      fc.property(amount, fc.array(offer, { maxLength: 6 }), coin, (total, offers, coinMinor) => {
        const settled = settle(total, offers, coinMinor);
        if (!settled.ok) return;
        assert.equal(settled.paidMinor - settled.changeMinor, total + settled.roundingMinor);
        assert.ok(settled.changeMinor >= 0 && settled.changeMinor <= add(offers, true));
        assert.ok(Math.abs(settled.roundingMinor) * 2 <= coinMinor);
        if (!offers.some(({ kind }) => kind === "cash")) assert.equal(settled.roundingMinor, 0);
      }),
    );
  });

  it("what is missing, when it is paid, is enough", () => {
    fc.assert(
      fc.property(amount, fc.array(offer, { maxLength: 6 }), coin, (total, offers, coinMinor) => {
        const settled = settle(total, offers, coinMinor);
        if (settled.ok || !("missingMinor" in settled)) return;
        assert.ok(settled.missingMinor > 0);
        const more: Offer = {
          method: "x",
          kind: offers.some(({ kind }) => kind === "cash") ? "cash" : "card",
          amountMinor: settled.missingMinor,
        };
        assert.ok(settle(total, [...offers, more], coinMinor).ok);
      }),
    );
  });

  it("rounding goes to the nearest multiple, half away from zero", () => {
    assert.deepEqual(
      [12, 25, 24, 75, -25, 0].map((one) => roundToCoin(one, 50)),
      [0, 50, 0, 100, -50, 0],
    );
  });
});
