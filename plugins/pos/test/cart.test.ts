import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "mocha";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { cartOf, rung, saleIdOf, scan, stocked } from "./till.ts";

const LINE = "form[action*='/lines/']";

/** What the kernel says of a faulty quantity, in Spanish. */
const sentences: Record<string, string> = JSON.parse(
  readFileSync(new URL("../../../kernel/locales/es.json", import.meta.url), "utf8"),
).validation;

describe("the cart", () => {
  let shop: Shop;
  let emilio: Browser;
  before(async () => {
    shop = await openShop();
    emilio = await shop.browser("employee");
    await stocked(shop, { sku: "A", name: "Aceite 1 L", price: "12000", barcodes: ["7701234567897"] });
    await stocked(shop, { sku: "B", name: "Bocadillo", price: "700" });
    await stocked(shop, { sku: "PAPA", name: "Papa pastusa", price: "2400", unit: "kg" });
  });
  after(() => shop.close());

  const linesOf = (page: Page) => page.root.querySelectorAll(LINE);
  const quantities = (page: Page) =>
    linesOf(page).map((line) => line.querySelector("input[name=quantity]")?.getAttribute("value"));
  const totalOf = (page: Page) => page.root.querySelector("[role=status] strong")?.text.trim() ?? "";
  const setQuantity = (page: Page, quantity: string) =>
    page.submit(linesOf(page)[0]?.getAttribute("action") ?? "", { quantity });

  it("the same product again counts up, another one is a line of its own", async () => {
    const page = await rung(emilio, "7701234567897", "A", "B");
    assert.deepEqual(quantities(page).sort(), ["1", "2"]);
    assert.match(totalOf(page), /24\.700/);
  });

  it("3*code and 3x code add three", async () => {
    for (const typed of ["3*A", "3xA", "3 x 7701234567897", "3X7701234567897"]) {
      assert.deepEqual(quantities(await rung(emilio, typed)), ["3"], typed);
    }
  });

  it("0,5*code of what is weighed adds half of it", async () => {
    assert.deepEqual(quantities(await rung(emilio, "0,5*PAPA")), ["0,5"]);
  });

  it("a SKU that reads like a multiplication is itself", async () => {
    await stocked(shop, { sku: "2X4", name: "Listón 2x4", price: "15000" });
    await stocked(shop, { sku: "4", name: "Clavo", price: "50" });
    const page = await rung(emilio, "2X4");
    assert.match(page.text, /Listón 2x4/);
    assert.doesNotMatch(page.text, /Clavo/);
  });

  it("an unknown code is said, kept in the box, and the box keeps the focus", async () => {
    const page = await scan(await rung(emilio, "A"), "7709999999999");
    assert.equal(page.status, 422);
    assert.match(page.text, /7709999999999/);
    const box = page.root.querySelector("input[name=code]");
    assert.equal(box?.getAttribute("value"), "7709999999999");
    assert.ok(box?.hasAttribute("autofocus"));
    assert.equal(linesOf(page).length, 1, "the cart is as it was");
  });

  it("a name shows what there is of it, to add with one press", async () => {
    const page = await scan(await rung(emilio), "acéite");
    assert.equal(page.status, 200, page.text);
    assert.match(page.text, /Aceite 1 L/);
    const added = await page.submit("form[action$='/add']");
    assert.deepEqual(quantities(added), ["1"]);
  });

  it("POST /pos scans into the cart the person works on", async () => {
    const browser = await shop.browser("manager");
    const page = await browser.get("/pos");
    const { _csrf } = page.fields("#code");
    const first = await browser.post("/pos", { _csrf: String(_csrf), code: "A" });
    const second = await browser.post("/pos", { _csrf: String(_csrf), code: "A" });
    assert.equal(cartOf(first), cartOf(second));
    assert.deepEqual(quantities(second), ["2"]);
  });

  it("a quantity that is none is refused at its line, and what was typed stays", async () => {
    const page = await rung(emilio, "A");
    const bad: [string, string][] = [
      ["0", "quantity_small"],
      ["-2", "quantity_small"],
      ["NaN", "quantity"],
      ["dos", "quantity"],
      ["", "required"],
      ["99999999999", "quantity_large"],
      ["1,2345", "quantity_digits"],
      // a thousand and a quarter, or one and a quarter? A till does not guess
      ["1.250", "quantity"],
    ];
    for (const [typed, fault] of bad) {
      const answer = await setQuantity(page, typed);
      assert.equal(answer.status, 422, typed);
      const [line] = linesOf(answer);
      assert.equal(line?.querySelector("input[name=quantity]")?.getAttribute("value"), typed);
      assert.equal(line?.querySelector(".error")?.text, sentences[fault], typed);
      assert.match(totalOf(answer), /12\.000/, "the cart is as it was");
    }
    assert.deepEqual(quantities(await setQuantity(page, "1,25")), ["1,25"]);
  });

  it("products of one name are told apart among the results", async () => {
    await stocked(shop, { sku: "ACE-1", name: "Aceite dorado", description: "Botella 1 L" });
    await stocked(shop, { sku: "ACE-5", name: "Aceite dorado", description: "Garrafa 5 L" });
    let results: string[] = [];
    // a new product is found within a moment
    await until(async () => {
      const found = await scan(await emilio.get("/pos/new"), "aceite dorado");
      results = found.root.querySelectorAll(".pos-results button").map(({ text }) => text);
      return results.length === 2;
    });
    for (const size of ["Botella 1 L", "Garrafa 5 L"])
      assert.ok(
        results.some((text) => text.includes(size)),
        size,
      );
  });

  it("a line is removed; removing it again is no fault", async () => {
    const page = await rung(emilio, "A", "B");
    const action = linesOf(page)[0]?.getAttribute("action") ?? "";
    const once = await page.submit(action, { do: "remove" });
    assert.equal(linesOf(once).length, 1);
    const twice = await page.submit(action, { do: "remove" });
    assert.equal(twice.status, 200);
    assert.equal(linesOf(twice).length, 1);
  });

  it("an absurd amount is refused, and the cart goes on to work", async () => {
    await stocked(shop, { sku: "ORO", name: "Lingote", price: "90000000000" });
    const page = await rung(emilio, "ORO");
    const answer = await setQuantity(page, "999999");
    assert.ok([409, 422].includes(answer.status), `${answer.status} ${answer.text}`);
    assert.equal((await emilio.get(page.url)).status, 200);
  });

  it("two tabs are two carts, and neither knows the other's lines", async () => {
    const one = await rung(emilio, "A");
    const two = await rung(emilio, "B", "B");
    assert.notEqual(cartOf(one), cartOf(two));
    const [first, second] = [await scan(one, "A"), await scan(two, "B")];
    assert.match(totalOf(first), /24\.000/);
    assert.match(totalOf(second), /2\.100/);
    const receipt = await first.submit("#amount");
    saleIdOf(receipt);
    assert.match(totalOf(await emilio.get(two.url)), /2\.100/);
  });

  it("other open sales are one link away", async () => {
    const one = await rung(emilio, "A");
    const two = await rung(emilio, "B");
    assert.ok(two.root.querySelector(`a[href="/pos/carts/${cartOf(one)}"]`));
  });

  it("a cart is its owner's: for anybody else there is none", async () => {
    const page = await rung(emilio, "A");
    const manuela = await shop.browser("manager");
    assert.equal((await manuela.get(page.url)).status, 404);
    const own = await rung(manuela, "B");
    const { _csrf } = own.fields("#code");
    const posts = [
      await manuela.post(`/pos/carts/${cartOf(page)}/scan`, { _csrf: String(_csrf), code: "B" }),
      await manuela.post(`/pos/carts/${cartOf(page)}/pay`, { _csrf: String(_csrf), _key: "k", total: "0", amount: "" }),
      await manuela.post(linesOf(page)[0]?.getAttribute("action") ?? "", { _csrf: String(_csrf), quantity: "5" }),
    ];
    for (const post of posts) assert.equal(post.status, 404, post.text);
    assert.deepEqual(quantities(await emilio.get(page.url)), ["1"]);
  });

  it("looking at a register makes no cart", async () => {
    const count = async () => (await shop.db.raw("SELECT count(*)::int AS carts FROM carts")).rows[0].carts;
    const before = await count();
    await emilio.get("/pos/new");
    await emilio.get("/pos/new");
    assert.equal(await count(), before);
  });

  it("a killed browser or a restarted server loses nothing", async () => {
    const page = await rung(emilio, "A", "B");
    await shop.restart();
    const again = await shop.browser("employee");
    const resumed = await again.get("/pos");
    assert.equal(cartOf(resumed), cartOf(page));
    assert.equal(linesOf(resumed).length, 2);
    saleIdOf(await resumed.submit("#amount"));
    emilio = again;
  });

  it("twenty scans at once are twenty pieces", async () => {
    const page = await rung(emilio, "A");
    const { _csrf } = page.fields("#code");
    const path = page.form("#code").getAttribute("action") ?? "";
    const codes = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? "A" : "B"));
    const answers = await Promise.all(codes.map((code) => emilio.post(path, { _csrf: String(_csrf), code })));
    assert.deepEqual([...new Set(answers.map((one) => one.status))], [200]);
    assert.deepEqual(quantities(await emilio.get(page.url)).sort(), ["10", "11"]);
  });

  it("twenty first scans at once make one cart with all of them", async () => {
    const page = await rung(emilio);
    const { _csrf } = page.fields("#code");
    const path = page.form("#code").getAttribute("action") ?? "";
    await Promise.all(Array.from({ length: 20 }, () => emilio.post(path, { _csrf: String(_csrf), code: "A" })));
    assert.deepEqual(quantities(await emilio.get(page.url)), ["20"]);
  });

  it("HTML in a name is text on the register, in the results and on the receipt", async () => {
    const name = `<script>alert("x")</script> & <b>Co</b>`;
    await stocked(shop, { sku: "HTML", name, price: "100" });
    const page = await rung(emilio, "HTML");
    const results = await scan(page, "alert");
    const receipt = await page.submit("#amount");
    const detail = await emilio.get(receipt.url.replace("/receipt", ""));
    for (const shown of [page, results, receipt, detail]) {
      assert.ok(!shown.html.includes("<script>alert"), shown.url);
      assert.ok(!shown.html.includes("<b>Co</b>"), shown.url);
      assert.ok(shown.text.includes(name), shown.url);
    }
  });

  describe("of 500 lines", () => {
    let page: Page;
    before(async function () {
      this.timeout(120_000);
      const { rows } = await shop.db.raw(
        `INSERT INTO products (sku, name, price_minor, tax_rate_bp, search_text, created_at, updated_at)
         SELECT 'L' || n, 'Producto ' || n, 10000, 1900, ' producto ' || n || ' | l' || n, now(), now()
         FROM generate_series(1, 501) AS n RETURNING id`,
      );
      const ids = rows.map(({ id }: { id: number }) => id);
      await shop.db.raw(
        "INSERT INTO inventory (store_id, product_id, on_hand_milli, counted) SELECT 1, unnest(?::bigint[]), 0, false",
        [ids],
      );
      page = await rung(emilio, "L1");
      await shop.db.raw(
        `INSERT INTO cart_lines (cart_id, line, product_id, sku, name, unit, quantity_milli, unit_price_minor, tax_rate_bp)
         SELECT :cart, row_number() OVER (ORDER BY id) + 1, id, sku, name, unit, 1000, price_minor, tax_rate_bp
         FROM products WHERE id = ANY(:ids::bigint[])`,
        { cart: cartOf(page), ids: ids.slice(1, 500) },
      );
      await shop.db.raw("UPDATE carts SET next_line = 502 WHERE id = ?", [cartOf(page)]);
      page = await emilio.get(page.url);
    });

    it("shows the newest and the total of all; the rest is one link away", async () => {
      assert.match(totalOf(page), /50\.000/);
      assert.ok(linesOf(page).length < 100);
      const all = await emilio.get(`${page.url}?all=1`);
      assert.equal(linesOf(all).length, 500);
    });

    it("a new product is one too many; one that is there already counts up", async () => {
      const full = await scan(page, "L501");
      assert.ok([409, 422].includes(full.status));
      assert.match(full.text, /500/);
      const counted = await scan(page, "L7");
      assert.equal(counted.status, 200, counted.text);
      assert.match(totalOf(counted), /50\.100/);
    });

    it("is sold as a whole", async () => {
      const receipt = await (await emilio.get(page.url)).submit("#amount");
      const { rows } = await shop.db.raw("SELECT count(*)::int AS lines FROM sale_items WHERE sale_id = ?", [
        saleIdOf(receipt),
      ]);
      assert.equal(rows[0].lines, 500);
    });
  });
});
