/** SQL of points: the balance and its ledger change together, in one statement. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { movedSinceSql } from "../../../kernel/db/moved-since.ts";
import type { PointEntry, PointKind, PointReason } from "../points/points.ts";

interface Written {
  kind: PointKind;
  customerId: number;
  storeId: number;
  currency: string;
  /** signed: what it does to the balance */
  points: number;
  /** signed: what of a sale they pay */
  amountMinor: number;
  saleId: number | undefined;
  document: { type: string; id: number; number: string };
  user: { id: number; fullName: string };
  /** why somebody did it by hand */
  reason?: PointReason | undefined;
}

/** Of a customer of that currency, where it counts. Spending needs an active customer with `minimum` and all that is spent, and nobody takes by hand more than there is. Answers the balance after it; undefined: refused. */
export async function writePoints(
  tx: Tx,
  entry: Written,
  minimum: number,
  now: Date,
): Promise<{ id: number; balance: number } | undefined> {
  const { document, user, ...rest } = entry;
  const { rows } = await tx.raw(
    `WITH moved AS (
       UPDATE customers SET points = points + cast(:points AS bigint)
       WHERE id = :customerId
         AND (cast(:kind AS text) NOT IN ('earn', 'spend') OR currency = :currency)
         AND (cast(:kind AS text) <> 'spend' OR (active AND points >= :minimum AND points + cast(:points AS bigint) >= 0))
         AND (cast(:kind AS text) <> 'adjust' OR cast(:points AS bigint) > 0 OR points + cast(:points AS bigint) >= 0)
       RETURNING id, points
     )
     INSERT INTO point_entries (customer_id, store_id, kind, points, balance_points, amount_minor, sale_id, document_type, document_id,
       document_number, user_id, user_name, reason, created_at)
     SELECT id, :storeId, :kind, :points, points, :amountMinor, :saleId, :type, :documentId, :number, :userId, :userName, :reason,
       cast(:now AS timestamptz) FROM moved
     RETURNING id, balance_points`,
    {
      ...rest,
      saleId: rest.saleId ?? null,
      minimum,
      type: document.type,
      documentId: document.id,
      number: document.number,
      userId: user.id,
      userName: user.fullName,
      reason: rest.reason ?? null,
      now,
    },
  );
  return rows[0] && { id: rows[0].id, balance: rows[0].balance_points };
}

/** What somebody says of an entry made by hand, until the person is forgotten. */
export async function insertPointNote(tx: Tx, entryId: number, note: string): Promise<void> {
  await tx.raw("INSERT INTO point_notes (entry_id, note) VALUES (?, ?)", [entryId, note]);
}

export interface PointsOfSale {
  earned: number;
  /** of those taken back, above zero */
  reversed: number;
  /** above zero, and what they paid */
  spent: number;
  paidMinor: number;
  /** of those given back, above zero, and for how much */
  refunded: number;
  refundedMinor: number;
}

/** Everything that happened to the points of a sale, its returns included. */
export async function pointsOfSale(tx: Tx, saleId: number): Promise<PointsOfSale> {
  const { rows } = await tx.raw(
    `SELECT coalesce(sum(points) FILTER (WHERE kind = 'earn'), 0)::bigint AS earned,
       coalesce(-sum(points) FILTER (WHERE kind = 'reverse'), 0)::bigint AS reversed,
       coalesce(-sum(points) FILTER (WHERE kind = 'spend'), 0)::bigint AS spent,
       coalesce(sum(amount_minor) FILTER (WHERE kind = 'spend'), 0)::bigint AS "paidMinor",
       coalesce(sum(points) FILTER (WHERE kind = 'refund'), 0)::bigint AS refunded,
       coalesce(-sum(amount_minor) FILTER (WHERE kind = 'refund'), 0)::bigint AS "refundedMinor"
     FROM point_entries WHERE sale_id = ?`,
    [saleId],
  );
  return rows[0];
}

