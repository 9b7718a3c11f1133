import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addProduct, type ProblemAnswer, type ProductAnswer } from "./shelf.ts";

interface List {
  data: ProductAnswer[];
  next_cursor: string | null;
}

describe("products by the API", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
  });
  after(() => shop.close());

  it("a product is added with everything the shop knows, and comes back so", async () => {
    const facts = {
      sku: "CAF-250",
      name: "Café Ü & 1/2 %",
      price: "12500.00",
      barcodes: ["7702", "7701"],
      description: "Molido",
      category: "Bebidas calientes",
      unit: "kg",
      tax_rate_bp: 500,
      cost: "9000.00",
      reorder_point: "2.500",
    };
    const { id, updated_at, ...product } = await addProduct(manager, facts);
    const made = { average_cost: "9000.00", tax_kind: "included", on_hand: "0.000", active: true, picture: null };
    const expected = {
      ...facts,
      ...made,
      kind: "goods",
      parent_id: null,
      variant: null,
      brand: null,
      units: [],
      barcodes: ["7701", "7702"],
    };
    assert.deepEqual(product, expected);
    assert.match(updated_at, /^\d{4}-\d\d-\d\dT.*Z$/);
    for (const path of [`${id}`, "by-code/7702", "by-code/CAF-250"]) {
      const { body } = await manager.get<ProductAnswer>(`/api/v1/products/${path}`);
      assert.deepEqual({ ...body, updated_at: "" }, { id, ...expected, updated_at: "" });
    }
  });

  it("what is left out has a sensible value", async () => {
    const product = await addProduct(manager, { sku: "PAN", name: "Pan" });
    const { unit, tax_rate_bp, barcodes, category, active, reorder_point } = product;
    assert.deepEqual(
      { unit, tax_rate_bp, barcodes, category, active, reorder_point },
      { unit: "un", tax_rate_bp: 1900, barcodes: [], category: null, active: true, reorder_point: "0.000" },
    );
  });

  it("a code means one product, whether it stands as SKU or as barcode", async () => {
    await addProduct(manager, { sku: "ONE", barcodes: ["111"] });
    const other = await addProduct(manager, { sku: "TWO" });
    const fault = async (facts: object, field: string) => {
      const posted = await manager.post<ProblemAnswer>("/api/v1/products", {
        name: "x",
        price: "1",
        sku: "NEW",
        ...facts,
      });
      const patched = await manager.patch<ProblemAnswer>(`/api/v1/products/${other.id}`, facts);
      for (const { status, body } of [posted, patched]) {
        assert.equal(status, 422);
        assert.deepEqual(
          body.errors?.map((error) => error.field),
          [field],
        );
      }
    };
    await fault({ sku: "ONE" }, "sku");
    await fault({ sku: "111" }, "sku");
    await fault({ barcodes: ["111"] }, "barcodes");
    await fault({ barcodes: ["5", "ONE"] }, "barcodes");
    assert.equal((await manager.patch(`/api/v1/products/${other.id}`, { barcodes: ["TWO", "222"] })).status, 200);
  });

  it("twenty people who add the same barcode at once: one gets it, the others are told", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        manager.post("/api/v1/products", {
          sku: index % 2 ? `RACE-${index}` : "999",
          name: "x",
          price: "1",
          ...(index % 2 ? { barcodes: ["999"] } : {}),
        }),
      ),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(19).fill(422)]);
  });

  it("a program that adds one twice with one key, as when an answer was lost, is told of the first", async () => {
    const key = randomUUID();
    const add = () =>
      manager.post<ProductAnswer>("/api/v1/products", { sku: "AGAIN", name: "Otra vez", price: "1" }, { key });
    const answers = await Promise.all([add(), add()]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 201]);
    assert.deepEqual(answers[0]?.body, answers[1]?.body);
    assert.equal((await manager.get<ProductAnswer>("/api/v1/products/by-code/AGAIN")).body.id, answers[0]?.body.id);
  });

  it("a change touches what was sent; null empties; the trail tells before and after", async () => {
    const product = await addProduct(manager, {
      sku: "MILK",
      price: "4500",
      category: "Lácteos",
      description: "1 L",
      barcodes: ["77"],
    });
    const path = `/api/v1/products/${product.id}`;
    const first = await manager.patch<ProductAnswer>(path, { price: "4700", description: null });
    assert.deepEqual(
      { ...first.body, updated_at: "" },
      { ...product, price: first.body.price, description: null, updated_at: "" },
    );
    assert.equal(Number(first.body.price), 4700);
    const { body } = await manager.patch<ProductAnswer>(path, { category: "LACTEOS" });
    assert.equal(body.category, "Lácteos", "the same category in capitals stays as it is");
    assert.equal(body.updated_at, first.body.updated_at, "nothing changed");
    const { rows } = await shop.db.raw("SELECT * FROM audit_log WHERE subject = ? ORDER BY id", [
      `product:${product.id}`,
    ]);
    assert.deepEqual(
      rows.map((row: { action: string }) => row.action),
      ["product.created", "product.updated"],
    );
    assert.equal(rows[1].user_name, "manuela");
    assert.equal(rows[1].before.price_minor * 47, rows[1].after.price_minor * 45);
    assert.equal(rows[1].before.description, "1 L");
  });

  it("a retired product is not sold but known; deleting is retiring", async () => {
    const product = await addProduct(manager, { sku: "OLD" });
    assert.equal((await manager.delete(`/api/v1/products/${product.id}`)).status, 204);
    assert.equal((await manager.get<ProductAnswer>("/api/v1/products/by-code/OLD")).body.active, false);
    const list = await manager.get<List>("/api/v1/products?q=OLD&active=true");
    assert.deepEqual(list.body.data, []);
    assert.equal((await manager.get<List>("/api/v1/products?q=OLD&active=false")).body.data[0]?.id, product.id);
  });

  it("faulty fields are told each by its own name, unknown ones refused", async () => {
    const body = { sku: " ", name: "a\u0000", price: "1,234.50", barcodes: ["a b"], tax_rate_bp: 1.5, stock: 3 };
    const { status, body: problem } = await manager.post<ProblemAnswer>("/api/v1/products", body);
    assert.equal(status, 422);
    const told = problem.errors?.map(({ field, code }) => `${field} ${code}`).sort();
    assert.deepEqual(told, [
      "barcodes.0 BARCODE",
      "name CHARACTERS",
      "price MONEY",
      "sku REQUIRED",
      "stock UNKNOWN_FIELD",
      "tax_rate_bp INTEGER",
    ]);
    const unknown = ["/api/v1/products/999999", "/api/v1/products/by-code/no", "/api/v1/products/x"];
    for (const path of unknown) assert.equal((await manager.get(path)).status, 404, path);
    assert.equal((await manager.get("/api/v1/products/by-code/a%00b")).status, 400);
  });

  it("an employee reads products without their cost and changes nothing", async () => {
    const product = await addProduct(manager, { sku: "SECRET", cost: "500" });
    const employee = await shop.api("employee");
    const { body } = await employee.get<ProductAnswer>(`/api/v1/products/${product.id}`);
    assert.equal(body.cost, null);
    assert.ok(!(await employee.get("/api/v1/products/export.csv")).text.includes("cost"));
    assert.equal((await employee.patch(`/api/v1/products/${product.id}`, { price: "1" })).status, 403);
    assert.equal((await (await shop.api()).get("/api/v1/products")).status, 401);
  });

  it("a list goes on where its last page ended, by name, each product once", async () => {
    for (const name of ["Ñame", "nabo", "Nuez", "níspero", "NARANJA"])
      await addProduct(manager, { sku: `L-${name}`, name, category: "Lista" });
    const { body: categories } = await manager.get<{ data: { id: number; name: string }[] }>("/api/v1/categories");
    const category = categories.data.find(({ name }) => name === "Lista")?.id;
    const names: string[] = [];
    let cursor = "";
    do {
      const { body } = await manager.get<List>(`/api/v1/products?category_id=${category}&limit=2&cursor=${cursor}`);
      names.push(...body.data.map(({ name }) => name));
      cursor = body.next_cursor ?? "";
    } while (cursor);
    assert.deepEqual(names, ["nabo", "Ñame", "NARANJA", "níspero", "Nuez"]);
    const foreign = Buffer.from('["a"]').toString("base64url");
    assert.equal((await manager.get(`/api/v1/products?cursor=${foreign}`)).status, 422);
  });

  it("a name of the longest kind, in letters that fold to many, is kept and listed", async () => {
    await addProduct(manager, { sku: "LONG", name: "\ufdfa".repeat(200) });
    const { body } = await manager.get<List>("/api/v1/products?q=LONG");
    assert.equal(body.data[0]?.name.length, 200);
  });
});
