/** SQL of transfers: a line and the ledger of what is on the way change together, in one statement. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Transfer, TransferLine, TransferState, TransitEntry } from "../transfers/transfer.ts";
import { STOCKED } from "./goods.ts";

const TRANSFER = `t.id, t.from_store_id AS "fromStoreId", f.name AS "fromStore", t.to_store_id AS "toStoreId", g.name AS "toStore",
  t.state, t.note, t.requested_by AS "requestedBy", t.requested_at AS "requestedAt", t.sent_by AS "sentBy", t.sent_at AS "sentAt",
  t.closed_by AS "closedBy", t.closed_at AS "closedAt"
  FROM stock_transfers t JOIN stores f ON f.id = t.from_store_id JOIN stores g ON g.id = t.to_store_id`;

export async function transferById(db: Knex, id: number): Promise<Transfer | undefined> {
  const { rows } = await db.raw(`SELECT ${TRANSFER} WHERE t.id = ?`, [id]);
  return rows[0];
}

/** Nobody else changes it until the transaction ends. */
export async function transferForUpdate(tx: Tx, id: number): Promise<Transfer | undefined> {
  await tx.raw("SELECT FROM stock_transfers WHERE id = ? FOR UPDATE", [id]);
  return transferById(tx, id);
}

/** From or to one of these stores, newest first, before the id given. */
export async function transfersOf(
  db: Knex,
  storeIds: readonly number[],
  state: TransferState | undefined,
  before: number | undefined,
  limit: number,
): Promise<Transfer[]> {
  const { rows } = await db.raw(
    `SELECT ${TRANSFER}
     WHERE (t.from_store_id = ANY(:storeIds::bigint[]) OR t.to_store_id = ANY(:storeIds::bigint[])) AND t.id < :before
       ${state === undefined ? "" : "AND t.state = :state"}
     ORDER BY t.id DESC LIMIT :limit`,
    { storeIds: [...storeIds], state: state ?? "", before: before ?? Number.MAX_SAFE_INTEGER, limit },
  );
  return rows;
}

export async function insertTransfer(
  tx: Tx,
  transfer: { fromStoreId: number; toStoreId: number; note: string | undefined; by: string; now: Date },
): Promise<number> {
  const { rows } = await tx.raw(
    `INSERT INTO stock_transfers (from_store_id, to_store_id, note, requested_by, requested_at, changed_at)
     VALUES (:fromStoreId, :toStoreId, :note, :by, :now, :now) RETURNING id`,
    { ...transfer, note: transfer.note ?? null },
  );
  return rows[0].id;
}

export async function moveOn(
  tx: Tx,
  id: number,
  state: TransferState,
  by: { username: string },
  now: Date,
): Promise<void> {
  await tx.raw(
    `UPDATE stock_transfers SET state = :state, changed_at = :now,
       sent_by = CASE WHEN :state = 'sent' AND sent_at IS NULL THEN :by ELSE sent_by END,
       sent_at = CASE WHEN :state = 'sent' AND sent_at IS NULL THEN cast(:now AS timestamptz) ELSE sent_at END,
       closed_by = CASE WHEN :state IN ('received', 'cancelled') THEN :by END,
       closed_at = CASE WHEN :state IN ('received', 'cancelled') THEN cast(:now AS timestamptz) END
     WHERE id = :id`,
    { id, state, by: by.username, now },
  );
}

/** Of these products those that exist and stand on shelves. */
export async function movable(tx: Tx, productIds: readonly number[]): Promise<Set<number>> {
  const { rows } = await tx.raw(`SELECT id FROM products WHERE id = ANY(:ids::bigint[]) AND kind IN ${STOCKED}`, {
    ids: [...productIds],
  });
  return new Set(rows.map(({ id }: { id: number }) => id));
}

/** So much of it is asked for; of nothing there is no line. */
export async function putLine(tx: Tx, transferId: number, productId: number, quantityMilli: number): Promise<void> {
  if (quantityMilli === 0) {
    await tx.raw("DELETE FROM stock_transfer_lines WHERE transfer_id = ? AND product_id = ?", [transferId, productId]);
    return;
  }
  await tx.raw(
    `INSERT INTO stock_transfer_lines (transfer_id, product_id, requested_milli) VALUES (:transferId, :productId, :quantityMilli)
     ON CONFLICT (transfer_id, product_id) DO UPDATE SET requested_milli = excluded.requested_milli`,
    { transferId, productId, quantityMilli },
  );
}

