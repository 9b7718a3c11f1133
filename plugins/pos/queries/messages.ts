/** SQL of messages. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Message, NewMessage, Received, StoreDay } from "../messages/message.ts";

const COLUMNS = `m.id, m.store_id AS "storeId", m.to_user_id AS "toUserId", m.to_name AS "toName", m.body,
  to_char(m.until_day, 'YYYY-MM-DD') AS "untilDay", m.user_id AS "userId", m.user_name AS "userName", m.created_at AS "createdAt"`;

/** `d`: the day that it is in each of the stores. */
const DAYS = "unnest(:storeIds::bigint[], :days::date[]) AS d (store_id, today)";

const bound = (days: readonly StoreDay[]) => ({
  storeIds: days.map(({ storeId }) => storeId),
  days: days.map(({ today }) => today),
});

export async function insertMessage(
  tx: Tx,
  message: NewMessage & { toName: string },
  by: { userId: number; userName: string; now: Date },
): Promise<number> {
  const { rows } = await tx.raw(
    `INSERT INTO messages (store_id, to_user_id, to_name, body, until_day, user_id, user_name, created_at)
     VALUES (:storeId, :toUserId, :toName, :body, :untilDay, :userId, :userName, :now) RETURNING id`,
    { ...message, ...by, storeId: message.storeId ?? null, toUserId: message.toUserId ?? null },
  );
  return rows[0].id;
}

/** How many that store or person has that are not over; nobody else adds one until the transaction ends. */
export async function lockAndCount(
  tx: Tx,
  { storeId, toUserId }: Pick<NewMessage, "storeId" | "toUserId">,
  today: string,
): Promise<number> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('messages', 0))");
  const { rows } = await tx.raw(
    `SELECT count(*)::int AS n FROM messages WHERE withdrawn_at IS NULL AND until_day >= :today
       AND (store_id = :storeId OR to_user_id = :toUserId)`,
    { storeId: storeId ?? null, toUserId: toUserId ?? null, today },
  );
  return rows[0].n;
}

/** Those that a person gets who works in these stores, the oldest first. `today`: for what is to the person alone. */
export async function receivedBy(
  db: Knex,
  userId: number,
  days: readonly StoreDay[],
  today: string,
): Promise<Received[]> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS}, r.read_at AS "readAt" FROM messages m
       LEFT JOIN ${DAYS} ON d.store_id = m.store_id
       LEFT JOIN message_reads r ON r.message_id = m.id AND r.user_id = :userId
     WHERE m.withdrawn_at IS NULL AND m.user_id <> :userId
       AND ((d.store_id IS NOT NULL AND m.until_day >= d.today) OR (m.to_user_id = :userId AND m.until_day >= :today))
     ORDER BY m.id`,
    { ...bound(days), userId, today },
  );
  return rows;
}

/** Those to these stores and those that the person wrote (`all`: to people as well, whoever wrote them), the newest first. */
export async function writtenIn(
  db: Knex,
  userId: number,
  days: readonly StoreDay[],
  { today, all }: { today: string; all: boolean },
): Promise<Message[]> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS}, coalesce((SELECT jsonb_agg(r.user_name ORDER BY r.read_at, r.user_id) FROM message_reads r
         WHERE r.message_id = m.id), '[]') AS "readBy"
     FROM messages m LEFT JOIN ${DAYS} ON d.store_id = m.store_id
     WHERE m.withdrawn_at IS NULL AND m.until_day >= coalesce(d.today, :today)
       AND (d.store_id IS NOT NULL OR m.user_id = :userId OR (:all AND m.to_user_id IS NOT NULL))
     ORDER BY m.id DESC`,
    { ...bound(days), userId, today, all },
  );
  return rows;
}

/** False: it was read before. */
export async function markRead(
  tx: Tx,
  id: number,
  by: { userId: number; userName: string; now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `INSERT INTO message_reads (message_id, user_id, user_name, read_at) VALUES (:id, :userId, :userName, :now)
     ON CONFLICT DO NOTHING`,
    { id, ...by },
  );
  return rowCount > 0;
}

/** False: somebody else did. */
export async function withdraw(tx: Tx, id: number, now: Date): Promise<boolean> {
  const { rowCount } = await tx.raw("UPDATE messages SET withdrawn_at = :now WHERE id = :id AND withdrawn_at IS NULL", {
    id,
    now,
  });
  return rowCount > 0;
}

export async function forget(db: Knex, before: string): Promise<number> {
  const { rowCount } = await db.raw("DELETE FROM messages WHERE until_day < ?", [before]);
  return rowCount;
}
