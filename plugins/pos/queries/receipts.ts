/** SQL of what a receipt says beside its sale, of its copies, and of the keys that sign links to it. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

export interface ReceiptSetting {
  registerName: string;
  returnsNumber: string | undefined;
}

export async function readReceiptSetting(
  db: Knex,
  { registerId, returnsSaleId }: { registerId: number; returnsSaleId: number | undefined },
): Promise<ReceiptSetting> {
  const { rows } = await db.raw(
    `SELECT (SELECT name FROM registers WHERE id = :registerId) AS register,
       (SELECT number FROM sales WHERE id = :returnsSaleId) AS number`,
    { registerId, returnsSaleId: returnsSaleId ?? null },
  );
  const [row] = rows as { register: string | null; number: string | null }[];
  return { registerName: row?.register ?? "", returnsNumber: row?.number ?? undefined };
}

/** The number of the new copy; undefined: there is no such sale. */
export async function insertCopy(tx: Tx, saleId: number, userId: number, now: Date): Promise<number | undefined> {
  // two copies asked for at once wait for each other, so that each has a number of its own
  const { rowCount } = await tx.raw("SELECT FROM sales WHERE id = ? FOR NO KEY UPDATE", [saleId]);
  if (rowCount === 0) return undefined;
  const { rows } = await tx.raw(
    `INSERT INTO receipt_copies (sale_id, copy, user_id, created_at)
     SELECT :saleId, coalesce(max(copy), 0) + 1, :userId, :now FROM receipt_copies WHERE sale_id = :saleId RETURNING copy`,
    { saleId, userId, now },
  );
  return rows[0].copy;
}

export async function copyExists(db: Knex, saleId: number, copy: number): Promise<boolean> {
  const { rowCount } = await db.raw("SELECT FROM receipt_copies WHERE sale_id = ? AND copy = ?", [saleId, copy]);
  return rowCount === 1;
}

/** Newest first. */
export async function linkKeys(db: Knex): Promise<string[]> {
  const { rows } = await db.raw("SELECT secret FROM receipt_link_keys ORDER BY id DESC LIMIT 10");
  return rows.map((row: { secret: string }) => row.secret);
}

/** The first key of a shop; what another instance was quicker with stays. */
export async function insertFirstKey(tx: Tx, secret: string): Promise<void> {
  await tx.raw("LOCK TABLE receipt_link_keys IN SHARE ROW EXCLUSIVE MODE");
  await tx.raw("INSERT INTO receipt_link_keys (secret) SELECT ? WHERE NOT EXISTS (SELECT FROM receipt_link_keys)", [
    secret,
  ]);
}

/** `forget`: whatever an older key has signed is believed no longer. */
export async function insertKey(tx: Tx, secret: string, forget: boolean): Promise<void> {
  if (forget) await tx.raw("DELETE FROM receipt_link_keys");
  await tx.raw("INSERT INTO receipt_link_keys (secret) VALUES (?)", [secret]);
}
