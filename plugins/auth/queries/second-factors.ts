/** The secrets of authenticator apps. One is on once its owner has shown a code of it. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

export async function beginFactor(tx: Tx, factor: { userId: number; secret: string; now: Date }): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `INSERT INTO second_factors AS f (user_id, secret, begun_at) VALUES (:userId, :secret, :now)
     ON CONFLICT (user_id) DO UPDATE SET secret = :secret, begun_at = :now, last_step = 0
     WHERE f.confirmed_at IS NULL`,
    factor,
  );
  return rowCount === 1;
}

/** Begun at `since` or later, and not on yet. */
export async function begunFactor(db: Knex, userId: number, since: Date): Promise<string | undefined> {
  const { rows } = await db.raw(
    "SELECT secret FROM second_factors WHERE user_id = :userId AND confirmed_at IS NULL AND begun_at >= :since",
    { userId, since },
  );
  return rows[0]?.secret;
}

export async function activeFactor(db: Knex, userId: number): Promise<string | undefined> {
  const { rows } = await db.raw(
    "SELECT secret FROM second_factors WHERE user_id = :userId AND confirmed_at IS NOT NULL",
    { userId },
  );
  return rows[0]?.secret;
}

/** False: another one was begun meanwhile. */
export async function confirmFactor(
  tx: Tx,
  factor: { userId: number; secret: string; step: number; now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `UPDATE second_factors SET confirmed_at = :now, last_step = :step
     WHERE user_id = :userId AND secret = :secret AND confirmed_at IS NULL`,
    factor,
  );
  return rowCount === 1;
}

/** False: the code of this step, or a later one, was used before. */
export async function takeStep(tx: Tx, use: { userId: number; secret: string; step: number }): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `UPDATE second_factors SET last_step = :step
     WHERE user_id = :userId AND secret = :secret AND confirmed_at IS NOT NULL AND last_step < :step`,
    use,
  );
  return rowCount === 1;
}

/** False: none was on. What was only begun goes too. */
export async function removeFactor(tx: Tx, userId: number): Promise<boolean> {
  const { rows } = await tx.raw("DELETE FROM second_factors WHERE user_id = :userId RETURNING confirmed_at", {
    userId,
  });
  return rows[0] !== undefined && rows[0].confirmed_at !== null;
}
