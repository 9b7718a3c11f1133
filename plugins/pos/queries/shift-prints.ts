/** SQL of Z reports put onto paper. */
import type { Tx } from "../../../kernel/db/database.ts";

/** How often the report has been printed, this time included. */
export async function insertPrint(tx: Tx, shiftId: number, userId: number, now: Date): Promise<number> {
  // two printings asked for at once wait for each other, so that only one is the report itself
  await tx.raw("SELECT FROM shifts WHERE id = ? FOR NO KEY UPDATE", [shiftId]);
  const { rows } = await tx.raw(
    `INSERT INTO z_prints (shift_id, number, user_id, created_at)
     SELECT :shiftId, coalesce(max(number), 0) + 1, :userId, :now FROM z_prints WHERE shift_id = :shiftId RETURNING number`,
    { shiftId, userId, now },
  );
  return rows[0].number;
}
