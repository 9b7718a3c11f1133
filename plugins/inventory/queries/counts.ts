/** SQL of counts. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Count, CountEntry, CountLine, Entered, NewCount, Shown } from "../counts/count.ts";
import type { Named } from "../shortages.ts";
import { STOCKED } from "./goods.ts";
import { STORE_COST } from "./rows.ts";

const COUNT = `c.id, c.store_id AS "storeId", c.category_id AS "categoryId", k.name AS category, c.note, c.state,
  c.started_by AS "startedBy", c.started_at AS "startedAt", c.closed_by AS "closedBy", c.closed_at AS "closedAt"
  FROM stock_counts c LEFT JOIN categories k ON k.id = c.category_id`;

export async function countById(db: Knex, id: number): Promise<Count | undefined> {
  const { rows } = await db.raw(`SELECT ${COUNT} WHERE c.id = ?`, [id]);
  return rows[0];
}

/** Newest first, before the id given. */
export async function countsOf(
  db: Knex,
  storeIds: readonly number[],
  before: number | undefined,
  limit: number,
): Promise<Count[]> {
  const { rows } = await db.raw(
    `SELECT ${COUNT} WHERE c.store_id = ANY(:storeIds::bigint[]) AND c.id < :before ORDER BY c.id DESC LIMIT :limit`,
    { storeIds: [...storeIds], before: before ?? Number.MAX_SAFE_INTEGER, limit },
  );
  return rows;
}

/** Counters hold it together; whoever posts or cancels it waits for them, and they for him. */
export async function lockCount(tx: Tx, id: number, how: "shared" | "alone"): Promise<Count | undefined> {
  await tx.raw(`SELECT FROM stock_counts WHERE id = ? FOR ${how === "alone" ? "UPDATE" : "SHARE"}`, [id]);
  return countById(tx, id);
}

/** Undefined: there is no such category. */
export async function insertCount(tx: Tx, count: NewCount): Promise<number | undefined> {
  const { rows } = await tx.raw(
    `INSERT INTO stock_counts (store_id, category_id, note, started_by_id, started_by, started_at)
     SELECT :storeId, cast(:categoryId AS bigint), :note, :userId, :userName, :now
     WHERE cast(:categoryId AS bigint) IS NULL OR EXISTS (SELECT FROM categories WHERE id = cast(:categoryId AS bigint))
     RETURNING id`,
    {
      storeId: count.storeId,
      categoryId: count.categoryId ?? null,
      note: count.note ?? null,
      userId: count.user.id,
      userName: count.user.username,
      now: count.now,
    },
  );
  return rows[0]?.id;
}

/** `wanted`: what belongs into it; `put`: what is in no other open count of the store, and was put into this one. */
export async function insertLines(
  tx: Tx,
  { id, storeId, categoryId }: { id: number; storeId: number; categoryId: number | undefined },
): Promise<{ wanted: number; put: number }> {
  const { rows } = await tx.raw(
    `WITH wanted AS (
       SELECT p.id, coalesce(i.on_hand_milli, 0) AS on_hand
       FROM products p LEFT JOIN inventory i ON i.product_id = p.id AND i.store_id = :storeId
       WHERE ${categoryId === undefined ? "true" : "p.category_id = :categoryId"}
         AND p.kind IN ${STOCKED} AND (p.active OR coalesce(i.on_hand_milli, 0) <> 0)
     ), put AS (
       INSERT INTO stock_count_lines (count_id, product_id, store_id, snapshot_milli)
       SELECT :id, id, :storeId, on_hand FROM wanted ORDER BY id
       ON CONFLICT (store_id, product_id) WHERE open DO NOTHING RETURNING 1
     )
     SELECT (SELECT count(*) FROM wanted) AS wanted, (SELECT count(*) FROM put) AS put`,
    { id, storeId, categoryId: categoryId ?? 0 },
  );
  return rows[0];
}

