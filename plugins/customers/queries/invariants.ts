/** SQL of the invariants of accounts. */
import type { Knex } from "knex";
import { movedSinceSql } from "../../../kernel/db/moved-since.ts";
import type { Scope } from "../../../kernel/invariant.ts";

/** What a customer owes is the sum of the ledger, and the balance at its end. With `since`, of those whose account moved. */
export async function accountsThatDiffer(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const { rows } = await db.raw(
    `SELECT format('customer %s: owes %s, by the ledger %s', c.id, c.balance_minor, e.total) AS said
     FROM customers c, LATERAL (
       SELECT coalesce(sum(amount_minor), 0)::bigint AS total,
         (SELECT balance_minor FROM customer_entries WHERE customer_id = c.id ORDER BY id DESC LIMIT 1) AS last
       FROM customer_entries WHERE customer_id = c.id) e
     WHERE ${movedSinceSql(since, "c.id", { ledger: "customer_entries", key: "customer_id" })}
       AND (c.balance_minor <> e.total OR c.balance_minor <> coalesce(e.last, 0))
     LIMIT :limit`,
    { since: since ?? null, limit },
  );
  return rows.map((row: { said: string }) => row.said);
}
