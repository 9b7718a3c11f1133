/** What a text says in this catalogue: on the form of a product, and for programs. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { stock } from "./corner-shop.ts";

interface Analysed {
  language: string;
  tokens: string[];
  terms: { term: string; tfidf: number }[];
  keywords: string[];
  category_guess: { category: string; score: number }[];
  duplicates: { product_id: number; sku: string; name: string; score: number }[];
}

describe("what a text says in this catalogue", () => {
  let shop: Shop;
  let manager: ApiClient;
  let browser: Browser;
  let ids: Map<string, number>;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    browser = await shop.browser("manager");
    ids = await stock(manager);
  });
  after(() => shop?.close());

  const analyse = async (text: string) => (await manager.post<Analysed>("/api/v2/ai/text/analyze", { text })).body;

  it("Spanish and English are told apart, also in names with few small words", async () => {
    const texts: [text: string, language: string][] = [
      ["Gaseosa de manzana", "es"],
      ["Leche entera", "es"],
      ["Champú para cabello", "es"],
      ["Pan integral", "es"],
      ["Sour cream with chives", "en"],
      ["Milk chocolate", "en"],
      ["Tooth brush", "en"],
      ["Dish soap", "en"],
      ["770123456", "es"],
    ];
    for (const [text, language] of texts) assert.equal((await analyse(text)).language, language, text);
  });

  it("rare words weigh more than common ones, and are the keywords; sizes are not", async () => {
    const { terms, keywords, tokens } = await analyse("Leche deslactosada Alpina de 1 L");
    assert.deepEqual(tokens, ["leche", "deslactosada", "alpina", "1000ml"]);
    const weight = (beginning: string) => terms.find(({ term }) => term.startsWith(beginning))?.tfidf ?? 0;
    assert.ok(weight("deslactosad") > weight("lech"), "one product has it, two have the other");
    assert.ok(weight("lech") > weight("alpin"), "two products have it, three have the other");
    const length = Math.hypot(...terms.map(({ tfidf }) => tfidf));
    assert.ok(Math.abs(length - 1) < 0.001, `the weights have length ${length}`);
    assert.equal(keywords[0], "deslactosada");
    assert.ok(!keywords.includes("1000ml"));
  });

  it("the category is that of what is alike; of what is like nothing there is none", async () => {
    assert.equal((await analyse("Leche semidescremada Colanta")).category_guess[0]?.category, "Lácteos");
    assert.equal((await analyse("gaceosa de limón 2 L")).category_guess[0]?.category, "Bebidas");
    assert.equal((await analyse("jabon liquido Protex")).category_guess[0]?.category, "Aseo");
    assert.deepEqual((await analyse("tornillo hexagonal")).category_guess, []);
    const { category_guess: guesses } = await analyse("Café con leche");
    assert.deepEqual(guesses.map(({ category }) => category).sort(), ["Despensa", "Lácteos"]);
    assert.ok(guesses.every(({ score }) => score > 0 && score <= 1));
  });

  it("the same name written otherwise is a likely duplicate, another size or kind is none", async () => {
    const same = async (text: string) => (await analyse(text)).duplicates.map(({ sku }) => sku);
    assert.deepEqual(await same("LECHE ALQUERIA ENTERA 1100ml"), ["L1"]);
    assert.deepEqual(await same("leche entera alqeria 1100 ml"), ["L1"]);
    assert.deepEqual(await same("Leche entera Alquería 500 ml"), []);
    assert.deepEqual(await same("Leche descremada Colanta 1100 ml"), []);
    assert.deepEqual(await same("Café Sello Rojo 500 g"), ["C1"], "not the other coffee of that size");
  });

  it("the form of a new product says that it exists and suggests a category, and keeps what was typed", async () => {
    const form = await browser.get("/products/new");
    assert.match(form.root.querySelector("#product-check")?.text ?? "", /Revisar si ya existe/);
    const typed = { ...form.fields("#product-new"), name: "leche entera alqueria 1100ml", price: "5.600", sku: "L9" };
    const checked = await browser.post("/products/check", typed as Record<string, string>);
    assert.equal(checked.status, 200);
    const check = checked.root.querySelector("#product-check");
    assert.match(check?.text ?? "", /puede existir ya/);
    assert.equal(check?.querySelector("a")?.getAttribute("href"), `/products/${ids.get("L1")}`);
    assert.equal(checked.fields("#product-new")["price"], "5.600");
    const button = check?.querySelector("button[name=use_category]");
    assert.equal(button?.getAttribute("value"), "Lácteos");
    assert.equal(button?.getAttribute("formaction"), "/products/check");
    const used = await browser.post("/products/check", {
      ...(checked.fields("#product-new") as Record<string, string>),
      use_category: "Lácteos",
    });
    assert.equal(used.fields("#product-new")["category"], "Lácteos");
    assert.equal(used.root.querySelector("button[name=use_category]"), null, "it has one now");
    const saved = await used.submit("#product-new", { name: "Leche entera Alquería 1100 ml doble" });
    assert.match(saved.text, /doble/, "a likely duplicate is saved all the same");
  });

  it("while a name is typed only the hint comes; a refused form has it too; Enter still saves", async () => {
    const form = await browser.get("/products/new");
    const hint = await browser.request("POST", "/products/check", {
      headers: { "hx-request": "true", "hx-target": "product-check" },
      fields: { _csrf: String(form.fields("#product-new")["_csrf"]), name: "Jabón Rey 300g" },
    });
    assert.equal(hint.root.querySelector("html"), null);
    assert.match(hint.text, /Jabón Rey 300 g/);
    const refused = await form.submit("#product-new", { name: "Jabón Rey 300g", sku: "J9", price: "x" });
    assert.equal(refused.status, 422);
    assert.match(refused.root.querySelector("#product-check")?.text ?? "", /Jabón Rey 300 g/);
    const first = form.root.querySelector("#product-new button");
    assert.equal(first?.getAttribute("formaction"), undefined, "the first button of the form is what Enter presses");
  });

  it("a product's own form does not find the product itself, nor suggest a category that it has", async () => {
    const path = `/products/${ids.get("J1")}`;
    const fields = (await browser.get(path)).fields("#product") as Record<string, string>;
    const own = (await browser.post(`${path}/check`, fields)).root.querySelector("#product-check");
    assert.equal(own?.querySelector("a"), null);
    assert.equal(own?.querySelector("[name=use_category]"), null);
    const twin = (await browser.post(`${path}/check`, { ...fields, name: "Jabon Palmolive tocador x3", category: "" }))
      .root;
    assert.match(twin.querySelector("#product-check a")?.text ?? "", /Palmolive/);
    assert.equal(twin.querySelector("[name=use_category]")?.getAttribute("value"), "Aseo");
    assert.equal((await browser.post("/products/999999/check", fields)).status, 404);
  });

  it("nobody without the permission asks, and nothing that is typed breaks it", async () => {
    const employee = await shop.browser("employee");
    const { _csrf = "" } = (await employee.get("/search")).fields("header form") as Record<string, string>;
    assert.equal((await employee.post("/products/check", { _csrf, name: "x" })).status, 403);
    for (const text of [
      "a",
      "🍎🍎",
      "de la el",
      "'; DROP TABLE products; --",
      "a.*(b|c)+$[",
      "%_\\",
      "x".repeat(10_000),
    ]) {
      const answer = await manager.post<Analysed>("/api/v2/ai/text/analyze", { text });
      assert.equal(answer.status, 200, `${text.slice(0, 20)}: ${answer.text.slice(0, 200)}`);
    }
    for (const body of [{ text: "" }, { text: "x".repeat(10_001) }, { text: 1 }, {}, { text: "a", more: 1 }])
      assert.equal((await manager.post("/api/v2/ai/text/analyze", body)).status, 422);
  });
});

describe("a catalogue that says little", () => {
  it("of no product, of one, and of many with the same name", async () => {
    const shop = await openShop();
    try {
      const manager = await shop.api("manager");
      const analyse = async (text: string) => (await manager.post<Analysed>("/api/v2/ai/text/analyze", { text })).body;
      const none = await analyse("Arroz Diana 500 g");
      assert.deepEqual([none.category_guess, none.duplicates], [[], []]);
      assert.ok(none.terms.length > 0);
      await stock(manager, [["A0", "Arroz", "Granos", "1000"]]);
      assert.equal((await analyse("arroz")).category_guess[0]?.category, "Granos");
      await stock(
        manager,
        [1, 2, 3].map((n) => [`A${n}`, "Arroz", undefined, "1000"] as const),
      );
      assert.equal((await analyse("Arroz")).duplicates.length, 4);
    } finally {
      await shop.close();
    }
  });
});
