/** Products by text and filters, best first or by name, in keyset pages. */
import type { Knex } from "knex";
import { likeLiteral } from "../../../kernel/text.ts";
import type { Product } from "../domain.ts";
import type { SearchPatterns } from "../search-text.ts";
import type { Listed as OnShelf } from "../store-prices.ts";
import {
  PRODUCT_COLUMNS,
  PRODUCT_JOINS,
  type ProductRow,
  SELLABLE_COLUMNS,
  SELLABLE_JOIN,
  type StoreId,
  toProduct,
  toSellable,
} from "./rows.ts";

export interface ProductFilter {
  categoryId?: number | undefined;
  /** undefined: both */
  active?: boolean | undefined;
}

/** Where a product stands in a list: rank and length of name count in a search alone. */
export interface ListPlace {
  rank: number;
  length: number;
  sortKey: string;
  id: number;
}

export type Listed = Product & { place: ListPlace };

type Bindings = Record<string, unknown>;

/** By name. */
export async function productsByName(
  db: Knex,
  filter: ProductFilter,
  storeId: StoreId,
  after: ListPlace | undefined,
  limit: number,
): Promise<Listed[]> {
  const bindings: Bindings = { limit, storeId: storeId ?? null, sortKey: after?.sortKey ?? "", id: after?.id ?? 0 };
  const { rows } = await db.raw(
    `SELECT ${PRODUCT_COLUMNS}, p.sort_key, 0 AS rank, 0 AS length
     FROM products p ${PRODUCT_JOINS}
     WHERE (p.sort_key, p.id) > (:sortKey, :id) ${filterSql(filter, bindings)}
     ORDER BY p.sort_key, p.id LIMIT :limit`,
    bindings,
  );
  return rows.map(toListed);
}

/** Best first. `code`: the query as typed, which may be somebody's barcode. */
export async function productsMatching(
  db: Knex,
  patterns: SearchPatterns,
  filter: ProductFilter & { code?: string },
  storeId: StoreId,
  after: ListPlace | undefined,
  limit: number,
): Promise<Listed[]> {
  const bindings: Bindings = { limit, storeId: storeId ?? null };
  const { rows } = await db.raw(
    `WITH found AS (${matchSql(patterns, filter, after, bindings)})
     SELECT ${PRODUCT_COLUMNS}, p.sort_key, found.rank, found.length
     FROM found JOIN products p ON p.id = found.id ${PRODUCT_JOINS} ${BEST_FIRST}`,
    bindings,
  );
  return rows.map(toListed);
}

/** Active ones as the till needs them. */
export async function sellableMatching(
  db: Knex,
  patterns: SearchPatterns,
  storeId: StoreId,
  limit: number,
): Promise<OnShelf[]> {
  const bindings: Bindings = { limit, storeId: storeId ?? null };
  const { rows } = await db.raw(
    `WITH found AS (${matchSql(patterns, { active: true }, undefined, bindings)})
     SELECT ${SELLABLE_COLUMNS} FROM found JOIN products p ON p.id = found.id ${SELLABLE_JOIN} ${BEST_FIRST}`,
    bindings,
  );
  return rows.map(toSellable);
}

const BEST_FIRST = "ORDER BY found.rank, found.length, found.sort_key, found.id";

/** Exact name or SKU, then names that start so, then words that start so, then the rest; shorter names first. */
function matchSql(
  patterns: SearchPatterns,
  filter: ProductFilter & { code?: string },
  after: ListPlace | undefined,
  bindings: Bindings,
): string {
  const { exact, start, anywhere, atStart } = patterns;
  Object.assign(bindings, { exactName: exact[0], exactSku: exact[1], start });
  for (const [index, pattern] of anywhere.entries()) bindings[`word${index}`] = pattern;
  for (const [index, pattern] of atStart.entries()) bindings[`begin${index}`] = pattern;
  return `
    SELECT * FROM (
      SELECT p.id, p.sort_key, char_length(p.name) AS length,
        CASE WHEN p.search_text LIKE :exactName OR p.search_text LIKE :exactSku ${codeSql(filter, bindings)} THEN 0
             WHEN p.search_text LIKE :start THEN 1
             WHEN ${beginSql(atStart)} THEN 2
             ELSE 3 END AS rank
      FROM products p
      WHERE (${wordsSql(anywhere)} ${codeSql(filter, bindings)}) ${filterSql(filter, bindings)}
    ) AS matching
    ${afterSql(after, bindings)}
    ORDER BY rank, length, sort_key, id LIMIT :limit`;
}

