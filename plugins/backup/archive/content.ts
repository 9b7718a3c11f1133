/** An archive of our own: rows of every table by COPY, and the names of the migrations that made the tables. */
import { z } from "zod";
import type { Tx } from "../../../kernel/db/database.ts";
import { type Sequence, sequencesOf, type Table } from "../queries/catalog.ts";
import { copyIn, copyOut, setSequences } from "../queries/copy.ts";
import { END_OF_ROWS, type LineReader } from "./lines.ts";

const FORMAT = "pos-odata-copy/1";

const head = z.strictObject({ format: z.literal(FORMAT), migrations: z.array(z.string()) });
const table = z.strictObject({ table: z.string(), columns: z.array(z.string()).min(1) });
const sequences = z.strictObject({
  sequences: z.array(z.strictObject({ name: z.string(), value: z.string(), called: z.boolean() })),
});
const part = z.union([table, sequences, z.strictObject({ end: z.literal(true) })]);

/** Whoever stops reading before the end must cut the transaction off. */
export async function* writeContent(
  tx: Tx,
  { migrations, tables }: { migrations: readonly string[]; tables: readonly Table[] },
): AsyncGenerator<Uint8Array> {
  const line = (value: unknown) => Buffer.from(`${JSON.stringify(value)}\n`);
  yield line({ format: FORMAT, migrations });
  for (const one of tables) {
    yield line({ table: one.name, columns: one.columns });
    yield* await copyOut(tx, one);
    yield Buffer.from(END_OF_ROWS);
  }
  const found: Sequence[] = await sequencesOf(tx);
  yield line({ sequences: found });
  yield line({ end: true });
}

/** The names of the migrations. @throws Error: it is no archive */
export async function readHead(lines: LineReader): Promise<string[]> {
  return head.parse(await lines.json()).migrations;
}

/** What follows the head, into tables that are open for it. @throws Error: it does not fit, or has no end */
export async function loadContent(tx: Tx, lines: LineReader): Promise<void> {
  for (;;) {
    const next = part.parse(await lines.json());
    if ("end" in next) return;
    if ("sequences" in next) await setSequences(tx, next.sequences);
    else await copyIn(tx, { name: next.table, columns: next.columns }, lines.rows());
  }
}
