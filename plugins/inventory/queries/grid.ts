/** SQL of the goods as a till shows them without a code: by category. */
import type { Knex } from "knex";
import type { PictureRef } from "../api.ts";
import type { Category } from "../domain.ts";
import { hashOf } from "../pictures/picture.ts";
import { TILE_SIDE, within } from "../pictures/sides.ts";
import type { Listed } from "../store-prices.ts";
import { SELLABLE_COLUMNS, SELLABLE_JOIN, type SellableRow, type StoreId, toSellable } from "./rows.ts";

/** Categories with something to sell, by name. */
export async function sellingCategories(db: Knex): Promise<Category[]> {
  const { rows } = await db.raw(
    `SELECT id, name FROM categories c WHERE EXISTS (SELECT FROM products p WHERE p.category_id = c.id AND p.active)
     ORDER BY name_key, id`,
  );
  return rows;
}

/** The category of each of these products that has one. */
export async function categoriesOf(db: Knex, productIds: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await db.raw(
    "SELECT id, category_id FROM products WHERE id = ANY(?::bigint[]) AND category_id IS NOT NULL",
    [[...productIds]],
  );
  return new Map(rows.map((row: { id: number; category_id: number }) => [row.id, row.category_id]));
}

export interface GridPlace {
  sortKey: string;
  id: number;
}

/** Active products that are sold by name, of a category or of all, one more than `limit`, each with its place. */
export async function sellableByName(
  db: Knex,
  storeId: StoreId,
  categoryId: number | undefined,
  after: GridPlace | undefined,
  limit: number,
): Promise<(Listed & { place: GridPlace; picture: PictureRef | undefined })[]> {
  const { rows } = await db.raw(
    `SELECT ${SELLABLE_COLUMNS}, p.sort_key, f.sha256, f.width, f.height FROM products p ${SELLABLE_JOIN}
     LEFT JOIN product_pictures f ON f.product_id = p.id
     WHERE p.active AND p.kind <> 'parent' AND (p.sort_key, p.id) > (:sortKey, :id)
       AND (cast(:categoryId AS bigint) IS NULL OR p.category_id = :categoryId)
     ORDER BY p.sort_key, p.id LIMIT :limit`,
    {
      sortKey: after?.sortKey ?? "",
      id: after?.id ?? 0,
      categoryId: categoryId ?? null,
      storeId: storeId ?? null,
      limit: limit + 1,
    },
  );
  return rows.map((row: SellableRow & { sort_key: string; sha256: string | null; width: number; height: number }) => ({
    ...toSellable(row),
    place: { sortKey: row.sort_key, id: row.id },
    picture: row.sha256 === null ? undefined : { hash: hashOf({ sha256: row.sha256 }), ...within(row, TILE_SIDE) },
  }));
}
