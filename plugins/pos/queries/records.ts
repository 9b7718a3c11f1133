/** SQL of what the till keeps about customers. */
import type { Tx } from "../../../kernel/db/database.ts";
import type { Telltale } from "../../../kernel/forgetting.ts";

export async function salesOf(tx: Tx, ids: readonly number[]): Promise<unknown[]> {
  const { rows } = await tx.raw(
    `SELECT s.id, s.number, s.kind, s.store_id, s.customer_name, s.customer_document, s.currency, s.total_minor, s.note, s.business_date::text, s.created_at,
       (SELECT jsonb_agg(jsonb_build_object('sku', i.sku, 'name', i.name, 'quantity_milli', i.quantity_milli, 'total_minor', i.total_minor) ORDER BY i.line)
          FROM sale_items i WHERE i.sale_id = s.id) AS lines,
       (SELECT jsonb_agg(jsonb_build_object('method', p.method, 'amount_minor', p.amount_minor, 'reference', p.reference) ORDER BY p.line)
          FROM payments p WHERE p.sale_id = s.id) AS payments,
       (SELECT jsonb_agg(l.address ORDER BY l.id) FROM receipt_letters l WHERE l.sale_id = s.id) AS mailed_to
     FROM sales s WHERE s.customer_id = ANY(?::bigint[]) ORDER BY s.id`,
    [[...ids]],
  );
  return rows;
}

export async function collectionsOf(tx: Tx, ids: readonly number[]): Promise<unknown[]> {
  const { rows } = await tx.raw(
    `SELECT id, kind, store_id, customer_name, currency, method, amount_minor, reference, business_date::text, created_at
     FROM collections WHERE customer_id = ANY(?::bigint[]) ORDER BY id`,
    [[...ids]],
  );
  return rows;
}

/** Without the codes: whoever reads them could spend them. */
export async function vouchersOf(tx: Tx, ids: readonly number[]): Promise<unknown[]> {
  const { rows } = await tx.raw(
    `SELECT id, kind, currency, balance_minor, expires_on::text, customer_name, created_at FROM vouchers WHERE customer_id = ANY(?::bigint[]) ORDER BY id`,
    [[...ids]],
  );
  return rows;
}

/** Posted documents keep what they say; carts, also what they were parked as, vouchers and letters do not. */
export async function forgetBuyers(tx: Tx, ids: readonly number[], told: Telltale): Promise<void> {
  const bound = [[...ids]];
  await tx.raw(
    "DELETE FROM receipt_letters WHERE sale_id IN (SELECT id FROM sales WHERE customer_id = ANY(?::bigint[]))",
    bound,
  );
  await tx.raw("UPDATE vouchers SET customer_name = NULL WHERE customer_id = ANY(?::bigint[])", bound);
  const { rows } = await tx.raw(
    `SELECT id, name, note, customer_id = ANY(:ids::bigint[]) IS TRUE AS own FROM carts
     WHERE (name IS NOT NULL OR note IS NOT NULL)
       AND (customer_id = ANY(:ids::bigint[]) OR name ILIKE ANY(:patterns::text[]) OR note ILIKE ANY(:patterns::text[])) FOR UPDATE`,
    { ids: [...ids], patterns: [...told.patterns] },
  );
  for (const { id, name, note, own } of rows as {
    id: string;
    name: string | null;
    note: string | null;
    own: boolean;
  }[]) {
    const left = (text: string | null) => (text !== null && (own || told.tells(text)) ? told.without(text) : text);
    await tx.raw("UPDATE carts SET name = ?, note = ? WHERE id = ?", [left(name), left(note), id]);
  }
  await tx.raw(
    `UPDATE carts SET customer_id = NULL, customer_name = NULL, customer_document = NULL WHERE customer_id = ANY(?::bigint[])`,
    bound,
  );
}

export async function seenSince(tx: Tx, ids: readonly number[], since: Date): Promise<boolean> {
  const { rows } = await tx.raw(
    `SELECT EXISTS (SELECT FROM sales WHERE customer_id = ANY(:ids::bigint[]) AND created_at >= :since)
       OR EXISTS (SELECT FROM collections WHERE customer_id = ANY(:ids::bigint[]) AND created_at >= :since)
       OR EXISTS (SELECT FROM vouchers WHERE customer_id = ANY(:ids::bigint[]) AND balance_minor > 0) AS seen`,
    { ids: [...ids], since },
  );
  return rows[0].seen;
}
