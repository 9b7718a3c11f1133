/**
 * The digest of a row as SQL, so that rows need not leave the database: sha256 over the text of each column with its length
 * before it. The same for every client, every order of columns, and whatever columns are added later.
 */
import type { Ledger, LedgerColumn, LedgerPart, LedgerVersion } from "../ledger.ts";

const SAFE = /^[a-z_][a-z0-9_]*$/;

/** Names come from code, never from input; a check keeps it so. */
export function nameSql(name: string): string {
  if (!SAFE.test(name)) throw new RangeError(`"${name}" is no name of a table or column`);
  return `"${name}"`;
}

/** 32 bytes, over the row `t` of the ledger's table. */
export function digestSql(ledger: Ledger, version: number): string {
  const shape = ledger.versions[version - 1];
  if (!shape) throw new RangeError(`ledger ${ledger.name} has no version ${version}`);
  return `sha256(convert_to(${rowSql(shape, ledger.key)}, 'UTF8'))`;
}

function rowSql({ columns, parts = [] }: LedgerVersion, key: string): string {
  return [fieldsSql("t", columns), ...parts.map((part) => partSql(part, key))].join(" || ");
}

/** `5:Pedro`, or `-` for NULL, which is not the empty text `0:`. */
function fieldsSql(alias: string, columns: readonly LedgerColumn[]): string {
  const fieldSql = (column: LedgerColumn) =>
    `coalesce(length(${textSql(alias, column)}) || ':' || ${textSql(alias, column)}, '-')`;
  return columns.map(fieldSql).join(" || ");
}

function textSql(alias: string, column: LedgerColumn): string {
  if (typeof column === "string") return `${placeSql(alias, column)}::text`;
  return column.kind === "instant"
    ? `extract(epoch FROM ${placeSql(alias, column.name)})::text`
    : `(${placeSql(alias, column.name)} - DATE '2000-01-01')::text`;
}

function placeSql(alias: string, name: string): string {
  return `${alias}.${nameSql(name)}`;
}

/** Every field says its length, so that `;` and `]` can end nothing that they do not end. */
function partSql({ table, parent, order, columns }: LedgerPart, key: string): string {
  return `'[' || coalesce((SELECT string_agg(${fieldsSql("p", columns)} || ';', '' ORDER BY p.${nameSql(order)})
    FROM ${nameSql(table)} p WHERE p.${nameSql(parent)} = t.${nameSql(key)}), '') || ']'`;
}

export function storeSql({ store }: Ledger): string {
  return store === undefined ? "0::bigint" : `coalesce(t.${nameSql(store)}, 0)::bigint`;
}