function wordsSql(words: readonly string[]): string {
  return words.map((_, index) => `p.search_text LIKE :word${index}`).join(" AND ");
}

function beginSql(words: readonly string[]): string {
  return words.map((_, index) => `p.search_text LIKE :begin${index}`).join(" AND ");
}

function codeSql({ code }: { code?: string }, bindings: Bindings): string {
  if (code === undefined) return "";
  bindings["code"] = code;
  return "OR p.id = (SELECT product_id FROM product_barcodes WHERE product_barcodes.code = :code)";
}

function afterSql(after: ListPlace | undefined, bindings: Bindings): string {
  if (after === undefined) return "";
  Object.assign(bindings, { rank: after.rank, length: after.length, sortKey: after.sortKey, id: after.id });
  return "WHERE (rank, length, sort_key, id) > (:rank::bigint, :length::bigint, :sortKey, :id)";
}

function filterSql(filter: ProductFilter, bindings: Bindings): string {
  let sql = "";
  if (filter.categoryId !== undefined) {
    bindings["categoryId"] = filter.categoryId;
    sql += " AND p.category_id = :categoryId";
  }
  if (filter.active !== undefined) sql += filter.active ? " AND p.active" : " AND NOT p.active";
  return sql;
}

/** A word as it was typed, and what it may have been meant to be. */
export interface Guess {
  /** LIKE pattern of the word anywhere */
  anywhere: string;
  corrections: readonly string[];
}

/** Ids, the fewest corrections first, then names that start with the first word, then shorter names. */
export async function productsGuessed(
  db: Knex,
  guesses: readonly Guess[],
  filter: ProductFilter,
  limit: number,
): Promise<number[]> {
  const bindings: Bindings = { limit };
  guesses.forEach(({ anywhere, corrections }, index) => {
    bindings[`word${index}`] = anywhere;
    bindings[`meant${index}`] = corrections.map((word) => `% ${likeLiteral(word)}%`);
  });
  const [first] = guesses;
  Object.assign(bindings, { starts: (first?.corrections ?? []).map((word) => ` ${likeLiteral(word)}%`) });
  const { rows } = await db.raw(
    `SELECT p.id FROM products p
     WHERE ${guessesSql(guesses)} ${filterSql(filter, bindings)}
     ORDER BY ${correctedSql(guesses)},
       (p.search_text LIKE ANY(:starts::text[])) DESC, char_length(p.name), p.sort_key, p.id LIMIT :limit`,
    bindings,
  );
  return rows.map((row: { id: number }) => row.id);
}

function guessesSql(guesses: readonly Guess[]): string {
  return guesses
    .map((_, index) => `(p.search_text LIKE :word${index} OR p.search_text LIKE ANY(:meant${index}::text[]))`)
    .join(" AND ");
}

/** How many words were taken for others. */
function correctedSql(guesses: readonly Guess[]): string {
  return guesses.map((_, index) => `(p.search_text NOT LIKE :word${index})::int`).join(" + ");
}

export async function productsByIds(db: Knex, ids: readonly number[], storeId: StoreId): Promise<Listed[]> {
  const { rows } = await db.raw(
    `SELECT ${PRODUCT_COLUMNS}, p.sort_key, 0 AS rank, 0 AS length FROM products p ${PRODUCT_JOINS}
     WHERE p.id = ANY(:ids::bigint[])`,
    { ids: [...ids], storeId: storeId ?? null },
  );
  return rows.map(toListed);
}

function toListed(row: ProductRow & { rank: number; length: number; sort_key: string }): Listed {
  return { ...toProduct(row), place: { rank: row.rank, length: row.length, sortKey: row.sort_key, id: row.id } };
}
