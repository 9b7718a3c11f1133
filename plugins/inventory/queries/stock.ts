/** What is on hand, changed only together with its movements. */
import type { Tx } from "../../../kernel/db/database.ts";
import { often } from "../../../kernel/db/often.ts";
import type { Movement } from "../domain.ts";
import { STOCKED } from "./goods.ts";
import { STORE_COST } from "./rows.ts";

export interface ShelfRow {
  productId: number;
  sku: string;
  name: string;
  unit: string;
  /** in this store */
  costMinor: number;
  onHandMilli: number;
  counted: boolean;
  tracksLots: boolean;
}

/** The stock of products in a store, locked in id order: two sales of the same goods wait, they do not deadlock. */
export async function shelvesForUpdate(tx: Tx, storeId: number, productIds: readonly number[]): Promise<ShelfRow[]> {
  const { rows } = await tx.raw(
    `SELECT p.id AS "productId", p.sku, p.name, p.unit, ${STORE_COST} AS "costMinor",
       i.on_hand_milli AS "onHandMilli", i.counted, p.tracks_lots AS "tracksLots"
     FROM inventory i JOIN products p ON p.id = i.product_id
     WHERE i.store_id = :storeId AND i.product_id = ANY(:ids::bigint[])
     ORDER BY i.product_id FOR UPDATE OF i`,
    { storeId, ids: [...productIds] },
  );
  return rows;
}

/** Those of the products that an open count of the store has. */
export async function countingOf(tx: Tx, storeId: number, productIds: readonly number[]): Promise<Set<number>> {
  const { rows } = await tx.raw(
    `SELECT product_id AS id FROM stock_count_lines WHERE open AND store_id = :storeId AND product_id = ANY(:ids::bigint[])`,
    { storeId, ids: [...productIds] },
  );
  return new Set(rows.map(({ id }: { id: number }) => id));
}

/** For a store that opened after the products were made. Products that do not exist are left out. */
export async function openShelves(tx: Tx, storeId: number, productIds: readonly number[]): Promise<void> {
  await tx.raw(
    `INSERT INTO inventory (store_id, product_id)
     SELECT :storeId, id FROM products WHERE id = ANY(:ids::bigint[]) ORDER BY id ON CONFLICT DO NOTHING`,
    { storeId, ids: [...productIds] },
  );
}

const TAKE_OUT = often(`WITH shelf AS MATERIALIZED (
       SELECT i.product_id, i.on_hand_milli, i.counted, line.quantity, p.sku, p.name, p.unit, p.tracks_lots, ${STORE_COST} AS cost_minor
       FROM unnest((SELECT :ids::bigint[]), (SELECT :quantities::bigint[])) AS line (product_id, quantity)
         JOIN inventory i ON i.store_id = :storeId AND i.product_id = line.product_id
         JOIN products p ON p.id = i.product_id
       WHERE NOT :ownOnly OR NOT EXISTS (
         SELECT FROM products made WHERE made.id = ANY((SELECT :ids::bigint[])::bigint[]) AND made.kind NOT IN ${STOCKED})
       ORDER BY i.product_id FOR UPDATE OF i
     ), enough AS (
       SELECT count(*) = cardinality(:ids::bigint[])
         AND coalesce(bool_and(on_hand_milli >= quantity OR NOT counted OR :allowNegative), true) AS holds FROM shelf
     ), moved AS (
       UPDATE inventory i SET on_hand_milli = shelf.on_hand_milli - shelf.quantity FROM shelf, enough
       WHERE enough.holds AND i.store_id = :storeId AND i.product_id = shelf.product_id
       RETURNING i.product_id, i.on_hand_milli
     ), written AS (
       INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor,
         document_type, document_id, document_number, user_id, user_name, created_at)
       SELECT :storeId, moved.product_id, :type, -shelf.quantity, moved.on_hand_milli, shelf.cost_minor,
         :type, :documentId, :number, :userId, :userName, :now
       FROM moved JOIN shelf ON shelf.product_id = moved.product_id ORDER BY moved.product_id
       RETURNING product_id
     )
     SELECT product_id AS "productId", sku, name, unit, cost_minor AS "costMinor", on_hand_milli AS "onHandMilli", counted,
       tracks_lots AS "tracksLots",
       (SELECT count(*) FROM written) AS written
     FROM shelf ORDER BY product_id`);

