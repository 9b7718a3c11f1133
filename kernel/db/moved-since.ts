/** Whose ledger has something new. */
import { pieceSql } from "./pieces.ts";

/**
 * Holds for `column` whose entries in `ledger`, by `key`, are of `:since` or later; for all when there is no such time. The newest entries
 * are looked at by id, as there is no index by time; by the text of the statement, as in one with an OR the whole table is read.
 */
export function movedSinceSql(
  since: Date | undefined,
  column: string,
  { ledger, key }: Record<"ledger" | "key", string>,
): string {
  if (since === undefined) return "true";
  return `${pieceSql(column)} IN (SELECT ${pieceSql(key)}
    FROM (SELECT ${pieceSql(key)}, created_at FROM ${pieceSql(ledger)} ORDER BY id DESC LIMIT 5000) newest WHERE created_at >= :since)`;
}
