/** Which charges of customers are not paid: one rule for statements, reminders and whoever adds up debts. */
import type { Tx } from "../../../kernel/db/database.ts";

/** Of a customer (`c`) and of all who were merged into it. */
const THEIRS = "e.customer_id IN (SELECT m.id FROM customers m WHERE m.id = c.id OR m.merged_into = c.id)";

/**
 * What is not paid of the charges of a customer (`c`) and of all who were merged into it: id, created_at, part. Goods that came back take
 * off the charge of their own sale; payments pay the oldest first, so what is owed is the newest of what is left, back to where it makes
 * up the balance. Refunds are looked for from their own entries, which are few, not from each charge.
 */
export function unpaidSql(): string {
  return `(SELECT id, created_at, least(left_minor, c.balance_minor - newer)::bigint AS part
    FROM (SELECT id, created_at, left_minor, sum(left_minor) OVER (ORDER BY id DESC) - left_minor AS newer
      FROM (SELECT id, max(created_at) AS created_at, sum(amount_minor)::bigint AS left_minor
        FROM (SELECT e.id, e.created_at, e.amount_minor FROM customer_entries e WHERE e.kind = 'charge' AND ${THEIRS}
          UNION ALL
          SELECT r.charge_id, NULL, -r.amount_minor FROM customer_entries e JOIN customer_refunded r ON r.entry_id = e.id
          WHERE e.kind = 'refund' AND ${THEIRS}) moved
        GROUP BY id) charges
      WHERE left_minor > 0) charges
    WHERE newer < c.balance_minor)`;
}

/** Takes what came back off the charge of that sale; where there were several, off the newest first. */
export async function takeOffCharge(tx: Tx, refund: { entryId: number; amountMinor: number; saleId: number }) {
  await tx.raw(
    `INSERT INTO customer_refunded (entry_id, charge_id, amount_minor)
     SELECT :entryId, id, least(left_minor, cast(:amountMinor AS bigint) - newer) FROM (
       SELECT id, left_minor, sum(left_minor) OVER (ORDER BY id DESC) - left_minor AS newer
       FROM (SELECT e.id, e.amount_minor - coalesce((SELECT sum(r.amount_minor) FROM customer_refunded r WHERE r.charge_id = e.id), 0) AS left_minor
         FROM customer_entries e WHERE e.kind = 'charge' AND e.document_type = 'sale' AND e.document_id = :saleId) charges
       WHERE left_minor > 0) charges
     WHERE newer < cast(:amountMinor AS bigint)`,
    refund,
  );
}
