/** SQL of lots. Whoever changes what stands of a lot holds the lock of its product's shelf in that store. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

export interface Where {
  storeId: number;
  document: { type: string; id: number };
}

/** The newest movements of a document in a store that take out, or put in, of products with lots. */
export async function lotMovementsDue(
  tx: Tx,
  { storeId, document }: Where,
  sign: 1 | -1,
): Promise<{ id: number; productId: number }[]> {
  const { rows } = await tx.raw(
    `SELECT DISTINCT ON (m.product_id) m.id, m.product_id AS "productId"
     FROM stock_movements m JOIN products p ON p.id = m.product_id AND p.tracks_lots
     WHERE m.document_type = :type AND m.document_id = :documentId AND m.store_id = :storeId AND sign(m.quantity_milli) = :sign
     ORDER BY m.product_id, m.id DESC`,
    { storeId, type: document.type, documentId: document.id, sign },
  );
  return rows;
}

interface Taking {
  storeId: number;
  movementIds: readonly number[];
  day: string;
  now: Date;
}

const WANTED = {
  taken: `SELECT id, product_id, -quantity_milli AS wanted FROM stock_movements
    WHERE id = ANY(:movementIds::bigint[]) AND quantity_milli < 0`,
  /** what stands of lots and not on the shelf */
  owed: `SELECT m.id, m.product_id, (SELECT sum(s.on_hand_milli) FROM lot_stock s
      WHERE s.store_id = i.store_id AND s.product_id = i.product_id)::bigint - greatest(i.on_hand_milli, 0) AS wanted
    FROM stock_movements m JOIN inventory i ON i.store_id = m.store_id AND i.product_id = m.product_id
    WHERE m.id = ANY(:movementIds::bigint[])`,
} as const;

const wantedSql = (why: keyof typeof WANTED) => WANTED[why];

/**
 * First expired, first out: what these movements took is taken off the lots that go bad first, those that are bad already last of all;
 * what no lot has is taken off what stands without one.
 */
export const takeFirstExpiring = (tx: Tx, taking: Taking) => takeOffLots(tx, "taken", taking);

/**
 * A shelf that stood below zero owed what these movements put into lots: that goes out of them again, by the same movements. Sales of
 * before took it, and nobody knows which.
 */
export const payOwed = (tx: Tx, taking: Taking) => takeOffLots(tx, "owed", taking);

async function takeOffLots(
  tx: Tx,
  why: keyof typeof WANTED,
  { storeId, movementIds, day, now }: Taking,
): Promise<void> {
  await tx.raw(
    `WITH due AS (
       ${wantedSql(why)}
     ), offered AS (
       SELECT due.id AS movement_id, due.wanted, s.lot_id, s.on_hand_milli,
         sum(s.on_hand_milli) OVER (PARTITION BY due.id
           ORDER BY coalesce(l.expires_on < cast(:day AS date), false), l.expires_on NULLS LAST, l.id) - s.on_hand_milli AS earlier
       FROM due JOIN lot_stock s ON s.store_id = :storeId AND s.product_id = due.product_id AND s.on_hand_milli > 0
         JOIN lots l ON l.id = s.lot_id
     ), taken AS (
       SELECT movement_id, lot_id, least(on_hand_milli, wanted - earlier)::bigint AS quantity FROM offered WHERE earlier < wanted
     ), moved AS (
       UPDATE lot_stock s SET on_hand_milli = s.on_hand_milli - taken.quantity FROM taken
       WHERE s.store_id = :storeId AND s.lot_id = taken.lot_id
       RETURNING taken.movement_id, s.product_id, s.lot_id, taken.quantity, s.on_hand_milli
     )
     INSERT INTO lot_movements (movement_id, store_id, product_id, lot_id, quantity_milli, balance_milli, created_at)
     SELECT movement_id, :storeId, product_id, lot_id, -quantity, on_hand_milli, :now FROM moved ORDER BY movement_id, lot_id`,
    { storeId, movementIds: [...movementIds], day, now },
  );
}

/**
 * What came of a transfer is of the lots that were sent and have not come yet, those that go bad first before the others. What went to
 * pay a shelf below zero has come.
 */