/**
 * Locks the shelves in id order, takes the goods and writes the movements: all or, where one product is short or has no shelf
 * yet, none, in one round trip. The shelves are as they were found. `ownOnly`: where one of the products stands on no shelf of its own,
 * none is looked at or locked.
 */
export async function takeOut(
  tx: Tx,
  order: Signed & {
    storeId: number;
    productIds: readonly number[];
    quantitiesMilli: readonly number[];
    allowNegative: boolean;
    ownOnly: boolean;
  },
): Promise<{ taken: boolean; shelves: ShelfRow[] }> {
  const { rows } = await TAKE_OUT(tx, {
    storeId: order.storeId,
    ids: [...order.productIds],
    quantities: [...order.quantitiesMilli],
    allowNegative: order.allowNegative,
    ownOnly: order.ownOnly,
    ...signedBy(order),
  });
  const written = rows[0]?.written ?? 0;
  if (written !== 0 && written !== order.productIds.length) throw new Error("stock changed under its lock");
  return { taken: written > 0, shelves: rows };
}

interface Signed {
  document: { type: string; id: number; number: string };
  user: { id: number; username: string };
  now: Date;
}

/** What every movement of a document says of it. */
function signedBy({ document, user, now }: Signed) {
  const { type, id: documentId, number } = document;
  return { type, documentId, number, userId: user.id, userName: user.username, now };
}

export interface Received {
  productId: number;
  /** signed */
  quantityMilli: number;
  costMinor: number;
  /** what a unit in this store costs from now on; undefined: as before */
  averageMinor?: number | undefined;
}

/** Changes what is on hand by a document and writes its movements, in one round trip. The caller holds the locks. */
export async function putIn(
  tx: Tx,
  order: Signed & {
    storeId: number;
    reason: string;
    lines: readonly Received[];
  },
): Promise<void> {
  await tx.raw(
    `WITH moved AS (
       UPDATE inventory i SET on_hand_milli = i.on_hand_milli + line.quantity,
         cost_minor = coalesce(line.average, i.cost_minor),
         own_cost_minor = CASE WHEN line.average IS NULL THEN i.own_cost_minor ELSE p.cost_minor END
       FROM unnest(:ids::bigint[], :quantities::bigint[], :costs::bigint[], :averages::bigint[])
           AS line (product_id, quantity, cost, average)
         JOIN products p ON p.id = line.product_id
       WHERE i.store_id = :storeId AND i.product_id = line.product_id
       RETURNING i.product_id, line.quantity, line.cost, i.on_hand_milli)
     INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor,
       document_type, document_id, document_number, user_id, user_name, created_at)
     SELECT :storeId, product_id, :reason, quantity, on_hand_milli, cost, :type, :documentId, :number, :userId, :userName, :now
     FROM moved ORDER BY product_id`,
    {
      storeId: order.storeId,
      reason: order.reason,
      ids: order.lines.map((line) => line.productId),
      quantities: order.lines.map((line) => line.quantityMilli),
      costs: order.lines.map((line) => line.costMinor),
      averages: order.lines.map((line) => line.averageMinor ?? null),
      ...signedBy(order),
    },
  );
}

/** Their figure is known from now on: they sell no further than to zero. */
export async function markCounted(tx: Tx, storeId: number, productIds: readonly number[]): Promise<void> {
  await tx.raw(
    `UPDATE inventory SET counted = true
     WHERE store_id = :storeId AND product_id = ANY(:ids::bigint[]) AND NOT counted`,
    { storeId, ids: [...productIds] },
  );
}

