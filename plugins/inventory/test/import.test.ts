import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import {
  addProduct,
  addStocked,
  assertLedger,
  type ImportAnswer,
  type ProblemAnswer,
  type ProductAnswer,
  sell,
} from "./shelf.ts";

describe("importing a price list", () => {
  let shop: Shop;
  let manager: ApiClient;
  let browser: Browser;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    browser = await shop.browser("manager");
  });
  after(() => shop.close());

  const send = async (content: string | Uint8Array, query = "") => {
    const answer = await manager.post<ImportAnswer>(`/api/v1/products/import${query}`, content, { type: "text/csv" });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const refused = async (content: string | Uint8Array) => {
    const { status, body } = await manager.post<ProblemAnswer>("/api/v1/products/import", content, {
      type: "text/csv",
    });
    return { status, code: body.code, title: body.title };
  };
  const byCode = async (code: string) => (await manager.get<ProductAnswer>(`/api/v1/products/by-code/${code}`)).body;
  const upload = async (content: string | Uint8Array, name = "lista.csv") =>
    (await browser.get("/products/import")).submit("#import-upload", { file: { name, content } });

  it("new products come with everything the list says", async () => {
    const list = [
      "\ufeffCódigo;Código de barras;Nombre;Categoría;Unidad;Precio venta;IVA;Costo;Existencias;Mínimo;Activo",
      'A-1;7701|7702;"Arroz; 500 g";Granos;un;2.900;0;2350;40;12;sí',
      "A-2;;Queso ½ libra;lácteos;kg;24.000,50;5 %;;6,5;;",
      "A-3;;Vela;LÁCTEOS;;900;;;;;no",
    ].join("\r\n");
    assert.deepEqual(await send(list), { created: 3, updated: 0, unchanged: 0, failed: 0, errors: [] });
    const { id: _, updated_at: __, ...rice } = (await byCode("7702")) as ProductAnswer & Record<string, unknown>;
    assert.deepEqual(rice, {
      sku: "A-1",
      barcodes: ["7701", "7702"],
      name: "Arroz; 500 g",
      kind: "goods",
      parent_id: null,
      variant: null,
      description: null,
      brand: null,
      category: "Granos",
      unit: "un",
      units: [],
      price: "2900.00",
      tax_rate_bp: 0,
      tax_kind: "included",
      cost: "2350.00",
      average_cost: "2350.00",
      on_hand: "40.000",
      reorder_point: "12.000",
      active: true,
      picture: null,
    });
    const cheese = await byCode("A-2");
    assert.deepEqual(
      [cheese.price, cheese.tax_rate_bp, cheese.on_hand, cheese.category],
      ["24000.50", 500, "6.500", "lácteos"],
    );
    const candle = await byCode("A-3");
    assert.deepEqual([candle.category, candle.unit, candle.tax_rate_bp, candle.active], ["lácteos", "un", 1900, false]);
    await assertLedger(shop);
  });

  it("known products get the columns that the list has; an empty cell and the stock stay", async () => {
    const before = await addStocked(
      manager,
      { sku: "UPD", name: "Viejo", price: "1000", category: "Algo", barcodes: ["881"] },
      "3",
    );
    const result = await send("codigo;nombre;precio;existencias\nUPD;;1500;99\nUPD-NEW;Nuevo;5;-3\n");
    assert.deepEqual([result.created, result.updated, result.failed], [0, 1, 1]);
    assert.deepEqual(
      result.errors.map(({ row, field, code }) => [row, field, code]),
      [[3, "stock", "QUANTITY_NEGATIVE"]],
    );
    const { updated_at: _, ...now } = await byCode("UPD");
    const { updated_at: __, ...then } = before;
    assert.deepEqual(now, { ...then, price: "1500.00", on_hand: "3.000" });
    const unit = await send("codigo;unidad\nUPD;caja\n");
    assert.deepEqual(
      unit.errors.map(({ row, field, code }) => [row, field, code]),
      [[2, "unit", "UNIT_HELD"]],
      "it has stock",
    );
    const again = await send("codigo;nombre;precio\nUPD;;1500\n");
    assert.deepEqual(again, { created: 0, updated: 0, unchanged: 1, failed: 0, errors: [] });
    const { rows } = await shop.db.raw(
      "SELECT before, after FROM audit_log WHERE action = 'products.repriced' ORDER BY id DESC LIMIT 1",
    );
    assert.deepEqual(rows[0], { before: { price_minor: { UPD: 100_000 } }, after: { price_minor: { UPD: 150_000 } } });
  });

  it("a product whose stock nobody knows is not counted: it sells below zero until it is", async () => {
    await send("codigo;nombre;precio\nUNC;Sin contar;100\n");
    const { id } = await byCode("UNC");
    assert.equal((await sell(shop, 1, [{ productId: id, quantityMilli: 5000 }])).ok, true);
    const page = await browser.get(`/products/${id}`);
    assert.match(page.text, /-5 un sin contar/);
    const counted = await page.submit("#count", { counted: "20" });
    assert.match(counted.text, /Ahora hay 20 un de Sin contar/);
    assert.equal(counted.root.querySelector("#count"), null);
    assert.equal((await sell(shop, 2, [{ productId: id, quantityMilli: 20_001 }])).ok, false);
    await assertLedger(shop);
  });

  it("every faulty row is named with its reason, the good ones are kept", async () => {
    const list = [
      "codigo;nombre;precio;iva;codigo de barras",
      "F-1;Bueno;100;19;",
      "F-1;Repetido;200;19;",
      ";Sin código;100;19;",
      "F-2;;100;19;",
      "F-3;Mal precio;cien;19;",
      "F-4;Mal IVA;100;0,19;",
      "F-5;De más;100;19;;sobra",
      "F-6;Ajeno;100;19;7702",
      "",
      "F-7;Otro bueno;100;;",
    ].join("\n");
    const result = await send(list);
    assert.deepEqual([result.created, result.failed], [2, 7]);
    assert.deepEqual(
      result.errors.map(({ row, field, code }) => `${row} ${field} ${code}`),
      [
        "3 sku SKU_REPEATED",
        "4 sku REQUIRED",
        "5 name NEW_NEEDS_NAME",
        "6 price MONEY",
        "7 tax_rate TAX_RATE_FRACTION",
        "8 row TOO_MANY_CELLS",
        "9 barcodes CODE_TAKEN",
      ],
    );
    assert.match(result.errors[0]?.message ?? "", /F-1 está repetido: aparece primero en la fila 2/);
    assert.match(result.errors[6]?.message ?? "", /7702 ya es de Arroz; 500 g \(A-1\)/);
  });

  it("a dry run tells the same and writes nothing; all or nothing writes nothing for one faulty row", async () => {
    const list = "sku,name,price\nD-1,Uno,10.50\nD-2,Dos,x\n";
    const dry = await send(list, "?dry_run=true");
    assert.deepEqual([dry.created, dry.failed], [1, 1]);
    assert.equal((await manager.get("/api/v1/products/by-code/D-1")).status, 404);
    const atomic = await send(list, "?atomic=true");
    assert.deepEqual([atomic.created, atomic.failed], [0, 1]);
    assert.equal((await manager.get("/api/v1/products/by-code/D-1")).status, 404);
    assert.equal((await send(list.replace("x", "1"), "?atomic=true")).created, 2);
    assert.equal((await byCode("D-1")).price, "10.50");
    assert.equal((await manager.post("/api/v1/products/import?dry=1", list, { type: "text/csv" })).status, 422);
  });

  it("a file that cannot be read is refused as a whole, with the cure", async () => {
    assert.deepEqual(await refused(""), {
      status: 422,
      code: "IMPORT_NO_FILE",
      title: "Elija un archivo CSV o XLSX que no esté vacío.",
    });
    assert.equal((await refused("codigo;nombre;precio\n")).code, "IMPORT_EMPTY");
    const latin = await refused(Buffer.from("codigo;nombre;precio\n1;Pan;1\n2;Caf\xe9;1\n", "latin1"));
    assert.equal(latin.code, "IMPORT_NOT_UTF8");
    assert.match(latin.title, /la fila 3/);
    assert.match(latin.title, /CSV UTF-8/);
    const delimiter = await refused("codigo|nombre|precio\n1|Pan|1\n");
    assert.equal(delimiter.code, "IMPORT_NO_COLUMNS");
    assert.match(delimiter.title, /codigo\|nombre\|precio/);
    assert.equal((await refused("nombre;precio\nPan;1\n")).code, "IMPORT_NO_SKU");
    const quote = await refused('codigo;nombre;precio\n1;"Pan;1\n2;Ron;1\n');
    assert.equal(quote.code, "IMPORT_BROKEN_QUOTE");
    assert.equal((await refused(Buffer.alloc(26 * 1024 * 1024, 0x61))).status, 413);
    assert.equal((await manager.post("/api/v1/products/import", {})).status, 422);
  });

  it("on the page: looked at first, then imported with one button, faults to download", async () => {
    const list =
      "codigo;nombre;precio;color;existencias\nP-1;Pan <b>;1.500;rojo;4\nP-2;Ron;x;;\nP-3;=cmd;200;;\nA-1;Arroz;2.900;;\n";
    const checked = await upload(list);
    assert.match(checked.url, /^\/products\/import\/\d+$/);
    assert.match(checked.text, /2 productos nuevos 1 actualizado 0 sin cambios 1 fila con error/);
    assert.match(checked.text, /No se leen: color/);
    assert.match(checked.text, /P-1 Pan <b> \$\s?1\.500 4 nuevo/);
    assert.match(checked.text, /3 precio x /);
    assert.equal((await manager.get("/api/v1/products/by-code/P-1")).status, 404, "nothing is written yet");
    const faults = await browser.get(`${checked.url}/faults.csv`);
    assert.match(faults.html, /^\ufeff?Fila;Columna;Dice;"?Por qué"?\r\n3;precio;x;/);
    const done = await checked.submit("#import-start");
    assert.match(done.text, /La lista quedó importada/);
    assert.deepEqual(
      [(await byCode("P-1")).on_hand, (await byCode("P-3")).name, (await byCode("A-1")).name],
      ["4.000", "=cmd", "Arroz"],
    );
    const twice = await checked.submit("#import-start");
    assert.match(twice.text, /La lista quedó importada. 2 productos nuevos 1 actualizado/);
    await assertLedger(shop);
  });

  it("on the page: a file that cannot be read, and none at all, are told in place", async () => {
    const latin = await upload(Buffer.from("codigo;nombre;precio\n1;Caf\xe9;1\n", "latin1"));
    assert.equal(latin.status, 422);
    assert.match(latin.text, /El archivo no está en UTF-8: la fila 2/);
    const none = await (await browser.get("/products/import")).submit("#import-upload");
    assert.equal(none.status, 422);
    assert.match(none.text, /Elija un archivo CSV/);
    const huge = await upload(Buffer.alloc(26 * 1024 * 1024, 0x61));
    assert.equal(huge.status, 413);
  });

  it("two people import the same new products at once: they are made once", async () => {
    const list = `codigo;nombre;precio;existencias\n${Array.from({ length: 50 }, (_, n) => `R-${n};Carrera ${n};100;5`).join("\n")}`;
    const answers = await Promise.all([send(list), send(list), addProduct(manager, { sku: "RACE" }), send(list)]);
    const [a, b, , c] = answers as [ImportAnswer, ImportAnswer, unknown, ImportAnswer];
    assert.deepEqual([a.created + b.created + c.created, a.unchanged + b.unchanged + c.unchanged], [50, 100]);
    await assertLedger(shop);
  });

  it("an employee imports nothing", async () => {
    const employee = await shop.api("employee");
    assert.equal((await employee.post("/api/v1/products/import", "codigo\n1\n", { type: "text/csv" })).status, 403);
    assert.equal((await employee.get("/api/v1/imports/1")).status, 403);
    assert.equal((await manager.get("/api/v1/imports/999999")).status, 404);
  });
});
