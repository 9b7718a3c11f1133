/** A moment of the books, for long questions: read only, however long it takes. */
import type { Database, Tx } from "./database.ts";

/**
 * Documents that are posted meanwhile are in it whole or not at all. Short ones are better than one long one: what is updated meanwhile
 * keeps its old rows until it ends. `gently`: beside a till that sells, of two cores one is left to it. `limited`: a statement of it may
 * run no longer than those of requests.
 */
export function snapshot<T>(
  db: Pick<Database, "primary">,
  work: (tx: Tx) => Promise<T>,
  { gently = false, limited = false } = {},
): Promise<T> {
  return db.primary.transaction(
    async (tx) => {
      if (!limited) await tx.raw("SET LOCAL statement_timeout = 0");
      if (gently) await tx.raw("SET LOCAL max_parallel_workers_per_gather = 0");
      return work(tx);
    },
    { isolationLevel: "repeatable read", readOnly: true },
  );
}
