/** Reads the cells of one row by a schema a column. An empty cell says nothing. */
import { z } from "zod";
import { formInput, type Input } from "../input.ts";
import { unguardCell } from "../sheets/cell-guard.ts";
import { fold } from "../text.ts";
import { type Fault, faultOf } from "./fault.ts";
import type { Layout } from "./layout.ts";
import type { FindRepeats, ReadRow } from "./list.ts";

export interface ReadCells<C extends string> {
  read: Partial<Record<C, unknown>>;
  faults: Fault[];
}

/** Amounts are read the Spanish way, except where commas part the cells. Undefined: the row is blank. */
export function cellReader<C extends string>(
  { delimiter, columns }: Layout,
  currency: string,
  schemasBy: (input: Input) => Readonly<Record<C, z.ZodType>>,
): (row: number, cells: readonly string[]) => ReadCells<C> | undefined {
  const schemas = schemasBy(formInput(delimiter === "," ? "en" : "es", currency));
  const known = columns as (C | null)[];
  return (row, cells) => {
    if (cells.every((cell) => cell.trim() === "")) return undefined;
    const read: Partial<Record<C, unknown>> = {};
    const faults: Fault[] = [];
    const extra = cells.slice(known.length).find((cell) => cell.trim() !== "");
    if (extra !== undefined) faults.push(faultOf(row, "row", "kernel.validation.too_many_cells", extra));
    known.forEach((column, place) => {
      const cell = column === null ? "" : unguardCell((cells[place] ?? "").trim());
      if (column === null || cell === "") return;
      const result = schemas[column].safeParse(cell);
      if (result.success) read[column] = result.data;
      else faults.push(faultOf(row, column, keyOf(result.error), cell));
    });
    return { read, faults };
  };
}

/** Adds what is missing of the columns that every row must have. */
export function requireCells<C extends string>(
  row: number,
  { read, faults }: ReadCells<C>,
  columns: readonly C[],
): void {
  for (const column of columns) {
    if (read[column] === undefined && !faults.some(({ field }) => field === column))
      faults.push(faultOf(row, column, "kernel.validation.required", ""));
  }
}

/** Rows of one key: the first has it, later ones are told which that was. */
export function repeatsOf<R>(column: string, keyOfRow: (row: R) => string): () => FindRepeats<R> {
  return () => {
    const rowOf = new Map<string, number>();
    return (row: number, read: ReadRow<R>) => {
      if (read.kind !== "good") return [];
      const key = keyOfRow(read.row);
      const first = rowOf.get(key);
      if (first === undefined) rowOf.set(key, row);
      return first === undefined ? [] : [faultOf(row, column, "kernel.validation.repeated", key, { key, first })];
    };
  };
}

/** Our own sentence when the schema has one, else what zod's fault amounts to. */
function keyOf(error: z.ZodError): string {
  const message = error.issues[0]?.message ?? "";
  return /^[a-z-]+\.validation\./.test(message) ? message : "kernel.validation.format";
}

const YES = ["si", "s", "yes", "y", "true", "verdadero", "1", "activo", "activa", "active", "x"];
const NO = ["no", "n", "false", "falso", "0", "inactivo", "inactiva", "inactive"];

export const yesOrNo = z.string().transform((cell, context) => {
  const word = fold(cell);
  if (YES.includes(word)) return true;
  if (NO.includes(word)) return false;
  context.issues.push({ code: "custom", input: cell, message: "kernel.validation.yes_or_no" });
  return z.NEVER;
});
