/** The PINs of those who approve. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Role } from "../domain.ts";

export interface PinOwner {
  id: number;
  username: string;
  fullName: string;
  role: Role;
  pinHash: string;
}

/** Active people with a PIN, by full name. */
export async function pinOwners(db: Knex): Promise<PinOwner[]> {
  const { rows } = await db.raw(
    `SELECT id, username, full_name, role, pin_hash FROM users
     WHERE active AND pin_hash IS NOT NULL ORDER BY full_name, id`,
  );
  return rows.map((row: { id: number; username: string; full_name: string; role: Role; pin_hash: string }) => ({
    id: row.id,
    username: row.username,
    fullName: row.full_name,
    role: row.role,
    pinHash: row.pin_hash,
  }));
}

export async function hasPin(db: Knex, userId: number): Promise<boolean> {
  const { rows } = await db.raw("SELECT pin_hash IS NOT NULL AS has FROM users WHERE id = :userId", { userId });
  return rows[0]?.has ?? false;
}

/** null takes it away. */
export async function setPin(tx: Tx, userId: number, pinHash: string | null, now: Date): Promise<void> {
  await tx.raw("UPDATE users SET pin_hash = :pinHash, updated_at = :now WHERE id = :userId", { userId, pinHash, now });
}
