/** Products one by one: read, locked, written. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { often, oftenRead } from "../../../kernel/db/often.ts";
import type { ProductKind } from "../api.ts";
import type { Product, ProductFacts } from "../domain.ts";
import { searchTextOf } from "../search-text.ts";
import type { Listed } from "../store-prices.ts";
import {
  PRODUCT_COLUMNS,
  PRODUCT_JOINS,
  type ProductRow,
  SELLABLE_COLUMNS,
  SELLABLE_JOIN,
  type SellableRow,
  type StoreId,
  toProduct,
  toSellable,
} from "./rows.ts";
import { rememberWords } from "./words.ts";

const PRODUCT_BY_ID = oftenRead(`SELECT ${PRODUCT_COLUMNS} FROM products p ${PRODUCT_JOINS} WHERE p.id = :id`);

export async function productById(db: Knex, id: number, storeId?: StoreId): Promise<Product | undefined> {
  const { rows } = await PRODUCT_BY_ID(db, { id, storeId: storeId ?? null });
  return rows[0] && toProduct(rows[0]);
}

/**
 * Nobody else changes the product until this transaction ends. Its stock is not locked, and documents that name it are not kept from
 * being written: who locks its shelves afterwards does not wait in a circle with them.
 */
export async function productForUpdate(tx: Tx, id: number): Promise<Product | undefined> {
  await tx.raw("SELECT FROM products WHERE id = :id FOR NO KEY UPDATE", { id });
  return productById(tx, id);
}

const HAS_CODE = `p.id = coalesce(
  (SELECT product_id FROM product_barcodes WHERE code = :code), (SELECT id FROM products WHERE sku = :code))`;

const PRODUCT_BY_CODE = oftenRead(`
  SELECT ${PRODUCT_COLUMNS}, u.factor_milli
  FROM products p ${PRODUCT_JOINS}
    LEFT JOIN product_units u ON u.id = (SELECT unit_id FROM product_barcodes WHERE code = :code)
  WHERE ${HAS_CODE}`);

/** By barcode, else SKU, each exactly as written; active or not. `factorMilli`: how much one of what has the code is, of a case 24000. */
export async function productByCode(
  db: Knex,
  code: string,
  storeId: StoreId,
): Promise<{ product: Product; factorMilli: number } | undefined> {
  const { rows } = await PRODUCT_BY_CODE(db, { code, storeId: storeId ?? null });
  return rows[0] && { product: toProduct(rows[0]), factorMilli: rows[0].factor_milli ?? 1000 };
}

/** The till's question at every scan: look-ups by key, nothing of the text search. */
export const SELLABLE_BY_CODE = `
  SELECT ${SELLABLE_COLUMNS}, u.id AS unit_id, u.name AS unit_name, u.factor_milli, u.price_minor AS unit_price_minor
  FROM products p ${SELLABLE_JOIN}
    LEFT JOIN product_units u ON u.id = (SELECT unit_id FROM product_barcodes WHERE code = :code)
  WHERE ${HAS_CODE} AND p.active`;

const SOLD_BY_CODE = oftenRead(SELLABLE_BY_CODE);

export async function sellableByCode(db: Knex, code: string, storeId: StoreId): Promise<Listed | undefined> {
  const { rows } = await SOLD_BY_CODE(db, { code, storeId: storeId ?? null });
  const [row] = rows;
  if (!row) return undefined;
  const { unit_id: id, unit_name: name, factor_milli: factorMilli, unit_price_minor: priceMinor } = row;
  if (id === null) return toSellable(row);
  return { ...toSellable(row), soldBy: { id, name, factorMilli, priceMinor: priceMinor ?? undefined } };
}

// of a page of a list, or of many: not in a line with others
const SELLABLE_BY_IDS = often(
  `SELECT ${SELLABLE_COLUMNS} FROM products p ${SELLABLE_JOIN} WHERE p.id = ANY((SELECT :ids::bigint[])::bigint[])`,
);