/** By name of the product. */
export async function linesOf(db: Knex, transferId: number): Promise<TransferLine[]> {
  const { rows } = await db.raw(
    `SELECT l.product_id AS "productId", p.sku, p.name, p.unit, l.requested_milli AS "requestedMilli", l.sent_milli AS "sentMilli",
       l.received_milli AS "receivedMilli", l.lost_milli AS "lostMilli", l.in_transit_milli AS "inTransitMilli",
       l.cost_minor AS "costMinor"
     FROM stock_transfer_lines l JOIN products p ON p.id = l.product_id
     WHERE l.transfer_id = ? ORDER BY p.sort_key, p.id`,
    [transferId],
  );
  return rows;
}

interface Way {
  transferId: number;
  storeId: number;
  user: { id: number; username: string };
  now: Date;
}

/** It left the shelf and is on the way. */
export async function putOnTheWay(
  tx: Tx,
  way: Way,
  sent: readonly { productId: number; quantityMilli: number; costMinor: number }[],
): Promise<void> {
  await tx.raw(
    `WITH moved AS (
       UPDATE stock_transfer_lines l SET sent_milli = l.sent_milli + s.quantity,
         in_transit_milli = l.in_transit_milli + s.quantity, cost_minor = s.cost
       FROM unnest(:ids::bigint[], :quantities::bigint[], :costs::bigint[]) AS s (product_id, quantity, cost)
       WHERE l.transfer_id = :transferId AND l.product_id = s.product_id
       RETURNING l.product_id, s.quantity, l.in_transit_milli, l.cost_minor)
     INSERT INTO transit_entries (transfer_id, product_id, store_id, kind, quantity_milli, balance_milli, cost_minor, user_id,
       user_name, created_at)
     SELECT :transferId, product_id, :storeId, 'sent', quantity, in_transit_milli, cost_minor, :userId, :userName, :now
     FROM moved ORDER BY product_id`,
    { ...bound(way), ...arrays(sent), costs: sent.map(({ costMinor }) => costMinor) },
  );
}

function arrivedSql(kind: "received" | "lost"): string {
  return kind === "received" ? "received_milli" : "lost_milli";
}

/** It is no longer on the way: it arrived, or nobody looks for it any more. */
export async function takeOffTheWay(
  tx: Tx,
  way: Way,
  kind: "received" | "lost",
  gone: readonly { productId: number; quantityMilli: number }[],
): Promise<void> {
  await tx.raw(
    `WITH moved AS (
       UPDATE stock_transfer_lines l SET ${arrivedSql(kind)} = l.${arrivedSql(kind)} + g.quantity,
         in_transit_milli = l.in_transit_milli - g.quantity
       FROM unnest(:ids::bigint[], :quantities::bigint[]) AS g (product_id, quantity)
       WHERE l.transfer_id = :transferId AND l.product_id = g.product_id
       RETURNING l.product_id, g.quantity, l.in_transit_milli, l.cost_minor)
     INSERT INTO transit_entries (transfer_id, product_id, store_id, kind, quantity_milli, balance_milli, cost_minor, user_id,
       user_name, created_at)
     SELECT :transferId, product_id, :storeId, :kind, -quantity, in_transit_milli, cost_minor, :userId, :userName, :now
     FROM moved ORDER BY product_id`,
    { ...bound(way), ...arrays(gone), kind },
  );
}

function bound({ transferId, storeId, user, now }: Way) {
  return { transferId, storeId, userId: user.id, userName: user.username, now };
}

function arrays(lines: readonly { productId: number; quantityMilli: number }[]) {
  return { ids: lines.map(({ productId }) => productId), quantities: lines.map(({ quantityMilli }) => quantityMilli) };
}

/** Oldest first. */
export async function entriesOf(db: Knex, transferId: number): Promise<TransitEntry[]> {
  const { rows } = await db.raw(
    `SELECT e.id, e.product_id AS "productId", p.sku, p.name, p.unit, e.kind, e.quantity_milli AS "quantityMilli",
       e.balance_milli AS "balanceMilli", e.user_name AS "userName", e.created_at AS "createdAt"
     FROM transit_entries e JOIN products p ON p.id = e.product_id WHERE e.transfer_id = ? ORDER BY e.id LIMIT 2000`,
    [transferId],
  );
  return rows;
}
