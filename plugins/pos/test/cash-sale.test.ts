import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cartOf, digits, type Goods, onHand, payment, rung, saleIdOf, scan, stocked } from "./till.ts";

describe("a cash sale without JavaScript", () => {
  let shop: Shop;
  let emilio: Browser;
  let rice: Goods;
  let tomato: Goods;
  before(async () => {
    shop = await openShop();
    emilio = await shop.browser("employee");
    rice = await stocked(shop, { sku: "ARROZ", name: "Arroz Diana 500 g", price: "3500", barcodes: ["7702511000014"] });
    tomato = await stocked(shop, { sku: "TOMATE", name: "Tomate chonto", price: "4299", unit: "kg", tax_rate_bp: 0 });
  });
  after(() => shop.close());
  afterEach(() => assertBooks(shop));

  it("scan, weigh, take cash, hand out the receipt with the change", async () => {
    let page = await emilio.get("/pos");
    assert.equal(page.status, 200);
    assert.equal(page.url, "/pos", "no way there and back for a redirect");
    assert.match(page.form("#code").getAttribute("action") ?? "", /^\/pos\/carts\/[0-9a-f-]{36}\/scan$/);
    const box = page.root.querySelector("input[name=code]");
    assert.ok(box?.hasAttribute("autofocus"), "the scan box has the focus");

    page = await scan(page, "7702511000014");
    page = await scan(page, "7702511000014");
    page = await scan(page, "TOMATE");
    const weight = page.form(`input[value="1"]`);
    const action = weight.getAttribute("action") ?? "";
    page = await page.submit(action, { quantity: "0,750" });
    assert.equal(page.status, 200, page.text);
    // 2 x 3500 + 0.750 x 4299 = 10224.25
    const total = page.root.querySelector("[role=status] strong")?.text ?? "";
    assert.match(total, /10\.224,25/);

    const receipt = await page.submit("#amount", { amount: "20.000" });
    assert.equal(receipt.status, 200, receipt.text);
    const id = saleIdOf(receipt);
    assert.match(receipt.text, /10\.224,25/);
    assert.match(receipt.text, /9\.775,75/, "the change");
    assert.match(receipt.text, /Arroz Diana 500 g/);
    assert.match(receipt.text, /0,75 kg/);
    assert.match(receipt.text, new RegExp(people.employee.fullName));
    assert.match(receipt.text, /19\s?%/);
    assert.match(receipt.text, /C1-0*1\b/, "the number");
    const next = receipt.root.querySelector("a[autofocus]");
    assert.equal(next?.getAttribute("href"), "/pos/new", "Enter goes on to the next sale");

    assert.equal(await onHand(shop, rice), "98.000");
    assert.equal(await onHand(shop, tomato), "99.250");
    const sale = (await (await shop.api("manager")).get<Record<string, unknown>>(`/api/v1/sales/${id}`)).body;
    assert.equal(sale["total"], "10224.25");
    assert.equal(sale["change"], "9775.75");
  });

  it("an empty cash box means the exact amount", async () => {
    const receipt = await (await rung(emilio, "ARROZ")).submit("#amount");
    assert.equal(receipt.status, 200, receipt.text);
    assert.equal(digits(receipt.root.querySelector(".receipt-change strong")?.text ?? "x"), "0");
  });

  it("20 impatient clicks on the pay button make one sale, and all see its receipt", async () => {
    const page = await rung(emilio, "ARROZ");
    const { path, fields } = payment(page, "5000");
    const stock = await onHand(shop, rice);
    const receipts = await Promise.all(Array.from({ length: 20 }, () => emilio.post(path, fields)));
    assert.deepEqual([...new Set(receipts.map((one) => one.status))], [200]);
    assert.equal(new Set(receipts.map(saleIdOf)).size, 1);
    assert.equal(Number(stock) - Number(await onHand(shop, rice)), 1, "one stock move");
    const { rows } = await shop.db.raw(
      `SELECT (SELECT count(*)::int FROM sales WHERE cart_id = :cart) AS sales,
         (SELECT count(*)::int FROM payments p JOIN sales s ON s.id = p.sale_id WHERE s.cart_id = :cart) AS payments`,
      { cart: cartOf(page) },
    );
    assert.deepEqual(rows[0], { sales: 1, payments: 1 });
  });

  it("the same sale sent from two windows with different keys is charged once; the other window is told", async () => {
    const page = await rung(emilio, "ARROZ");
    const other = await emilio.get(page.url);
    const answers = await Promise.all([page, other].map((one) => emilio.post(payment(one).path, payment(one).fields)));
    assert.deepEqual(answers.map((one) => one.status).sort(), [200, 409]);
    const told = answers.find((one) => one.status === 409);
    assert.match(told?.text ?? "", /ya se cobró/);
    const link = told?.root.querySelector('a[href^="/sales/"]')?.getAttribute("href") ?? "";
    assert.match(link, /^\/sales\/\d+\/receipt$/, "with a link to the receipt");
  });

  it("a page left open after the cart was paid: whatever it sends is refused, with a link to the receipt", async () => {
    const stale = await rung(emilio, "ARROZ");
    const line = stale.form(".pos-line, form[action*='/lines/']");
    await stale.submit("#amount");
    const late = {
      scan: await scan(stale, "ARROZ"),
      quantity: await stale.submit(line.getAttribute("action") ?? "", { quantity: "9" }),
      removal: await stale.submit(line.getAttribute("action") ?? "", { do: "remove" }),
      payment: await emilio.post(payment(stale).path, { ...payment(stale).fields, _key: "another-key" }),
    };
    for (const [what, page] of Object.entries(late)) {
      assert.equal(page.status, 409, `${what}: ${page.text}`);
      assert.match(page.text, /ya se cobró/, what);
      assert.ok(page.root.querySelector('a[href$="/receipt"]'), `${what}: a link to the receipt`);
    }
  });

  it("going back to a paid cart shows that it is paid, and nothing to pay", async () => {
    const page = await rung(emilio, "ARROZ");
    const receipt = await page.submit("#amount");
    const back = await emilio.get(page.url);
    assert.equal(back.status, 200);
    assert.ok(back.root.querySelector(`a[href="${receipt.url}"]`), "a link to the receipt");
    assert.equal(back.root.querySelector("#amount"), null, "no cash box");
  });

  it("too little cash is refused, says how much is missing, and keeps what was typed", async () => {
    const page = await (await rung(emilio, "ARROZ")).submit("#amount", { amount: "3.000" });
    assert.equal(page.status, 422);
    assert.match(page.text, /Faltan \$\s?500/);
    assert.equal(page.root.querySelector("#amount")?.getAttribute("value"), "3.000");
    const paid = await page.submit("#amount", { amount: "4.000" });
    assert.equal(paid.status, 200, "the same form goes on to work");
    saleIdOf(paid);
  });

  it("1.234,50 and 1,234.50 are the same cash", async () => {
    await stocked(shop, { sku: "BOLSA", price: "1000" });
    for (const amount of ["1.234,50", "1,234.50", "$ 1.234,50", "1234,5"]) {
      const receipt = await (await rung(emilio, "BOLSA")).submit("#amount", { amount });
      const sale = await (await shop.api("manager")).get<{ paid: string; change: string }>(
        `/api/v1/sales/${saleIdOf(receipt)}`,
      );
      assert.deepEqual([sale.body.paid, sale.body.change], ["1234.50", "234.50"], amount);
    }
  });

  it("cash that is no amount is refused with a sentence at the box", async () => {
    for (const amount of ["mil", "-5000", "NaN", "1e5", "5,00,0"]) {
      const page = await (await rung(emilio, "ARROZ")).submit("#amount", { amount });
      assert.equal(page.status, 422, `${amount}: ${page.text}`);
      assert.equal(page.root.querySelector("#amount")?.getAttribute("value"), amount);
      assert.ok(page.root.querySelector("#amount")?.hasAttribute("aria-invalid"), amount);
      assert.ok(page.root.querySelector("#amount-error")?.text.trim(), amount);
    }
  });

  it("a total that changed in another window is shown before anything is charged", async () => {
    const first = await rung(emilio, "ARROZ");
    const second = await emilio.get(first.url);
    await scan(second, "ARROZ");
    const page = await first.submit("#amount", { amount: "3.500" });
    assert.equal(page.status, 409);
    assert.match(page.text, /total cambió/);
    assert.match(page.root.querySelector("[role=status] strong")?.text ?? "", /7\.000/);
    assert.equal(page.root.querySelector("#amount")?.getAttribute("value"), "3.500");
  });

  it("the price the customer saw is the price charged, though it was changed meanwhile", async () => {
    const bread = await stocked(shop, { sku: "PAN", price: "500" });
    const page = await rung(emilio, "PAN");
    await (await shop.api("admin")).patch(`/api/v1/products/${bread.id}`, { price: "800" });
    const receipt = await page.submit("#amount");
    const sale = await (await shop.api("manager")).get<{ total: string }>(`/api/v1/sales/${saleIdOf(receipt)}`);
    assert.equal(sale.body.total, "500.00");
  });

  it("more than there is: the page names the product and what is left, and the cart is as it was", async () => {
    await stocked(shop, { sku: "QUESO", name: "Queso campesino", price: "9000", unit: "kg", stock: "1.5" });
    const page = await (await rung(emilio, "2*QUESO")).submit("#amount", { amount: "20.000" });
    assert.equal(page.status, 409);
    assert.match(page.text, /Queso campesino/);
    assert.match(page.text, /1,5\b/, "in the page's own way of writing");
    assert.equal(page.root.querySelector("#amount")?.getAttribute("value"), "20.000");
    assert.match(page.root.querySelector("[role=status] strong")?.text ?? "", /18\.000/);
  });

  it("an empty cart cannot be charged", async () => {
    const page = await rung(emilio, "ARROZ");
    const { path, fields } = payment(page);
    const lines = page.form("form[action*='/lines/']").getAttribute("action") ?? "";
    await page.submit(lines, { do: "remove" });
    const answer = await emilio.post(path, fields);
    assert.ok([409, 422].includes(answer.status), String(answer.status));
    assert.match(answer.text, /no tiene productos/);
  });

  it("sales are listed newest first and found by day and cashier; one shows its lines", async () => {
    const receipt = await (await rung(emilio, "3*ARROZ")).submit("#amount");
    const list = await emilio.get("/sales");
    assert.equal(list.status, 200);
    const first = list.root.querySelector('main a[href^="/sales/"]')?.getAttribute("href");
    assert.equal(first, receipt.url.replace("/receipt", ""));
    const detail = await emilio.get(String(first));
    assert.match(detail.text, /Arroz Diana 500 g/);
    assert.match(detail.text, /10\.500/);
    const none = await emilio.get("/sales?from=2001-01-01&to=2001-01-02");
    assert.equal(none.root.querySelector('main a[href^="/sales/"]'), null);
    const manuela = await emilio.get("/sales?cashier=Nadie");
    assert.equal(manuela.root.querySelector('main a[href^="/sales/"]'), null);
  });

  it("home says how the day goes, and how much it was only to who may know what an open shift holds", async () => {
    const home = await emilio.get("/");
    const { rows } = await shop.db.raw("SELECT count(*)::int AS sales FROM sales");
    assert.match(home.text, new RegExp(`\\b${rows[0].sales} ventas`));
    assert.ok(home.root.querySelector('a[href="/pos"]'));
    assert.equal(home.root.querySelector(".total")?.text, undefined);
    const managers = await (await shop.browser("manager")).get("/");
    assert.match(managers.root.querySelector(".total")?.text ?? "", /\d\.\d{3}/);
  });
});