/** What a document did to the points of its customer, and how many there were after it; undefined: nothing. */
export async function pointsOfDocument(
  db: Knex,
  document: { type: string; id: number },
): Promise<{ earned: number; spent: number; balance: number } | undefined> {
  const { rows } = await db.raw(
    `SELECT sum(points) FILTER (WHERE kind IN ('earn', 'reverse'))::bigint AS earned,
       -sum(points) FILTER (WHERE kind IN ('spend', 'refund'))::bigint AS spent,
       (array_agg(balance_points ORDER BY id DESC))[1] AS balance
     FROM point_entries WHERE document_type = ? AND document_id = ? AND kind <> 'merge'`,
    [document.type, document.id],
  );
  const [{ earned, spent, balance }] = rows;
  return balance === null ? undefined : { earned: earned ?? 0, spent: spent ?? 0, balance: Number(balance) };
}

interface Row {
  id: number;
  kind: PointKind;
  points: number;
  balance_points: number;
  document_type: string;
  document_id: number;
  document_number: string;
  user_name: string;
  reason: PointReason | null;
  note: string | null;
  created_at: Date;
}

/** Newest first, one more than `limit`. */
export async function listPoints(
  db: Knex,
  customerId: number,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<PointEntry[]> {
  const { rows } = await db.raw(
    `SELECT id, kind, points, balance_points, document_type, document_id, document_number, user_name, reason, note, created_at
     FROM point_entries LEFT JOIN point_notes ON entry_id = id WHERE customer_id = :customerId AND (cast(:before AS bigint) IS NULL OR id < :before)
     ORDER BY id DESC LIMIT :limit`,
    { customerId, before: before ?? null, limit: limit + 1 },
  );
  return rows.map((row: Row) => ({
    id: row.id,
    kind: row.kind,
    points: row.points,
    balancePoints: row.balance_points,
    document: { type: row.document_type, id: row.document_id, number: row.document_number },
    userName: row.user_name,
    reason: row.reason ?? undefined,
    note: row.note ?? undefined,
    createdAt: row.created_at,
  }));
}

/** What a customer has is the sum of the ledger, and the balance at its end. With `since`, of those whose points moved. */
export async function pointsThatDiffer(
  db: Knex,
  { since, limit }: { since: Date | undefined; limit: number },
): Promise<string[]> {
  const { rows } = await db.raw(
    `SELECT format('customer %s: %s points, %s by the ledger', c.id, c.points, e.total) AS said
     FROM customers c, LATERAL (
       SELECT coalesce(sum(points), 0)::bigint AS total,
         (SELECT balance_points FROM point_entries WHERE customer_id = c.id ORDER BY id DESC LIMIT 1) AS last
       FROM point_entries WHERE customer_id = c.id) e
     WHERE ${movedSinceSql(since, "c.id", { ledger: "point_entries", key: "customer_id" })}
       AND (c.points <> e.total OR c.points <> coalesce(e.last, 0))
     LIMIT :limit`,
    { since: since ?? null, limit },
  );
  return rows.map((row: { said: string }) => row.said);
}

/** No sale takes back more points than it gave, nor gives back more than paid it. */
export async function pointsTakenTooOften(
  db: Knex,
  { since, limit }: { since: Date | undefined; limit: number },
): Promise<string[]> {
  const { rows } = await db.raw(
    `SELECT format('sale %s: its returns moved more points than it did', sale_id) AS said
     FROM point_entries
     WHERE sale_id IS NOT NULL AND ${movedSinceSql(since, "sale_id", { ledger: "point_entries", key: "sale_id" })}
     GROUP BY sale_id
     HAVING coalesce(sum(points) FILTER (WHERE kind IN ('earn', 'reverse')), 0) < 0
       OR coalesce(sum(points) FILTER (WHERE kind IN ('spend', 'refund')), 0) > 0
       OR coalesce(sum(amount_minor), 0) < 0
     LIMIT :limit`,
    { since: since ?? null, limit },
  );
  return rows.map((row: { said: string }) => row.said);
}
