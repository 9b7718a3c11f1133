/** A transaction that sees one moment for as long as it takes. */
import type { Tx } from "../../../kernel/db/database.ts";

export async function settleIn(tx: Tx): Promise<void> {
  await tx.raw("SET LOCAL statement_timeout = 0");
  await tx.raw("SET LOCAL idle_in_transaction_session_timeout = 0");
}

/** The name by which another program sees the same moment. */
export async function exportSnapshot(tx: Tx): Promise<string> {
  const { rows } = await tx.raw("SELECT pg_export_snapshot() AS name");
  return rows[0].name;
}
