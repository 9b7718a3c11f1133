/** SQL of parents and their variants. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Product } from "../domain.ts";
import type { Attribute, Combination } from "../matrix.ts";
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

export async function attributesOf(db: Knex, productId: number): Promise<Attribute[]> {
  const { rows } = await db.raw("SELECT attributes FROM products WHERE id = :productId", { productId });
  return rows[0]?.attributes ?? [];
}

/** With some it is a parent, without any it is goods. */
export async function setAttributes(tx: Tx, productId: number, attributes: readonly Attribute[]): Promise<void> {
  await tx.raw("UPDATE products SET kind = :kind, attributes = cast(:attributes AS jsonb) WHERE id = :productId", {
    productId,
    kind: attributes.length > 0 ? "parent" : "goods",
    attributes: attributes.length > 0 ? JSON.stringify(attributes) : null,
  });
}

export async function linkVariant(tx: Tx, productId: number, parentId: number, variant: Combination): Promise<void> {
  await tx.raw("UPDATE products SET parent_id = :parentId, variant = cast(:variant AS jsonb) WHERE id = :productId", {
    productId,
    parentId,
    variant: JSON.stringify(variant),
  });
}

/** Retired or not, in the order in which they were made. */
export async function variantsOf(db: Knex, parentId: number, storeId: StoreId): Promise<Product[]> {
  const { rows } = await db.raw(
    `SELECT ${PRODUCT_COLUMNS} FROM products p ${PRODUCT_JOINS} WHERE p.parent_id = :parentId ORDER BY p.id`,
    { parentId, storeId: storeId ?? null },
  );
  return rows.map((row: ProductRow) => toProduct(row));
}

/** What is sold of parents, by parent, as the till needs it. */
export async function sellableVariants(
  db: Knex,
  parentIds: readonly number[],
  storeId: StoreId,
): Promise<Map<number, Listed[]>> {
  const { rows } = await db.raw(
    `SELECT ${SELLABLE_COLUMNS}, p.parent_id FROM products p ${SELLABLE_JOIN}
     WHERE p.parent_id = ANY(:parentIds::bigint[]) AND p.active ORDER BY p.id`,
    { parentIds: [...parentIds], storeId: storeId ?? null },
  );
  const byParent = new Map<number, Listed[]>();
  for (const row of rows as (SellableRow & { parent_id: number })[])
    byParent.set(row.parent_id, [...(byParent.get(row.parent_id) ?? []), toSellable(row)]);
  return byParent;
}
