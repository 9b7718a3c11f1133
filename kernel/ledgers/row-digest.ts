/**
 * The digest of a row as SQL, so that rows need not leave the database: sha256 over the text of each column with its length
 * before it. The same for every client, every order of columns, and whatever columns are added later.
 */
import type { Ledger, LedgerColumn, LedgerPart } from "../ledger.ts";

const SAFE = /^[a-z_][a-z0-9_]*$/;

/** Names come from code, never from input; a check keeps it so. */
export function named(name: string): string {
  if (!SAFE.test(name)) throw new RangeError(`"${name}" is no name of a table or column`);
  return `"${name}"`;
}

/** 32 bytes, over the row `t` of the ledger's table. */
export function digestOf(ledger: Ledger, version: number): string {
  const shape = ledger.versions[version - 1];
  if (!shape) throw new RangeError(`ledger ${ledger.name} has no version ${version}`);
  const own = shape.columns.map((column) => field("t", column));
  const parts = (shape.parts ?? []).map((part) => partText(part, ledger.key));
  return `sha256(convert_to(${[...own, ...parts].join(" || ")}, 'UTF8'))`;
}

/** `5:Pedro`, or `-` for NULL, which is not the empty text `0:`. */
function field(alias: string, column: LedgerColumn): string {
  const text = textOf(alias, column);
  return `coalesce(length(${text}) || ':' || ${text}, '-')`;
}

function textOf(alias: string, column: LedgerColumn): string {
  if (typeof column === "string") return `${alias}.${named(column)}::text`;
  const value = `${alias}.${named(column.name)}`;
  return column.kind === "instant" ? `extract(epoch FROM ${value})::text` : `(${value} - DATE '2000-01-01')::text`;
}

/** Every field says its length, so that `;` and `]` can end nothing that they do not end. */
function partText({ table, parent, order, columns }: LedgerPart, key: string): string {
  const line = columns.map((column) => field("p", column)).join(" || ");
  return `'[' || coalesce((SELECT string_agg(${line} || ';', '' ORDER BY p.${named(order)})
    FROM ${named(table)} p WHERE p.${named(parent)} = t.${named(key)}), '') || ']'`;
}

export function storeOf({ store }: Ledger): string {
  return store === undefined ? "0::bigint" : `coalesce(t.${named(store)}, 0)::bigint`;
}