/** A product that was found and is not in the count yet. False: it is of another category, or in another open count. */
export async function addLine(tx: Tx, count: Count, productId: number): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `INSERT INTO stock_count_lines (count_id, product_id, store_id, snapshot_milli)
     SELECT :id, p.id, :storeId, coalesce(i.on_hand_milli, 0)
     FROM products p LEFT JOIN inventory i ON i.product_id = p.id AND i.store_id = :storeId
     WHERE p.id = :productId AND p.kind IN ${STOCKED} AND ${count.categoryId === null ? "true" : "p.category_id = :categoryId"}
     ON CONFLICT DO NOTHING`,
    { id: count.id, storeId: count.storeId, productId, categoryId: count.categoryId ?? 0 },
  );
  return rowCount === 1;
}

/** Nobody else counts it until the transaction ends. */
export async function lockLine(
  tx: Tx,
  countId: number,
  productId: number,
): Promise<{ round: number; countedMilli: number | null } | undefined> {
  const { rows } = await tx.raw(
    `SELECT round, counted_milli AS "countedMilli" FROM stock_count_lines
     WHERE count_id = :countId AND product_id = :productId FOR UPDATE`,
    { countId, productId },
  );
  return rows[0];
}

/** Adds to what was counted, beside what the books say at this moment; tells what moved since an earlier entry. The caller holds the line. */
export async function enterQuantity(
  tx: Tx,
  entry: {
    count: Pick<Count, "id" | "storeId">;
    productId: number;
    quantityMilli: number;
    user: { id: number; username: string };
    now: Date;
  },
): Promise<Entered> {
  const { rows } = await tx.raw(
    `WITH books AS (
       SELECT
         coalesce((SELECT on_hand_milli FROM inventory WHERE store_id = :storeId AND product_id = :productId), 0) AS on_hand,
         coalesce((SELECT max(id) FROM stock_movements WHERE store_id = :storeId AND product_id = :productId), 0) AS last_id
     ), entered AS (
       UPDATE stock_count_lines SET counted_milli = coalesce(counted_milli, 0) + :quantity, expected_milli = on_hand,
         movement_id = last_id, moved_between = moved_between OR (counted_milli IS NOT NULL AND movement_id <> last_id)
       FROM books WHERE count_id = :countId AND product_id = :productId
       RETURNING round, counted_milli, expected_milli, moved_between
     )
     INSERT INTO stock_count_entries (count_id, product_id, store_id, round, quantity_milli, counted_milli, expected_milli,
       user_id, user_name, created_at)
     SELECT :countId, :productId, :storeId, round, :quantity, counted_milli, expected_milli, :userId, :userName, :now FROM entered
     RETURNING counted_milli AS "countedMilli", (SELECT moved_between FROM entered) AS "movedBetween"`,
    {
      countId: entry.count.id,
      storeId: entry.count.storeId,
      productId: entry.productId,
      quantity: entry.quantityMilli,
      userId: entry.user.id,
      userName: entry.user.username,
      now: entry.now,
    },
  );
  return rows[0];
}

const DIFFERS = "(counted_milli <> expected_milli OR moved_between)";

/** What was counted of them is forgotten; how many there were. Without products: all that differ, or were counted while something moved. */
export async function openAgain(tx: Tx, countId: number, productIds: readonly number[] | undefined): Promise<number> {
  const { rowCount } = await tx.raw(
    `UPDATE stock_count_lines SET round = round + 1, counted_milli = NULL, expected_milli = NULL, moved_between = false
     WHERE count_id = :countId AND counted_milli IS NOT NULL
       AND ${productIds === undefined ? DIFFERS : "product_id = ANY(:productIds::bigint[])"}`,
    { countId, productIds: [...(productIds ?? [])] },
  );
  return rowCount;
}

const WHICH = {
  all: "true",
  differences: DIFFERS,
  uncounted: "l.counted_milli IS NULL",
} as const;

function whichSql(shown: Shown): string {
  return WHICH[shown];
}

