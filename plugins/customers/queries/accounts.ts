/** SQL of accounts: the balance and its ledger change together, in one statement. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Entry } from "../api.ts";
import type { AccountEntry, EntryKind } from "../domain.ts";

interface Row {
  id: number;
  kind: EntryKind;
  amount_minor: number;
  balance_minor: number;
  document_type: string;
  document_id: number;
  document_number: string;
  user_name: string;
  created_at: Date;
}

/**
 * `amountMinor` signed, in the customer's own currency. A charge only within the limit of an active customer, a payment only of what
 * is owed. Answers its id and the balance after it; undefined: refused.
 */
export async function writeEntry(
  tx: Tx,
  kind: EntryKind,
  { customerId, storeId, currency, amountMinor, document, user }: Entry,
  now: Date,
): Promise<{ id: number; balanceMinor: number } | undefined> {
  const { rows } = await tx.raw(
    `WITH moved AS (
       UPDATE customers SET balance_minor = balance_minor + cast(:amountMinor AS bigint)
       WHERE id = :customerId AND currency = :currency
         AND CASE cast(:kind AS text)
           WHEN 'charge' THEN active AND balance_minor + cast(:amountMinor AS bigint) <= credit_limit_minor
           WHEN 'payment' THEN balance_minor + cast(:amountMinor AS bigint) >= 0
           ELSE true END
       RETURNING id, balance_minor
     )
     INSERT INTO customer_entries (customer_id, store_id, kind, amount_minor, balance_minor, document_type, document_id,
       document_number, user_id, user_name, created_at)
     SELECT id, :storeId, :kind, :amountMinor, balance_minor, :type, :documentId, :number, :userId, :userName,
       cast(:now AS timestamptz) FROM moved
     RETURNING id, balance_minor AS "balanceMinor"`,
    {
      customerId,
      storeId,
      currency,
      kind,
      amountMinor,
      type: document.type,
      documentId: document.id,
      number: document.number,
      userId: user.id,
      userName: user.fullName,
      now,
    },
  );
  return rows[0];
}

/** Newest first, one more than `limit`. */
export async function listEntries(
  db: Knex,
  customerId: number,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<AccountEntry[]> {
  const { rows } = await db.raw(
    `SELECT id, kind, amount_minor, balance_minor, document_type, document_id, document_number, user_name, created_at
     FROM customer_entries WHERE customer_id = :customerId AND (cast(:before AS bigint) IS NULL OR id < :before)
     ORDER BY id DESC LIMIT :limit`,
    { customerId, before: before ?? null, limit: limit + 1 },
  );
  return rows.map((row: Row) => ({
    id: row.id,
    kind: row.kind,
    amountMinor: row.amount_minor,
    balanceMinor: row.balance_minor,
    document: { type: row.document_type, id: row.document_id, number: row.document_number },
    userName: row.user_name,
    createdAt: row.created_at,
  }));
}
