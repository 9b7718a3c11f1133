/** Many rows at once, by every rule and trigger of the table: what the program may not write, this may not either. */
import type { Tx } from "../../../kernel/db/database.ts";

/** All rows have the fields of the first; what a field's name is not is left to the table's default. */
export async function insertRows(tx: Tx, table: string, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const columns = Object.keys(first).map(() => "??");
  const names = Object.keys(first);
  await tx.raw(
    `INSERT INTO ?? (${columns}) OVERRIDING SYSTEM VALUE
     SELECT ${columns} FROM json_populate_recordset(NULL::??, ?::json)`,
    [table, ...names, ...names, table, JSON.stringify(rows)],
  );
}
