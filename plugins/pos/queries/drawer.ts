/** SQL of drawers opened without a sale. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Seller } from "../domain.ts";
import type { DrawerOpening } from "../drawer.ts";

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

/** Newest first, one more than `limit`. */
export async function openingsOf(
  db: Knex,
  { shiftId, before, limit }: { shiftId: number; before: number | undefined; limit: number },
): Promise<DrawerOpening[]> {
  const { rows } = await db.raw(
    `SELECT id, shift_id AS "shiftId", register_id AS "registerId", reason, user_name AS "userName", created_at AS "createdAt"
     FROM drawer_openings WHERE shift_id = :shiftId AND (cast(:before AS bigint) IS NULL OR id < :before)
     ORDER BY id DESC LIMIT :limit`,
    { shiftId, before: before ?? null, limit: limit + 1 },
  );
  return rows;
}