/** By name of the product. */
export async function linesOf(
  db: Knex,
  countId: number,
  shown: Shown,
  after: { sortKey: string; id: number } | undefined,
  limit: number,
): Promise<CountLine[]> {
  const { rows } = await db.raw(
    `SELECT l.product_id AS "productId", p.sku, p.name, p.unit, p.sort_key AS "sortKey", ${STORE_COST} AS "costMinor", l.round,
       l.snapshot_milli AS "snapshotMilli", l.counted_milli AS "countedMilli", l.expected_milli AS "expectedMilli",
       l.posted_milli AS "postedMilli", l.moved_between AS "movedBetween"
     FROM stock_count_lines l JOIN products p ON p.id = l.product_id
       LEFT JOIN inventory i ON i.product_id = l.product_id AND i.store_id = l.store_id
     WHERE l.count_id = :countId AND ${whichSql(shown)} AND (p.sort_key, p.id) > (:sortKey, :id)
     ORDER BY p.sort_key, p.id LIMIT :limit`,
    { countId, sortKey: after?.sortKey ?? "", id: after?.id ?? 0, limit },
  );
  return rows;
}

export interface Progress {
  total: number;
  counted: number;
  differing: number;
}

export async function progressOf(db: Knex, countId: number): Promise<Progress> {
  const { rows } = await db.raw(
    `SELECT count(*) AS total, count(counted_milli) AS counted,
       count(*) FILTER (WHERE ${DIFFERS}) AS differing
     FROM stock_count_lines WHERE count_id = ?`,
    [countId],
  );
  return rows[0];
}

/** Newest first. */
export async function entriesOf(db: Knex, countId: number, limit: number): Promise<CountEntry[]> {
  const { rows } = await db.raw(
    `SELECT e.id, e.product_id AS "productId", p.sku, p.name, p.unit, e.quantity_milli AS "quantityMilli",
       e.user_name AS "userName", e.created_at AS "createdAt", e.round < l.round AS "again"
     FROM stock_count_entries e JOIN products p ON p.id = e.product_id
       JOIN stock_count_lines l ON l.count_id = e.count_id AND l.product_id = e.product_id
     WHERE e.count_id = :countId ORDER BY e.id DESC LIMIT :limit`,
    { countId, limit },
  );
  return rows;
}

/** Counted in parts while something moved: some of them, by name. */
export async function movedBetween(tx: Tx, countId: number): Promise<Named[]> {
  const { rows } = await tx.raw(
    `SELECT p.id AS "productId", p.sku, p.name FROM stock_count_lines l JOIN products p ON p.id = l.product_id
     WHERE l.count_id = ? AND l.moved_between ORDER BY p.sort_key, p.id LIMIT 100`,
    [countId],
  );
  return rows;
}

/** What is to be posted, in the order in which shelves are locked. */
export async function linesToPost(
  tx: Tx,
  countId: number,
): Promise<{ productId: number; differenceMilli: number | null }[]> {
  const { rows } = await tx.raw(
    `SELECT product_id AS "productId", counted_milli - expected_milli AS "differenceMilli"
     FROM stock_count_lines WHERE count_id = ? ORDER BY product_id`,
    [countId],
  );
  return rows;
}

/** The differences stay with the lines, and the products are free for the next count. */
export async function closeLines(
  tx: Tx,
  countId: number,
  posted: readonly { productId: number; differenceMilli: number }[],
): Promise<void> {
  await tx.raw(
    `UPDATE stock_count_lines l SET open = false, posted_milli = d.difference
     FROM (SELECT s.product_id, p.difference FROM stock_count_lines s
       LEFT JOIN unnest(:ids::bigint[], :differences::bigint[]) AS p (product_id, difference) ON p.product_id = s.product_id
       WHERE s.count_id = :countId) d
     WHERE l.count_id = :countId AND l.product_id = d.product_id`,
    {
      countId,
      ids: posted.map(({ productId }) => productId),
      differences: posted.map(({ differenceMilli }) => differenceMilli),
    },
  );
}

export async function closeCount(
  tx: Tx,
  id: number,
  state: "posted" | "cancelled",
  user: { id: number; username: string },
  now: Date,
): Promise<void> {
  await tx.raw(
    `UPDATE stock_counts SET state = :state, closed_by_id = :userId, closed_by = :userName, closed_at = :now WHERE id = :id`,
    { id, state, userId: user.id, userName: user.username, now },
  );
}