export async function carryLots(
  tx: Tx,
  { storeId, document, movementIds, now }: Where & { movementIds: readonly number[]; now: Date },
): Promise<void> {
  await tx.raw(
    `WITH due AS (
       SELECT id, product_id, quantity_milli AS wanted FROM stock_movements WHERE id = ANY(:movementIds::bigint[])
     ), away AS (
       SELECT lm.lot_id, lm.product_id, -sum(lm.quantity_milli)::bigint AS milli
       FROM stock_movements m JOIN lot_movements lm ON lm.movement_id = m.id
       WHERE m.document_type = :type AND m.document_id = :documentId AND sign(lm.quantity_milli) = sign(m.quantity_milli)
       GROUP BY lm.lot_id, lm.product_id HAVING sum(lm.quantity_milli) < 0
     ), offered AS (
       SELECT due.id AS movement_id, due.wanted, a.lot_id, a.product_id, a.milli,
         sum(a.milli) OVER (PARTITION BY due.id ORDER BY l.expires_on NULLS LAST, l.id) - a.milli AS earlier
       FROM due JOIN away a ON a.product_id = due.product_id JOIN lots l ON l.id = a.lot_id
     ), come AS (
       SELECT movement_id, lot_id, product_id, least(milli, wanted - earlier)::bigint AS quantity FROM offered WHERE earlier < wanted
     ), moved AS (
       INSERT INTO lot_stock AS s (store_id, lot_id, product_id, on_hand_milli)
       SELECT :storeId, lot_id, product_id, quantity FROM come
       ON CONFLICT (store_id, lot_id) DO UPDATE SET on_hand_milli = s.on_hand_milli + excluded.on_hand_milli
       RETURNING s.lot_id, s.on_hand_milli
     )
     INSERT INTO lot_movements (movement_id, store_id, product_id, lot_id, quantity_milli, balance_milli, created_at)
     SELECT c.movement_id, :storeId, c.product_id, c.lot_id, c.quantity, moved.on_hand_milli, :now
     FROM come c JOIN moved ON moved.lot_id = c.lot_id ORDER BY c.lot_id`,
    { storeId, type: document.type, documentId: document.id, movementIds: [...movementIds], now },
  );
}

/** The lot by its code, made when nobody has seen it yet. */
export async function lotOf(
  tx: Tx,
  lot: { productId: number; code: string; expiresOn: string | undefined; now: Date },
): Promise<{ id: number; expiresOn: string | null }> {
  await tx.raw(
    `INSERT INTO lots (product_id, code, expires_on, created_at) VALUES (:productId, :code, cast(:expiresOn AS date), :now)
     ON CONFLICT (product_id, code) DO NOTHING`,
    { ...lot, expiresOn: lot.expiresOn ?? null },
  );
  const { rows } = await tx.raw(
    `SELECT id, expires_on AS "expiresOn" FROM lots WHERE product_id = :productId AND code = :code`,
    { productId: lot.productId, code: lot.code },
  );
  return rows[0];
}

interface OneLot {
  movementId: number;
  storeId: number;
  productId: number;
  lotId: number;
  /** signed */
  quantityMilli: number;
  now: Date;
}

/** False: there is not that much of it, and nothing was written. */
export async function moveLot(tx: Tx, move: OneLot): Promise<boolean> {
  await tx.raw(
    `INSERT INTO lot_stock (store_id, lot_id, product_id, on_hand_milli) VALUES (:storeId, :lotId, :productId, 0)
     ON CONFLICT (store_id, lot_id) DO NOTHING`,
    { storeId: move.storeId, lotId: move.lotId, productId: move.productId },
  );
  const { rowCount } = await tx.raw(
    `WITH moved AS (
       UPDATE lot_stock SET on_hand_milli = on_hand_milli + :quantityMilli
       WHERE store_id = :storeId AND lot_id = :lotId AND on_hand_milli + :quantityMilli >= 0 RETURNING on_hand_milli)
     INSERT INTO lot_movements (movement_id, store_id, product_id, lot_id, quantity_milli, balance_milli, created_at)
     SELECT :movementId, :storeId, :productId, :lotId, :quantityMilli, on_hand_milli, :now FROM moved`,
    { ...move },
  );
  return rowCount === 1;
}

export async function setTracksLots(tx: Tx, productId: number, tracks: boolean): Promise<boolean> {
  const { rowCount } = await tx.raw(
    "UPDATE products SET tracks_lots = :tracks WHERE id = :productId AND tracks_lots <> :tracks",
    { productId, tracks },
  );
  return rowCount === 1;
}

export async function tracksLots(db: Knex, productId: number): Promise<boolean> {
  const { rows } = await db.raw("SELECT tracks_lots AS tracks FROM products WHERE id = ?", [productId]);
  return rows[0]?.tracks ?? false;
}

export async function anyTracksLots(db: Knex): Promise<boolean> {
  const { rows } = await db.raw("SELECT EXISTS (SELECT FROM products WHERE tracks_lots) AS asked");
  return rows[0].asked;
}