export async function sellableByIds(
  db: Knex,
  ids: readonly number[],
  storeId: StoreId,
): Promise<Map<number, Listed & { active: boolean }>> {
  if (ids.length === 0) return new Map();
  const { rows } = await SELLABLE_BY_IDS(db, { ids: [...ids], storeId: storeId ?? null });
  return new Map(rows.map((row: SellableRow) => [row.id, Object.assign(toSellable(row), { active: row.active })]));
}

export async function isAnyProduct(db: Knex): Promise<boolean> {
  const { rows } = await db.raw("SELECT EXISTS (SELECT FROM products) AS there");
  return rows[0].there;
}

/** A thousand at most, by id, after the one given: for the export. */
export async function productsAfter(db: Knex, id: number, limit: number, storeId: StoreId): Promise<Product[]> {
  const { rows } = await db.raw(
    `SELECT ${PRODUCT_COLUMNS} FROM products p ${PRODUCT_JOINS} WHERE p.id > :id ORDER BY p.id LIMIT :limit`,
    { id, limit, storeId: storeId ?? null },
  );
  return rows.map((row: ProductRow) => toProduct(row));
}

type Written = ProductFacts & { categoryId: number | undefined; brandId: number | undefined; now: Date };

export async function insertProduct(tx: Tx, product: Written): Promise<number> {
  await rememberWords(tx, [product.name]);
  const { rows } = await tx.raw(
    `INSERT INTO products (sku, name, kind, description, category_id, brand_id, unit, price_minor, tax_rate_bp, tax_kind, cost_minor,
       reorder_point_milli, active, search_text, created_at, updated_at)
     VALUES (:sku, :name, :kind, :description, :categoryId, :brandId, :unit, :priceMinor, :taxRateBp, :taxKind, :costMinor,
       :reorderPointMilli, :active, :searchText, :now, :now)
     RETURNING id`,
    bindings(product),
  );
  return rows[0].id;
}

export async function updateProduct(tx: Tx, id: number, product: Written): Promise<void> {
  await rememberWords(tx, [product.name]);
  await tx.raw(
    `UPDATE products SET sku = :sku, name = :name, kind = :kind, description = :description, category_id = :categoryId, brand_id = :brandId, unit = :unit,
       price_minor = :priceMinor, tax_rate_bp = :taxRateBp, tax_kind = :taxKind, cost_minor = :costMinor,
       reorder_point_milli = :reorderPointMilli, active = :active, search_text = :searchText,
       version = version + 1, updated_at = :now
     WHERE id = :id`,
    { id, ...bindings(product) },
  );
}

/** Something that belongs to it was changed: who has an older form open is told. */
export async function touchProduct(tx: Tx, id: number, now: Date): Promise<void> {
  await tx.raw("UPDATE products SET version = version + 1, updated_at = :now WHERE id = :id", { id, now });
}

/** The caller has looked whether it may become that. */
export async function setKind(tx: Tx, id: number, kind: ProductKind): Promise<void> {
  await tx.raw("UPDATE products SET kind = :kind WHERE id = :id", { id, kind });
}

function bindings(product: Written) {
  return {
    ...product,
    barcodes: null,
    category: null,
    brand: null,
    description: product.description ?? null,
    categoryId: product.categoryId ?? null,
    brandId: product.brandId ?? null,
    searchText: searchTextOf(product.name, product.sku),
  };
}

/** Every active store holds the new products, empty until something comes in. */
export async function openStock(tx: Tx, productIds: readonly number[], counted: readonly boolean[]): Promise<void> {
  await tx.raw(
    `INSERT INTO inventory (store_id, product_id, counted)
     SELECT stores.id, line.product_id, line.counted
     FROM stores CROSS JOIN unnest(:ids::bigint[], :counted::boolean[]) AS line (product_id, counted)
     WHERE stores.active`,
    { ids: [...productIds], counted: [...counted] },
  );
}
