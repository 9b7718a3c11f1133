/** SQL about the stores for which goods are bought. */
import type { Tx } from "../../../kernel/db/database.ts";

/** By the database: what other instances know may be some seconds old. */
export async function isTraining(tx: Tx, storeId: number): Promise<boolean> {
  const { rows } = await tx.raw("SELECT training FROM stores WHERE id = ?", [storeId]);
  return rows[0]?.training === true;
}

/** Whether anything was ever ordered or received for that store. */
export async function boughtFor(tx: Tx, storeId: number): Promise<boolean> {
  const { rows } = await tx.raw(
    `SELECT EXISTS (SELECT FROM purchase_orders WHERE store_id = :storeId)
       OR EXISTS (SELECT FROM purchase_documents WHERE store_id = :storeId) AS bought`,
    { storeId },
  );
  return rows[0].bought;
}
