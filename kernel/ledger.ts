/**
 * A ledger: rows that are written once and never changed. Its owner declares it as data; the kernel seals new rows in a chain
 * of hashes, and `npm run verify` finds what was changed, removed, added or reordered since (adr 0005).
 */
export interface LedgerPart {
  table: string;
  /** the column that names the row they belong to */
  parent: string;
  /** the column they are put in order by, unique within a row */
  order: string;
  columns: readonly LedgerColumn[];
}

export interface LedgerVersion {
  columns: readonly LedgerColumn[];
  /** rows of other tables that belong to the row, as lines to a sale */
  parts?: readonly LedgerPart[];
}

export interface Ledger {
  /** unique in the whole system */
  name: string;
  table: string;
  /** a bigint that grows with each row and is unique */
  key: string;
  /** the column that names the store; left out: the rows belong to no store, which is store 0 */
  store?: string;
  /**
   * What is sealed of a row. The first is version 1 and none is ever changed: when a migration adds a column, add a version
   * with it, so that old seals are checked as they were made.
   */
  versions: readonly LedgerVersion[];
}

/** A column whose text depends on nothing but its value: numbers, text, boolean, uuid, jsonb. Others say their kind. */
export type LedgerColumn = string | { name: string; kind: "instant" | "day" };

/** A timestamptz: sealed as its seconds, which no client's time zone changes. */
export const instant = (name: string): LedgerColumn => ({ name, kind: "instant" });

/** A date: sealed as its number, which no date style changes. */
export const day = (name: string): LedgerColumn => ({ name, kind: "day" });
