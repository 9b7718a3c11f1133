/** The one-time codes that open the set-up page of a new shop. Several instances may each have printed one: all are good. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

export async function isSetupCode(db: Knex, hash: Buffer): Promise<boolean> {
  const { rows } = await db.raw("SELECT EXISTS (SELECT FROM setup_codes WHERE hash = :hash) AS known", { hash });
  return rows[0].known;
}

/** Only the newest `keep` stay good. */
export async function addSetupCode(tx: Tx, hash: Buffer, now: Date, keep: number): Promise<void> {
  await tx.raw("INSERT INTO setup_codes (hash, created_at) VALUES (:hash, :now)", { hash, now });
  await tx.raw(
    `DELETE FROM setup_codes WHERE hash NOT IN (
       SELECT hash FROM setup_codes ORDER BY created_at DESC, hash LIMIT :keep)`,
    { keep },
  );
}

/** A wrong try wears out every code; those worn out go. Answers how many are left. */
export async function wearSetupCodes(tx: Tx, limit: number): Promise<number> {
  await tx.raw("UPDATE setup_codes SET wrong_tries = wrong_tries + 1");
  await tx.raw("DELETE FROM setup_codes WHERE wrong_tries >= :limit", { limit });
  const { rows } = await tx.raw("SELECT count(*)::int AS left FROM setup_codes");
  return rows[0].left;
}

export async function deleteSetupCodes(tx: Tx): Promise<void> {
  await tx.raw("DELETE FROM setup_codes");
}
