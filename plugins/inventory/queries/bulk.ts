/** Many products at once, for the import: one statement for a thousand rows. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Product, ProductFacts } from "../domain.ts";
import { searchTextOf } from "../search-text.ts";
import { PRODUCT_COLUMNS, PRODUCT_JOINS, type ProductRow, toProduct } from "./rows.ts";

export async function productsBySku(db: Knex, skus: readonly string[]): Promise<Map<string, Product>> {
  const { rows } = await db.raw(
    `SELECT ${PRODUCT_COLUMNS} FROM products p ${PRODUCT_JOINS} WHERE p.sku = ANY(:skus::text[])`,
    { skus: [...skus], storeId: null },
  );
  return new Map(rows.map((row: ProductRow) => [row.sku, toProduct(row)]));
}

/** In id order, so that it waits for a person's edit instead of deadlocking with it. */
export async function lockProducts(tx: Tx, skus: readonly string[]): Promise<void> {
  await tx.raw("SELECT FROM products WHERE sku = ANY(:skus::text[]) ORDER BY id FOR NO KEY UPDATE", {
    skus: [...skus],
  });
}

export type Placed = ProductFacts & { categoryId: number | undefined; brandId: number | undefined };

/** Ids by SKU. */
export async function insertProducts(tx: Tx, products: readonly Placed[], now: Date): Promise<Map<string, number>> {
  if (products.length === 0) return new Map();
  const { rows } = await tx.raw(
    `INSERT INTO products (sku, name, description, category_id, brand_id, unit, price_minor, tax_rate_bp, tax_kind, cost_minor,
       reorder_point_milli, active, search_text, created_at, updated_at)
     SELECT line.*, :now, :now FROM unnest(${ARRAYS}) AS line
     RETURNING id, sku`,
    { ...columnsOf(products), now },
  );
  return new Map(rows.map((row: { id: number; sku: string }) => [row.sku, row.id]));
}

/** By SKU; the rows are locked. */
export async function updateProducts(tx: Tx, products: readonly Placed[], now: Date): Promise<void> {
  if (products.length === 0) return;
  await tx.raw(
    `UPDATE products p SET name = line.name, description = line.description, category_id = line.category_id,
       brand_id = line.brand_id,
       unit = line.unit, price_minor = line.price_minor, tax_rate_bp = line.tax_rate_bp, tax_kind = line.tax_kind, cost_minor = line.cost_minor,
       reorder_point_milli = line.reorder_point_milli, active = line.active, search_text = line.search_text,
       version = p.version + 1, updated_at = :now
     FROM unnest(${ARRAYS}) AS line (sku, name, description, category_id, brand_id, unit, price_minor, tax_rate_bp, tax_kind, cost_minor,
       reorder_point_milli, active, search_text)
     WHERE p.sku = line.sku`,
    { ...columnsOf(products), now },
  );
}

const ARRAYS = `:skus::text[], :names::text[], :descriptions::text[], :categoryIds::bigint[], :brandIds::bigint[], :units::text[],
  :prices::bigint[], :taxRates::int[], :taxKinds::text[], :costs::bigint[], :reorderPoints::bigint[], :actives::boolean[], :searchTexts::text[]`;

function columnsOf(products: readonly Placed[]) {
  return {
    skus: products.map(({ sku }) => sku),
    names: products.map(({ name }) => name),
    descriptions: products.map(({ description }) => description ?? null),
    categoryIds: products.map(({ categoryId }) => categoryId ?? null),
    brandIds: products.map(({ brandId }) => brandId ?? null),
    units: products.map(({ unit }) => unit),
    prices: products.map(({ priceMinor }) => priceMinor),
    taxRates: products.map(({ taxRateBp }) => taxRateBp),
    taxKinds: products.map(({ taxKind }) => taxKind),
    costs: products.map(({ costMinor }) => costMinor),
    reorderPoints: products.map(({ reorderPointMilli }) => reorderPointMilli),
    actives: products.map(({ active }) => active),
    searchTexts: products.map(({ name, sku }) => searchTextOf(name, sku)),
  };
}
