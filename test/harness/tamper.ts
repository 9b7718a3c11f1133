/** What somebody does who can write to the database and means no good: with the triggers off, and on again afterwards. */
import type { Knex } from "knex";

export async function tamper(db: Knex, tables: readonly string[], work: (tx: Knex.Transaction) => Promise<unknown>) {
  await db.transaction(async (tx) => {
    for (const table of tables) await tx.raw("ALTER TABLE ?? DISABLE TRIGGER USER", [table]);
    await work(tx);
    for (const table of tables) await tx.raw("ALTER TABLE ?? ENABLE TRIGGER USER", [table]);
  });
}
