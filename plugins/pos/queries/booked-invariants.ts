/** SQL of the invariants of what is booked: gift cards, store credit, customer credit. */
import type { Knex } from "knex";
import { movedSinceSql } from "../../../kernel/db/moved-since.ts";
import type { Scope } from "../../../kernel/invariant.ts";
import { IN_SCOPE } from "./invariants.ts";

function said({ rows }: { rows: { said: string }[] }): string[] {
  return rows.map((row) => row.said);
}

/** What is left on a card is the sum of its ledger, the balance at its end, and never below zero. */
export async function vouchersThatDiffer(db: Knex, { since, limit }: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `SELECT format('voucher %s: %s left, %s by its ledger', v.id, v.balance_minor, e.total) AS said
     FROM vouchers v, LATERAL (
       SELECT coalesce(sum(amount_minor), 0)::bigint AS total,
         (SELECT balance_minor FROM voucher_entries WHERE voucher_id = v.id ORDER BY id DESC LIMIT 1) AS last
       FROM voucher_entries WHERE voucher_id = v.id) e
     WHERE ${movedSinceSql(since, "v.id", { ledger: "voucher_entries", key: "voucher_id" })}
       AND (v.balance_minor <> e.total OR v.balance_minor <> coalesce(e.last, 0))
     LIMIT :limit`,
      { since: since ?? null, limit },
    ),
  );
}

/** What a document says was paid by card or credit, and given back to it, is what their ledger says of that document. */
export async function unbookedPayments(db: Knex, { since, limit }: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `WITH documents AS (
       SELECT s.id, s.number, sum(p.amount_minor)::bigint AS paid FROM payments p JOIN sales s ON s.id = p.sale_id
       WHERE p.method IN ('gift_card', 'store_credit') AND ${IN_SCOPE}
       GROUP BY s.id, s.number
     )
     SELECT format('document %s: %s paid by gift card or store credit, %s by their ledger', d.number, d.paid, -coalesce(e.total, 0)) AS said
     FROM documents d LEFT JOIN LATERAL (
       SELECT sum(amount_minor) AS total FROM voucher_entries WHERE sale_id = d.id) e ON true
     WHERE d.paid <> -coalesce(e.total, 0)
     UNION ALL
     SELECT format('voucher %s: its document %s is not there or was paid otherwise', e.voucher_id, e.sale_id)
     FROM voucher_entries e
     WHERE e.sale_id IS NOT NULL AND (cast(:since AS timestamptz) IS NULL OR e.created_at >= :since)
       AND NOT EXISTS (SELECT FROM payments WHERE sale_id = e.sale_id AND method IN ('gift_card', 'store_credit'))
     UNION ALL
     SELECT format('collection %s: %s was paid for a gift card that got %s', c.id, c.amount_minor, coalesce(e.total, 0))
     FROM collections c LEFT JOIN LATERAL (
       SELECT sum(amount_minor) AS total FROM voucher_entries WHERE collection_id = c.id) e ON true
     WHERE c.kind = 'gift_card' AND (cast(:since AS timestamptz) IS NULL OR c.created_at >= :since)
       AND c.amount_minor <> coalesce(e.total, 0)
     LIMIT :limit`,
      { since: since ?? null, limit },
    ),
  );
}
