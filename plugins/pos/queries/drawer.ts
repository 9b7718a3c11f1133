/** SQL of drawers opened without a sale. */
import type { Tx } from "../../../kernel/db/database.ts";
import type { Seller } from "../domain.ts";

export async function insertOpening(
  tx: Tx,
  opening: { shiftId: number; storeId: number; registerId: number; reason: string; seller: Seller; now: Date },
): Promise<number> {
  const { seller, ...rest } = opening;
  const { rows } = await tx.raw(
    `INSERT INTO drawer_openings (shift_id, store_id, register_id, reason, user_id, user_name, created_at)
     VALUES (:shiftId, :storeId, :registerId, :reason, :userId, :userName, :now) RETURNING id`,
    { ...rest, userId: seller.id, userName: seller.fullName },
  );
  return rows[0].id;
}
