/** Pages of several lists at once, each found by its own index: of stores, of customers, of one cashier. */
import { allSql, listSql, pieceSql } from "./pieces.ts";
import type { IdsSql } from "./within-days.ts";

export interface ListsSql {
  table: string;
  /** columns that say whose a row is; an index has them, then `id` */
  keys: readonly string[];
  /** SQL that tells the keys of each list, a row each */
  of: string;
  /** what else a row must be: conditions, none of which is `key = ...` */
  where: readonly string[];
  /** between these, both included */
  ids: IdsSql;
  order: "newest" | "oldest";
}

/**
 * The ids of the first `:limit` rows of all these lists together, in order. The first key is compared with an array of one and is part
 * of the order: with `key = ...` PostgreSQL drops it from there, takes rows to be spread evenly and walks those of everybody by their
 * ids, which never ends for a list that has few or old ones. So it cannot: only an index on the key has that order.
 */
export function pageOfEachSql({ table, keys, of, where, ids, order }: ListsSql): string {
  const down = order === "newest" ? " DESC" : "";
  const conditions = [
    ...keys.map((key, at) => (at === 0 ? `${key} = ANY (ARRAY[list.key0])` : `${key} = list.key${at}`)),
    `id >= ${ids.first}`,
    `id <= ${ids.last}`,
    ...where,
  ];
  const sort = [...keys, "id"].map((column) => `${column}${down}`);
  return `SELECT page.id FROM (SELECT DISTINCT * FROM (${pieceSql(of)}) AS told) AS list (${listSql(keys.map((_, at) => `key${at}`))}), LATERAL (
      SELECT id FROM ${pieceSql(table)} WHERE ${allSql(conditions)} ORDER BY ${listSql(sort)} LIMIT :limit) AS page
    ORDER BY page.id ${order === "newest" ? "DESC" : ""} LIMIT :limit`;
}
