/** SQL of the history of prices, written beside each change of one. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Scope } from "../../../kernel/invariant.ts";

export interface NewPrice {
  productId: number;
  /** null: a list says nothing of it any more */
  priceMinor: number | null;
}

/** `listId` undefined: the products' own prices. */
export async function notePrices(
  tx: Tx,
  listId: number | undefined,
  prices: readonly NewPrice[],
  user: { username: string },
  now: Date,
): Promise<void> {
  if (prices.length === 0) return;
  await tx.raw(
    `INSERT INTO price_changes (product_id, price_list_id, price_minor, user_name, created_at)
     SELECT line.product_id, :listId, line.price_minor, :userName, :now
     FROM unnest(:ids::bigint[], :prices::bigint[]) AS line (product_id, price_minor)`,
    {
      listId: listId ?? null,
      ids: prices.map(({ productId }) => productId),
      prices: prices.map(({ priceMinor }) => priceMinor),
      userName: user.username,
      now,
    },
  );
}

export interface PriceChange {
  id: number;
  /** null: the product's own price, in the shop's currency */
  list: { id: number; name: string; currency: string } | null;
  priceMinor: number | null;
  /** null: there was none */
  beforeMinor: number | null;
  userName: string | null;
  createdAt: Date;
}

/** Newest first, before the id given. */
export async function priceChangesOf(
  db: Knex,
  productId: number,
  before: number | undefined,
  limit: number,
): Promise<PriceChange[]> {
  const { rows } = await db.raw(
    `SELECT c.id, c.price_minor AS "priceMinor", c.user_name AS "userName", c.created_at AS "createdAt",
       CASE WHEN l.id IS NOT NULL THEN jsonb_build_object('id', l.id, 'name', l.name, 'currency', l.currency) END AS list,
       (SELECT b.price_minor FROM price_changes b WHERE b.product_id = c.product_id AND b.id < c.id
          AND b.price_list_id IS NOT DISTINCT FROM c.price_list_id ORDER BY b.id DESC LIMIT 1) AS "beforeMinor"
     FROM price_changes c LEFT JOIN price_lists l ON l.id = c.price_list_id
     WHERE c.product_id = :productId AND c.id < :before ORDER BY c.id DESC LIMIT :limit`,
    { productId, before: before ?? Number.MAX_SAFE_INTEGER, limit },
  );
  return rows;
}

/** What a product costs now is what its history ends with. */
export async function pricesThatDiffer(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const { rows } = await db.raw(
    `WITH last AS (
       SELECT DISTINCT ON (product_id, price_list_id) product_id, price_list_id, price_minor FROM price_changes
       ${since === undefined ? "" : "WHERE product_id IN (SELECT product_id FROM price_changes WHERE created_at >= :since)"}
       ORDER BY product_id, price_list_id, id DESC
     )
     SELECT p.sku, last.price_list_id FROM last JOIN products p ON p.id = last.product_id
       LEFT JOIN price_list_prices lp ON lp.product_id = p.id AND lp.price_list_id = last.price_list_id
     WHERE last.price_minor IS DISTINCT FROM CASE WHEN last.price_list_id IS NULL THEN p.price_minor ELSE lp.price_minor END
     ORDER BY p.id LIMIT :limit`,
    since === undefined ? { limit } : { since, limit },
  );
  return rows.map(
    (row: { sku: string; price_list_id: number | null }) =>
      `product ${row.sku}: its price${row.price_list_id === null ? "" : ` in the list ${row.price_list_id}`} is not the last of its history`,
  );
}
