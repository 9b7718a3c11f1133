/** A kind of list that people and programs send: its columns, how a row is read, and what rows mean. See ADR 10. */
import type { Tx } from "../db/database.ts";
import type { AppError } from "../errors.ts";
import type { Locale, Text } from "../i18n.ts";
import type { Fault } from "./fault.ts";
import type { Layout } from "./layout.ts";
import type { ImportCounts, ListImport } from "./state.ts";

export type ReadRow<R> =
  | { kind: "blank" }
  | { kind: "good"; row: R }
  /** `sku`: the key, where it could be read, so that a second row with it is told */
  | { kind: "bad"; sku?: string; faults: Fault[] };
export type RowReader<R> = (row: number, cells: readonly string[]) => ReadRow<R>;
/** Faults of a row for what stood in a row before it. Looks at every row of the file, in its order. */
export type FindRepeats<R> = (row: number, read: ReadRow<R>) => Fault[];

export interface MatchedColumns {
  /** by place in the file; null: not read */
  columns: (string | null)[];
  /** as written, of the columns that are not read */
  ignored: string[];
}

export interface Outcome extends Omit<ImportCounts, "failed"> {
  faults: Fault[];
  /** as the list's `preview` draws them; the first ones are kept */
  preview: unknown[];
}

/**
 * `R` is a good row. Sentences are the locale keys `<owner>.lists.<name>.` title, about, rules, created, done, see; a column is
 * called `<owner>.columns.<column>` and explained by `<owner>.column_hints.<column>`.
 */
export interface List<R> {
  /** its page is `/<name>/import`, its API `/api/v1/<name>/import` */
  name: string;
  owner: string;
  permission: string;
  /** of the entry in the trail when it is written, e.g. `products.imported` */
  audit: { action: string };
  /** where one sees what was imported */
  home: string;
  summary: string;
  /** the address of its export without the format, e.g. `/prices/export`, and the permission to take it out */
  whole?: { path: string; permission: string };
  /** true: it is about the shelves of one store, which is asked for */
  ofStore?: boolean;
  /** a sentence before it is started, e.g. on what its stock means; a locale key by what the file has */
  caution?(columns: readonly (string | null)[]): string | undefined;
  /** what the export writes above each column, in order */
  headers: Readonly<Record<Locale, Readonly<Record<string, string>>>>;
  match(header: readonly string[]): MatchedColumns;
  /** Why a file with these columns cannot be read at all. */
  missing(columns: readonly (string | null)[], expected: string): AppError | undefined;
  /** permissions without which a column is left aside */
  restricted?: Readonly<Record<string, string>>;
  reader(layout: Layout, currency: string): RowReader<R>;
  repeats(): FindRepeats<R>;
  /** before rows are locked */
  lock?(tx: Tx): Promise<void>;
  /** What the rows mean, and, when it `writes`, does it. Rows of one step stand or fall together. */
  step(tx: Tx, rows: readonly R[], one: ListImport, writes: boolean): Promise<Outcome>;
  preview: {
    columns: readonly { text: string; num?: boolean }[];
    cells(row: unknown, text: Text, currency: string): string[];
  };
}

// biome-ignore lint/suspicious/noExplicitAny: lists of every row stand together
export type AnyList = List<any>;
