/** SQL of what holds a product to what it is. */
import type { Tx } from "../../../kernel/db/database.ts";

/** By what: `number` is the document's, or the kit's name. */
export interface Hold {
  by: "stock" | "transfer" | "count" | "kit" | "order";
  number: string;
}

/** Nothing comes onto a shelf of theirs until this transaction ends. */
export async function lockShelvesOf(tx: Tx, productIds: readonly number[]): Promise<void> {
  await tx.raw(
    "SELECT FROM inventory WHERE product_id = ANY(:ids::bigint[]) ORDER BY store_id, product_id FOR UPDATE",
    {
      ids: [...productIds],
    },
  );
}

/**
 * Of these products those that stand, or are owed, in some store, or are in an open transfer, an open count or a kit: the first reason
 * each.
 */
export async function holdsOf(
  tx: Tx,
  productIds: readonly number[],
  kinds: readonly Hold["by"][],
): Promise<Map<number, Hold>> {
  const { rows } = await tx.raw(
    `SELECT DISTINCT ON (held.product_id) held.product_id AS "productId", held.by, held.number FROM (
       SELECT i.product_id, 1 AS rank, 'stock' AS by, s.name AS number
       FROM inventory i JOIN stores s ON s.id = i.store_id WHERE i.product_id = ANY(:ids::bigint[]) AND i.on_hand_milli <> 0
       UNION ALL
       SELECT l.product_id, 2, 'transfer', 'TR-' || t.id FROM stock_transfer_lines l
         JOIN stock_transfers t ON t.id = l.transfer_id AND t.state IN ('requested', 'sent')
       WHERE l.product_id = ANY(:ids::bigint[])
       UNION ALL
       SELECT product_id, 3, 'count', 'CT-' || count_id FROM stock_count_lines WHERE open AND product_id = ANY(:ids::bigint[])
       UNION ALL
       SELECT k.product_id, 4, 'kit', p.name FROM kit_parts k JOIN products p ON p.id = k.kit_id
       WHERE k.product_id = ANY(:ids::bigint[])
     ) held WHERE held.by = ANY(:kinds::text[]) ORDER BY held.product_id, held.rank, held.number`,
    { ids: [...productIds], kinds: [...kinds] },
  );
  return new Map(rows.map(({ productId, ...hold }: Hold & { productId: number }) => [productId, hold]));
}

/** Whether goods moved there, or are to. */
export async function shelvesUsed(tx: Tx, storeId: number): Promise<boolean> {
  const { rows } = await tx.raw(
    `SELECT EXISTS (SELECT FROM stock_movements WHERE store_id = :storeId)
       OR EXISTS (SELECT FROM stock_transfers WHERE from_store_id = :storeId OR to_store_id = :storeId) AS used`,
    { storeId },
  );
  return rows[0].used;
}
