/** Reads of the ledger: what moved, newest first for pages, oldest first for files. */
import type { Knex } from "knex";
import { pageOfEachSql } from "../../../kernel/db/page-of-each.ts";
import { allSql, pieceSql } from "../../../kernel/db/pieces.ts";
import { type IdsSql, idsOfDays } from "../../../kernel/db/within-days.ts";
import type { Movement } from "../domain.ts";
import { type MovementRow, toMovement } from "./stock.ts";

export interface MovementFilter {
  productId?: number | undefined;
  storeIds: readonly number[];
  reason?: string | undefined;
  /** first and last day, `YYYY-MM-DD`, in `timeZone` */
  from?: string | undefined;
  to?: string | undefined;
  timeZone?: string | undefined;
  /** true: nothing of what an open count has */
  notCounting?: boolean | undefined;
}

/** Newest first, before the id given. */
export async function movements(
  db: Knex,
  filter: MovementFilter,
  before: number | undefined,
  limit: number,
): Promise<Movement[]> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} WHERE m.id IN (${newestSql(filter)}) ORDER BY m.id DESC`, {
    ...bound(filter),
    before: before ?? Number.MAX_SAFE_INTEGER,
    limit,
  });
  return rows.map((row: MovementRow) => toMovement(row));
}

function newestSql(filter: MovementFilter): string {
  const { besides, ...lists } = listsOf(filter);
  const { first, last } = idsMoved(filter);
  const ids = { first, last: `least(:before::bigint - 1, ${last})` };
  const where = [...besides, ...shownOf(filter)];
  return pageOfEachSql({ table: "stock_movements", ...lists, order: "newest", ids, where });
}

/** All of them, oldest first, so many at once. */
export async function* ledgerPages(db: Knex, filter: MovementFilter, size: number): AsyncGenerator<Movement[]> {
  const { rows } = await db.raw(endsSql(filter), bound(filter));
  const last = Number(rows[0].last);
  let first = Number(rows[0].first);
  for (;;) {
    const page = await oldest(db, filter, { first, last }, size);
    if (page.length > 0) yield page;
    const newest = page.at(-1);
    if (newest === undefined || page.length < size) return;
    first = newest.id + 1;
  }
}

function endsSql(filter: MovementFilter): string {
  const { first, last } = idsMoved(filter);
  return `SELECT ${pieceSql(first)} AS first, ${pieceSql(last)} AS last`;
}

async function oldest(
  db: Knex,
  filter: MovementFilter,
  ends: { first: number; last: number },
  limit: number,
): Promise<Movement[]> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} WHERE m.id IN (${oldestSql(filter)}) ORDER BY m.id`, {
    ...bound(filter),
    ...ends,
    limit,
  });
  return rows.map((row: MovementRow) => toMovement(row));
}

function oldestSql(filter: MovementFilter): string {
  const { productId, reason, storeIds } = filter;
  const { besides, ...lists } = listsOf(filter);
  const where = [...besides, ...shownOf(filter)];
  // each of many stores is read a page ahead of what is taken of it: of all that moved, that is walked once instead
  if (productId === undefined && (reason === undefined || reason === "sale") && storeIds.length > 1)
    return `SELECT id FROM stock_movements WHERE store_id = ANY(:storeIds::bigint[]) AND ${allSql(where)}
      AND id BETWEEN :first AND :last ORDER BY id LIMIT :limit`;
  const ids = { first: ":first::bigint", last: ":last::bigint" };
  return pageOfEachSql({ table: "stock_movements", ...lists, order: "oldest", ids, where });
}

export async function movementById(db: Knex, id: number): Promise<Movement | undefined> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} WHERE m.id = :id`, { id });
  return rows[0] && toMovement(rows[0]);
}

const COLUMNS = `m.id, m.store_id, s.name AS store_name, m.product_id, p.sku, p.name, p.unit, m.reason, m.quantity_milli, m.balance_milli,
  m.cost_minor, m.document_type, m.document_id, m.document_number, m.note, m.user_name, m.created_at
  FROM stock_movements m JOIN products p ON p.id = m.product_id JOIN stores s ON s.id = m.store_id`;

/** Days of the index are those of UTC, of which a day anywhere touches the one before or the one after. */
function idsMoved({ from, to }: MovementFilter): IdsSql {
  return idsOfDays(
    { table: "stock_movements", day: "cast(created_at AT TIME ZONE 'UTC' AS date)" },
    {
      from: from === undefined ? undefined : "(cast(:from AS date) - 1)",
      to: to === undefined ? undefined : "(cast(:to AS date) + 1)",
    },
  );
}

const STORES = "unnest(:storeIds::bigint[])";

/**
 * Whose movements they are: of a product on each shelf, else for a reason in each store, else of each store; and what they must be
 * besides. What is not found so is walked to: one reason of one product on its shelves, sales in a store that makes none.
 */
function listsOf({ productId, reason }: MovementFilter) {
  const forReason = reason === undefined ? [] : ["reason = :reason"];
  if (productId !== undefined)
    return { keys: ["product_id", "store_id"], of: `SELECT :productId::bigint, ${STORES}`, besides: forReason };
  // almost all are sales, which the index by reason leaves out
  if (reason !== undefined && reason !== "sale")
    return { keys: ["reason", "store_id"], of: `SELECT :reason, ${STORES}`, besides: ["reason <> 'sale'"] };
  return { keys: ["store_id"], of: `SELECT ${STORES}`, besides: forReason };
}

function shownOf({ from, to, notCounting }: MovementFilter): string[] {
  return [
    ...(from === undefined ? [] : ["created_at >= (:from::date)::timestamp AT TIME ZONE :timeZone"]),
    ...(to === undefined ? [] : ["created_at < (:to::date + 1)::timestamp AT TIME ZONE :timeZone"]),
    ...(notCounting ? [NOTHING_COUNTED] : []),
  ];
}

const NOTHING_COUNTED = `NOT EXISTS (SELECT FROM stock_count_lines o
  WHERE o.open AND o.store_id = stock_movements.store_id AND o.product_id = stock_movements.product_id)`;

function bound({ storeIds, timeZone = "UTC", productId, reason, from, to }: MovementFilter) {
  const values = { storeIds: [...storeIds], timeZone, productId, reason, from, to };
  return values as Record<string, Knex.RawBinding>;
}
