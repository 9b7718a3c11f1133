/** Labels from the counter's scale: exactly their price is charged, and what they weigh leaves the shelf. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { after, afterEach, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { checkDigit, isScalePattern, readScaleCode } from "../scale-codes.ts";
import { assertBooks, cartOf, cash, digits, type Goods, onHand, ring, rung, saleIdOf, scan, stocked } from "./till.ts";

const label = (twelve: string) => twelve + checkDigit(twelve);

describe("labels of a scale", () => {
  let shop: Shop;
  let cheese: Goods;
  before(async () => {
    shop = await openShop();
    cheese = await stocked(shop, { sku: "123", name: "Queso", unit: "kg", price: "18900", stock: "100" });
    await stocked(shop, { sku: "PAN", name: "Pan", price: "1000", barcodes: [label("200012399999")] });
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  it("a price label charges its price to the peso and takes out what it buys; two labels are two lines", async () => {
    const before = Number(await onHand(shop, cheese));
    const cashier = await shop.browser("employee");
    let page = await rung(cashier, label("200012312340"), label("200012305000"));
    assert.equal(page.root.querySelectorAll(".pos-line").length, 2);
    assert.equal(digits(page.root.querySelector(".pos-total strong")?.text ?? ""), "17340");
    assert.equal(page.root.querySelectorAll(".pos-line input[name=quantity]").length, 0, "nothing to change");
    const csrf = page.fields("#code")["_csrf"] as string;
    const fields = { _csrf: csrf, quantity: "2", do: "set" };
    const refused = await cashier.request("POST", `/pos/carts/${cartOf(page)}/lines/1`, { fields });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /viene de la etiqueta/);
    page = await cashier.get(`/pos/carts/${cartOf(page)}`);
    const id = saleIdOf(await page.submit("#pay-form", { amount: "20000" }));
    const sale = (
      await (await shop.api("employee")).get<{ total: string; lines: Record<string, string>[] }>(`/api/v1/sales/${id}`)
    ).body;
    assert.deepEqual(
      sale.lines.map((line) => [line["quantity"], line["total"]]),
      [
        ["0.653", "12340.00"],
        ["0.265", "5000.00"],
      ],
    );
    assert.equal(Math.round((before - Number(await onHand(shop, cheese))) * 1000), 918);
  });

  it("a weight label is so much at today's price; a price is not changed over a label", async () => {
    const cashier = await shop.browser("manager");
    const page = await rung(cashier, label("210012300250"));
    assert.equal(digits(page.root.querySelector(".pos-total strong")?.text ?? ""), "4725");
    const labelled = await scan(page, label("200012309999"));
    const form = await cashier.get(`/pos/carts/${cartOf(labelled)}/lines/2/price`);
    const refused = await form.submit("#price", { price: "1", reason: "no" });
    assert.equal(refused.status, 409);
  });

  it("a label is not multiplied: each one says what it weighs", async () => {
    const cashier = await shop.browser("employee");
    const page = await rung(cashier, label("200012312340"));
    const refused = await scan(page, `3*${label("200012312340")}`);
    assert.equal(refused.status, 422);
    assert.match(refused.text, /escanee cada etiqueta, sin multiplicar/);
    assert.equal(refused.root.querySelectorAll(".pos-line").length, 1, "what was there stays");
  });

  it("a misread label is told, an unknown item too, and a product's own code comes first", async () => {
    const cashier = await shop.browser("employee");
    const good = label("200012312340");
    const bad = good.slice(0, 12) + ((Number(good[12]) + 1) % 10);
    const misread = await scan(await cashier.get("/pos/new"), bad);
    assert.equal(misread.status, 422);
    assert.match(misread.text, /no se leyó bien/);
    const unknown = await scan(await cashier.get("/pos/new"), label("200099912340"));
    assert.match(unknown.text, /No hay ningún producto/);
    const own = await rung(cashier, label("200012399999"));
    assert.match(own.text, /Pan/);
  });

  it("programs send the label as a code; the owner's own patterns count, and a faulty one is refused", async () => {
    const program = await shop.api("employee");
    const { body } = await ring(program, {
      items: [{ code: label("200012312340"), quantity: "1" }],
      payments: cash("12340"),
      expected_total: "12340",
    });
    assert.deepEqual([body.lines[0]?.["quantity"], body.total], ["0.653", "12340.00"]);
    for (const [item, status, code] of [
      [{ quantity: "3" }, 422, "VALIDATION"],
      [{ quantity: "1", unit_price: "1", price_reason: "x" }, 409, "LABEL_FIXED"],
    ] as const) {
      const answer = await ring(program, {
        items: [{ code: label("200012312340"), ...item }],
        payments: cash("99999"),
      });
      assert.deepEqual([answer.status, answer.body.code], [status, code]);
    }
    const settings = await (await shop.browser("admin")).get("/settings");
    const refused = await settings.submit("[name='pos.scale_codes']", { "pos.scale_codes": "20IIIIIPPPPC" });
    assert.equal(refused.status, 422);
    const saved = await refused.submit("[name='pos.scale_codes']", { "pos.scale_codes": "25IIIXPPPP.PPC" });
    assert.equal(saved.status, 200);
    const other = await ring(program, {
      items: [{ code: label("251237123450"), quantity: "1" }],
      payments: cash("20000"),
    });
    assert.equal(other.body.total, "1234.50", other.text);
  });
});

describe("reading a label", () => {
  it("the check digit is that of the standard, and one wrong digit is always noticed", () => {
    // https://www.gs1.org/services/how-calculate-check-digit-manually
    assert.equal(checkDigit("629104150021"), 3);
    const twelve = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 11 });
    fc.assert(
      fc.property(twelve, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }), (rest, place, shift) => {
        const good = label(`2${rest.join("")}`);
        const digit = (Number(good[place]) + shift) % 10;
        const bad = `${good.slice(0, place)}${digit}${good.slice(place + 1)}`;
        assert.notEqual(checkDigit(bad.slice(0, 12)), Number(bad[12]));
        assert.equal(readScaleCode(bad, ["2XIIIIIPPPPPC"]), "bad_check");
      }),
    );
  });

  it("item and value come out as they went in", () => {
    fc.assert(
      fc.property(fc.nat(99_999), fc.nat(99_999), (item, grams) => {
        const code = label(`21${String(item).padStart(5, "0")}${String(grams).padStart(5, "0")}`);
        const read = readScaleCode(code, ["20IIIIIPPPPPC", "21IIIIIWW.WWWC"]);
        assert.ok(read !== undefined && read !== "bad_check");
        assert.deepEqual([Number(read.item), read.kind], [item, "quantity"]);
        assert.equal(Math.round(Number(read.value) * 1000), grams);
      }),
    );
  });

  it("patterns are thirteen places of what is known", () => {
    for (const good of ["20IIIIIPPPPPC", "21IIIIIWW.WWWC", "2XIIIIXPPPPPC", "25IIIXPPPP.PPC"])
      assert.ok(isScalePattern(good), good);
    for (const bad of [
      "20IIIIIPPPPP",
      "30IIIIIPPPPPC",
      "20IIIIIPPPPPP",
      "20IIIIIPPWWWC",
      "20PPPPPPPPPPC",
      "20IIIIIIIIIIC",
      "20IIIIIP.PP.PPC",
      "",
    ])
      assert.ok(!isScalePattern(bad), bad);
  });
});
