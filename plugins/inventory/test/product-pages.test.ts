import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addProduct, addStocked, assertLedger, type ProductAnswer } from "./shelf.ts";

describe("the pages of products", () => {
  let shop: Shop;
  let manager: ApiClient;
  let browser: Browser;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    browser = await shop.browser("manager");
  });
  after(() => shop.close());

  const byCode = async (code: string) => (await manager.get<ProductAnswer>(`/api/v1/products/by-code/${code}`)).body;

  it("the home page of a shop without products offers the sample shop, and then has it", async () => {
    const home = await browser.get("/");
    const page = await home.submit("#sample");
    assert.equal(page.url, "/products");
    assert.match(page.text, /Se cargaron 64 productos de ejemplo/);
    const cheese = await byCode("QUE-CAM");
    assert.deepEqual(
      [cheese.unit, cheese.on_hand, cheese.tax_rate_bp, cheese.category],
      ["kg", "6.500", 0, "Lácteos y huevos"],
    );
    assert.equal((await byCode("7709990001372")).sku, "ARR-500");
    await assertLedger(shop);
    assert.equal((await browser.get("/")).root.querySelector("#sample"), null);
    await browser.post("/products/sample", { _csrf: String(home.fields("#sample")["_csrf"]) });
    await assertLedger(shop);
    const { rows } = await shop.db.raw("SELECT count(*) AS n FROM products");
    assert.equal(rows[0].n, 64, "loading it again changes nothing");
  });

  it("every barcode of the sample shop has a valid check digit", async () => {
    const { rows } = await shop.db.raw("SELECT code FROM product_barcodes");
    assert.ok(rows.length > 40);
    for (const { code } of rows as { code: string }[]) {
      const sum = [...code].reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1), 0);
      assert.equal(sum % 10, 0, code);
      assert.match(code, /^770\d{10}$/);
    }
  });

  it("a product is added with Colombian amounts and its opening stock, once even when sent twice", async () => {
    const form = await browser.get("/products/new");
    const typed = {
      sku: "QUE-1",
      name: 'Queso <b>"Ü"</b> & 1/2 %',
      price: "1.234,50",
      tax_rate_bp: "500",
      cost: "900",
      unit: "kg",
      reorder_point: "1,5",
      category: "Lácteos y huevos",
      brand: "Del Páramo",
      barcodes: "770111\r\n770222",
      description: "Una línea\r\nY otra",
      stock: "2,250",
    };
    const page = await form.submit("#product-new", typed);
    await form.submit("#product-new", typed);
    assert.match(page.url, /^\/products\/\d+$/);
    assert.match(page.text, /Queso <b>"Ü"<\/b> & 1\/2 % quedó en la lista de productos/);
    assert.equal(page.root.querySelector("h1 b"), null, "HTML in a name is text");
    const { id: _, updated_at: __, ...product } = await byCode("770222");
    assert.deepEqual(product, {
      sku: "QUE-1",
      barcodes: ["770111", "770222"],
      name: 'Queso <b>"Ü"</b> & 1/2 %',
      kind: "goods",
      parent_id: null,
      variant: null,
      description: "Una línea\r\nY otra",
      category: "Lácteos y huevos",
      brand: "Del Páramo",
      unit: "kg",
      units: [],
      price: "1234.50",
      tax_rate_bp: 500,
      tax_kind: "included",
      cost: "900.00",
      average_cost: "900.00",
      on_hand: "2.250",
      reorder_point: "1.500",
      active: true,
      picture: null,
    });
    await assertLedger(shop);
  });

  it("a refused form tells each fault beside its field and keeps what was typed", async () => {
    const form = await browser.get("/products/new");
    const typed = {
      sku: "QUE-1",
      name: "Otro queso",
      price: "mil pesos",
      barcodes: "a b\r\nc",
      stock: "-1",
      description: "  x",
    };
    const page = await form.submit("#product-new", typed);
    assert.equal(page.status, 422);
    for (const name of ["price", "stock"]) assert.ok(page.root.querySelector(`#${name}-error`), name);
    const kept = page.fields("#product-new");
    for (const [name, value] of Object.entries(typed))
      assert.equal(String(kept[name]).replace(/\r?\n/g, "\r\n"), value, name);
    const again = await page.submit("#product-new", { price: "1000", stock: "0" });
    assert.equal(again.status, 422);
    assert.match(again.root.querySelector("#sku-error")?.text ?? "", /QUE-1 ya es de Queso/);
    const done = await again.submit("#product-new", { sku: "QUE-2", barcodes: "" });
    assert.equal(done.status, 200);
    assert.match(done.url, /^\/products\/\d+$/);
  });

  it("a product is changed on its page, and a box unchecked retires it", async () => {
    const { id } = await addProduct(manager, {
      sku: "EDIT",
      price: "1000",
      description: "vieja",
      barcodes: ["5", "6"],
    });
    const page = await browser.get(`/products/${id}`);
    const saved = await page.submit("#product", {
      name: "Cambiado",
      price: "2.500",
      description: "",
      barcodes: "6",
      active: [],
    });
    assert.match(saved.text, /Cambiado quedó guardado/);
    assert.match(saved.text, /retirado/);
    const product = await byCode("EDIT");
    assert.deepEqual(
      [product.name, product.price, product.description, product.barcodes, product.active],
      ["Cambiado", "2500.00", null, ["6"], false],
    );
    assert.equal(saved.fields("#product")["active"], undefined);
  });

  it("two people edit one product: the second is told, sees what is stored, and may insist", async () => {
    const { id } = await addProduct(manager, { sku: "TWICE", name: "Doble", price: "1000" });
    const mine = await browser.get(`/products/${id}`);
    await manager.patch(`/api/v1/products/${id}`, { price: "1100" });
    const told = await mine.submit("#product", { price: "1.200" });
    assert.equal(told.status, 409);
    assert.match(told.text, /Otra persona cambió este producto/);
    assert.equal(told.fields("#product")["price"], "1.200");
    assert.equal((await byCode("TWICE")).price, "1100.00");
    assert.equal((await told.submit("#product")).status, 200);
    assert.equal((await byCode("TWICE")).price, "1200.00");
  });

  it("stock is adjusted with a reason; more than there is is refused and the typed values stay", async () => {
    const { id } = await addStocked(manager, { sku: "ADJ", name: "Ajustable", unit: "kg" }, "5");
    const page = await browser.get(`/products/${id}`);
    const refused = await page.submit("#adjust", { quantity: "-5,5", reason: "damaged", note: "se mojó" });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /de Ajustable hay 5 kg y se quieren sacar 5,5/);
    const { quantity, reason, note } = refused.fields("#adjust");
    assert.deepEqual({ quantity, reason, note }, { quantity: "-5,5", reason: "damaged", note: "se mojó" });
    const ambiguous = await refused.submit("#adjust", { quantity: "1.250" });
    assert.equal(ambiguous.status, 422, "1.250 could be one and a quarter or a thousand");
    const done = await ambiguous.submit("#adjust", { quantity: "-1,25" });
    assert.match(done.text, /Ahora hay 3,75 kg de Ajustable/);
    assert.match(done.text, /Dañado se mojó -1,25 3,75 manuela/);
    const zero = await done.submit("#adjust", { quantity: "0" });
    assert.equal(zero.status, 422);
    await assertLedger(shop);
  });

  it("the list is searched, filtered and paged by links", async () => {
    const found = await browser.get("/products?q=queso&active=true");
    assert.match(found.text, /Queso campesino/);
    assert.doesNotMatch(found.text, /Arroz/);
    const guessed = await browser.get("/products?q=caffe");
    assert.match(guessed.text, /Nada se llama exactamente «caffe»/);
    assert.match((await browser.get("/products?q=zzzzzz")).text, /Ningún producto coincide/);
    let page = await browser.get("/products?limit=20&active=all");
    const seen = new Set<string>();
    for (;;) {
      for (const link of page.root.querySelectorAll("#product-list tbody a")) seen.add(link.getAttribute("href") ?? "");
      const next = page.root.querySelector("a[rel=next]")?.getAttribute("href");
      if (!next) break;
      page = await browser.get(next);
    }
    const { rows } = await shop.db.raw("SELECT count(*) AS n FROM products");
    assert.equal(seen.size, rows[0].n);
  });

  it("HTMX gets the list alone", async () => {
    const { html } = await browser.request("GET", "/products?q=queso", {
      headers: { "HX-Request": "true", "HX-Target": "product-list" },
    });
    assert.match(html, /^\s*<div id="product-list"/);
  });

  it("what is on hand, what runs low and every movement are a link away", async () => {
    const { id } = await addStocked(manager, { sku: "LOW", name: "Casi nada", reorder_point: "5" }, "2");
    assert.match((await browser.get("/inventory")).text, /Existencias/);
    const low = await browser.get("/inventory?low=1");
    assert.match(low.text, /Casi nada 2 un bajo 5 LOW/);
    const movements = await browser.get(`/inventory/movements?product_id=${id}`);
    assert.match(movements.text, /Movimientos de Casi nada/);
    assert.match((await browser.get("/inventory/movements")).text, /Casi nada Recibido \+2 2 manuela/);
    assert.match((await browser.get("/")).text, /productos? está.? en su mínimo/);
  });

  it("an employee sees products and stock, and nothing to change them with", async () => {
    const employee = await shop.browser("employee");
    const { id } = await byCode("QUE-CAM");
    const page = await employee.get(`/products/${id}`);
    assert.equal(page.status, 200);
    assert.deepEqual(page.root.querySelectorAll("main form").length, 0);
    assert.doesNotMatch(page.text, /costo/);
    for (const path of ["/products/new", "/products/import"]) assert.equal((await employee.get(path)).status, 403);
  });

  it("in English everything is said in English", async () => {
    const english = await shop.browser("manager");
    english.cookies.set("pos_lang", "en");
    const page = await english.get("/products");
    assert.match(page.text, /Add a product/);
    const refused = await (await english.get("/products/new")).submit("#product-new", {
      sku: "E",
      name: "e",
      price: "1,234.50",
      stock: "x",
    });
    assert.equal(refused.fields("#product-new")["price"], "1,234.50");
    const added = await refused.submit("#product-new", { stock: "1.5" });
    assert.match(added.text, /\$\s?1,234\.5/);
    assert.doesNotMatch(added.text, /inventory\.\w+/);
  });
});
