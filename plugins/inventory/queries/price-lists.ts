/** SQL of price lists. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

export interface PriceList {
  id: number;
  name: string;
  currency: string;
  /** the stores that go by it, by id */
  storeIds: number[];
}

const LIST = `l.id, l.name, l.currency,
  ARRAY(SELECT s.store_id FROM store_price_lists s WHERE s.price_list_id = l.id ORDER BY s.store_id) AS "storeIds"`;

export async function priceLists(db: Knex): Promise<PriceList[]> {
  const { rows } = await db.raw(`SELECT ${LIST} FROM price_lists l ORDER BY l.name, l.id LIMIT 1000`);
  return rows;
}

export async function priceListById(db: Knex, id: number): Promise<PriceList | undefined> {
  const { rows } = await db.raw(`SELECT ${LIST} FROM price_lists l WHERE l.id = ?`, [id]);
  return rows[0];
}

/** Nobody else changes it until the transaction ends. */
export async function priceListForUpdate(tx: Tx, id: number): Promise<PriceList | undefined> {
  await tx.raw("SELECT FROM price_lists WHERE id = ? FOR UPDATE", [id]);
  return priceListById(tx, id);
}

export async function insertPriceList(tx: Tx, name: string, currency: string): Promise<number> {
  const { rows } = await tx.raw("INSERT INTO price_lists (name, currency) VALUES (?, ?) RETURNING id", [
    name,
    currency,
  ]);
  return rows[0].id;
}

export async function renamePriceList(tx: Tx, id: number, name: string): Promise<void> {
  await tx.raw("UPDATE price_lists SET name = ? WHERE id = ?", [name, id]);
}

/** These stores go by the list from now on, and of those in `among` no others; a store goes by one list. */
export async function placePriceList(
  tx: Tx,
  id: number,
  storeIds: readonly number[],
  among: readonly number[],
): Promise<void> {
  await tx.raw("DELETE FROM store_price_lists WHERE price_list_id = :id AND store_id = ANY(:among::bigint[])", {
    id,
    among: [...among],
  });
  await tx.raw(
    `INSERT INTO store_price_lists (store_id, price_list_id) SELECT unnest(:storeIds::bigint[]), :id
     ON CONFLICT (store_id) DO UPDATE SET price_list_id = excluded.price_list_id`,
    { id, storeIds: [...storeIds] },
  );
}

export interface ListPrice {
  productId: number;
  sku: string;
  name: string;
  sortKey: string;
  priceMinor: number;
}

/** By name of the product. */
export async function pricesOf(
  db: Knex,
  id: number,
  after: { sortKey: string; id: number } | undefined,
  limit: number,
): Promise<ListPrice[]> {
  const { rows } = await db.raw(
    `SELECT p.id AS "productId", p.sku, p.name, p.sort_key AS "sortKey", lp.price_minor AS "priceMinor"
     FROM price_list_prices lp JOIN products p ON p.id = lp.product_id
     WHERE lp.price_list_id = :id AND (p.sort_key, p.id) > (:sortKey, :afterId)
     ORDER BY p.sort_key, p.id LIMIT :limit`,
    { id, sortKey: after?.sortKey ?? "", afterId: after?.id ?? 0, limit },
  );
  return rows;
}

/** Of these products those that have a price, by product. */
export async function pricesFor(db: Knex, id: number, productIds: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await db.raw(
    `SELECT product_id AS "productId", price_minor AS "priceMinor" FROM price_list_prices
     WHERE price_list_id = :id AND product_id = ANY(:productIds::bigint[])`,
    { id, productIds: [...productIds] },
  );
  return new Map(rows.map((row: { productId: number; priceMinor: number }) => [row.productId, row.priceMinor]));
}

export async function setPrices(
  tx: Tx,
  id: number,
  prices: readonly { productId: number; priceMinor: number }[],
): Promise<void> {
  await tx.raw(
    `INSERT INTO price_list_prices (price_list_id, product_id, price_minor)
     SELECT :id, * FROM unnest(:productIds::bigint[], :prices::bigint[])
     ON CONFLICT (price_list_id, product_id) DO UPDATE SET price_minor = excluded.price_minor`,
    { id, productIds: prices.map((one) => one.productId), prices: prices.map((one) => one.priceMinor) },
  );
}

export async function removePrices(tx: Tx, id: number, productIds: readonly number[]): Promise<void> {
  await tx.raw("DELETE FROM price_list_prices WHERE price_list_id = :id AND product_id = ANY(:productIds::bigint[])", {
    id,
    productIds: [...productIds],
  });
}