export interface Change {
  storeId: number;
  productId: number;
  /** signed */
  quantityMilli: number;
  reason: string;
  note: string | undefined;
  costMinor: number;
  user: { id: number; username: string };
  now: Date;
}

/**
 * Changes one quantity by hand; from then on the product counts as counted. Undefined: it would go below zero, and nothing
 * is written.
 */
export async function changeByHand(tx: Tx, change: Change & { allowNegative: boolean }): Promise<number | undefined> {
  const { rows } = await tx.raw(
    `WITH moved AS (
       UPDATE inventory SET on_hand_milli = on_hand_milli + :quantityMilli, counted = true
       WHERE store_id = :storeId AND product_id = :productId
         AND (on_hand_milli + :quantityMilli >= 0 OR :quantityMilli::bigint > 0 OR :allowNegative)
       RETURNING on_hand_milli)
     INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, note,
       user_id, user_name, created_at)
     SELECT :storeId, :productId, :reason, :quantityMilli, on_hand_milli, :costMinor, :note, :userId, :userName, :now
     FROM moved RETURNING id`,
    {
      storeId: change.storeId,
      productId: change.productId,
      quantityMilli: change.quantityMilli,
      allowNegative: change.allowNegative,
      reason: change.reason,
      costMinor: change.costMinor,
      note: change.note ?? null,
      userId: change.user.id,
      userName: change.user.username,
      now: change.now,
    },
  );
  return rows[0]?.id;
}

/** Opening stock of products that were made in this transaction, with their first movements. */
export async function openWith(
  tx: Tx,
  opening: {
    storeId: number;
    productIds: readonly number[];
    quantitiesMilli: readonly number[];
    note: string | undefined;
    user: { id: number; username: string };
    now: Date;
  },
): Promise<void> {
  if (opening.productIds.length === 0) return;
  await tx.raw(
    `WITH moved AS (
       UPDATE inventory i SET on_hand_milli = i.on_hand_milli + line.quantity, counted = true
       FROM unnest(:ids::bigint[], :quantities::bigint[]) AS line (product_id, quantity)
       WHERE i.store_id = :storeId AND i.product_id = line.product_id
       RETURNING i.product_id, line.quantity, i.on_hand_milli)
     INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, note,
       user_id, user_name, created_at)
     SELECT :storeId, p.id, 'opening', moved.quantity, moved.on_hand_milli, p.cost_minor, :note, :userId, :userName, :now
     FROM moved JOIN products p ON p.id = moved.product_id ORDER BY p.id`,
    {
      storeId: opening.storeId,
      ids: [...opening.productIds],
      quantities: [...opening.quantitiesMilli],
      note: opening.note ?? null,
      userId: opening.user.id,
      userName: opening.user.username,
      now: opening.now,
    },
  );
}

export interface MovementRow {
  id: number;
  store_id: number;
  store_name: string;
  product_id: number;
  sku: string;
  name: string;
  unit: string;
  reason: string;
  quantity_milli: number;
  balance_milli: number;
  cost_minor: number;
  document_type: string | null;
  document_id: number | null;
  document_number: string | null;
  note: string | null;
  user_name: string | null;
  created_at: Date;
}

export function toMovement(row: MovementRow): Movement {
  const { document_type: type, document_id: id, document_number: number } = row;
  return {
    id: row.id,
    storeId: row.store_id,
    storeName: row.store_name,
    productId: row.product_id,
    sku: row.sku,
    name: row.name,
    unit: row.unit,
    reason: row.reason,
    quantityMilli: row.quantity_milli,
    balanceMilli: row.balance_milli,
    costMinor: row.cost_minor,
    document: type === null || id === null ? undefined : { type, id, number: number ?? "" },
    note: row.note ?? undefined,
    userName: row.user_name ?? undefined,
    createdAt: row.created_at,
  };
}
