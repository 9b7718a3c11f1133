/** SQL of the points of sales. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Scope } from "../../../kernel/invariant.ts";
import { IN_SCOPE } from "./invariants.ts";

/** What of a sale earned points, since it was not paid with any, and how much of that has not come back. Minor units. */
export async function eligibleFor(tx: Tx, saleId: number): Promise<{ wholeMinor: number; leftMinor: number }> {
  const { rows } = await tx.raw(
    `SELECT coalesce(sum(minor) FILTER (WHERE id = :saleId), 0)::bigint AS "wholeMinor", coalesce(sum(minor), 0)::bigint AS "leftMinor"
     FROM (SELECT s.id, s.total_minor - coalesce((SELECT sum(amount_minor) FROM payments p WHERE p.sale_id = s.id AND p.method = 'points'), 0) AS minor
       FROM sales s WHERE s.id = :saleId OR s.returns_sale_id = :saleId) documents`,
    { saleId },
  );
  return rows[0];
}

/** What a document says was paid with points, and given back, is what their ledger says of it. */
export async function unbookedPoints(db: Knex, { since, limit }: Scope): Promise<string[]> {
  // the plugin customers may be gone, with its ledger
  const { rows: known } = await db.raw("SELECT to_regclass('point_entries') IS NOT NULL AS there");
  if (!known[0].there) return [];
  const { rows } = await db.raw(
    `SELECT format('document %s: %s paid with points, %s by their ledger', p.number, p.paid, coalesce(e.paid, 0)) AS said
     FROM (SELECT s.id, s.number, s.kind, sum(amount_minor) AS paid FROM payments JOIN sales s ON s.id = sale_id
         WHERE method = 'points' AND ${IN_SCOPE} GROUP BY s.id) p
       LEFT JOIN LATERAL (SELECT sum(amount_minor) AS paid FROM point_entries
         WHERE document_type = p.kind AND document_id = p.id AND kind IN ('spend', 'refund')) e ON true
     WHERE p.paid <> coalesce(e.paid, 0)
     LIMIT :limit`,
    { since: since ?? null, limit },
  );
  return rows.map((row: { said: string }) => row.said);
}
