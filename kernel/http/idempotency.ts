/** Exactly once: the key, the work and the answer are one transaction. A twin waits for the first and gets its answer. */
import { beforeCommit } from "../db/before-commit.ts";
import type { Database, Tx } from "../db/database.ts";
import { often } from "../db/often.ts";
import { kernelErrors } from "../errors.ts";

export interface Stored {
  status: number;
  body: unknown;
}

export interface OnceOptions {
  db: Database;
  /** route and person: the same key elsewhere is another key */
  scope: string;
  key: string;
  requestHash: string;
  work(tx: Tx): Promise<Stored>;
}

const CLAIM = often(`INSERT INTO idempotency_keys (scope, key, request_hash) VALUES (:scope, :key, :requestHash)
   ON CONFLICT (scope, key) DO NOTHING RETURNING 1`);
const ANSWER = often(
  "UPDATE idempotency_keys SET status = :status, reply = :reply WHERE scope = :scope AND key = :key",
);

/** Throws IDEMPOTENCY_MISMATCH when the key was used for another request. Work that throws leaves no key behind. */
export async function runIdempotent(options: OnceOptions): Promise<{ reply: Stored; replayed: boolean }> {
  const { db, scope, key, requestHash, work } = options;
  return db.transaction(async (tx) => {
    // waits here while a twin with the same key is under way; its rollback lets us in, its commit shows us its row
    const claimed = await CLAIM(tx, { scope, key, requestHash });
    if (claimed.rows.length === 0) return { reply: await first(tx, scope, key, requestHash), replayed: true };
    const reply = await work(tx);
    const answer = { status: reply.status, reply: JSON.stringify({ body: reply.body }), scope, key };
    if (!beforeCommit(tx, () => ANSWER.atCommit(tx, answer))) await ANSWER(tx, answer);
    return { reply, replayed: false };
  });
}

async function first(tx: Tx, scope: string, key: string, requestHash: string): Promise<Stored> {
  const { rows } = await tx.raw(
    "SELECT request_hash, status, reply FROM idempotency_keys WHERE scope = ? AND key = ?",
    [scope, key],
  );
  const [row] = rows as { request_hash: string; status: number; reply: { body: unknown } }[];
  if (!row) throw new Error("an idempotency key vanished while it was read");
  if (row.request_hash !== requestHash) throw kernelErrors.IDEMPOTENCY_MISMATCH();
  return { status: row.status, body: row.reply.body };
}
