/** Reads of lots: what goes bad first, what became of one, who bought of it. */
import type { Knex } from "knex";
import type { StockDocument } from "../api.ts";
import type { DocumentLot, Lot, LotMovement, LotOnHand, LotSale } from "../lots/lot.ts";

const LOT = `l.id, l.product_id AS "productId", p.sku, p.name, p.unit, l.code, l.expires_on AS "expiresOn"`;

export async function lotById(db: Knex, id: number): Promise<Lot | undefined> {
  const { rows } = await db.raw(`SELECT ${LOT} FROM lots l JOIN products p ON p.id = l.product_id WHERE l.id = ?`, [
    id,
  ]);
  return rows[0];
}

export interface LotFilter {
  storeIds: readonly number[];
  productId?: number | undefined;
  /** on this day or before */
  until?: string | undefined;
  /** of any lot, even one of which nothing is left */
  code?: string | undefined;
  /** true: nothing of what an open count of its store has */
  notCounting?: boolean | undefined;
}

const NOTHING_COUNTED =
  "NOT EXISTS (SELECT FROM stock_count_lines o WHERE o.open AND o.store_id = s.store_id AND o.product_id = l.product_id)";

/** Where a page of the list begins: after this one. */
export type LotPlace = [expires: string, sortKey: string, id: number, storeId: number];

const CONDITIONS = {
  productId: "l.product_id = :productId",
  until: "l.expires_on <= cast(:until AS date)",
  code: "lower(l.code) = lower(:code)",
} as const;

function matchingSql(filter: LotFilter): string {
  const wanted = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).filter((key) => filter[key] !== undefined);
  const shown = filter.code === undefined ? "s.on_hand_milli > 0" : "true";
  const counting = filter.notCounting ? [NOTHING_COUNTED] : [];
  return ["s.store_id = ANY(:storeIds::bigint[])", shown, ...counting, ...wanted.map((key) => CONDITIONS[key])].join(
    " AND ",
  );
}

function bound({ storeIds, productId, until, code }: LotFilter) {
  return { storeIds: [...storeIds], productId: productId ?? 0, until: until ?? "", code: code ?? "" };
}

/** What never goes bad comes last; a cursor knows it by this day. */
const NEVER = "9999-12-31";
const EXPIRES = `coalesce(l.expires_on, date '${NEVER}')`;

/** What goes bad first before the others. */
export async function lotsOnHand(
  db: Knex,
  filter: LotFilter,
  after: LotPlace | undefined,
  limit: number,
): Promise<(LotOnHand & { place: LotPlace })[]> {
  const [expires, sortKey, id, storeId] = after ?? ["0001-01-01", "", 0, 0];
  const { rows } = await db.raw(
    `SELECT ${LOT}, s.store_id AS "storeId", st.name AS "storeName", s.on_hand_milli AS "onHandMilli", p.sort_key AS "sortKey"
     FROM lot_stock s JOIN lots l ON l.id = s.lot_id JOIN products p ON p.id = l.product_id JOIN stores st ON st.id = s.store_id
     WHERE ${matchingSql(filter)} AND (${EXPIRES}, p.sort_key, l.id, s.store_id) > (cast(:expires AS date), :sortKey, :id, :storeId)
     ORDER BY ${EXPIRES}, p.sort_key, l.id, s.store_id LIMIT :limit`,
    { ...bound(filter), expires, sortKey, id, storeId, limit },
  );
  return rows.map(({ sortKey, ...lot }: LotOnHand & { sortKey: string }) => ({
    ...lot,
    place: [lot.expiresOn ?? NEVER, sortKey, lot.id, lot.storeId],
  }));
}

export async function countLots(db: Knex, filter: LotFilter): Promise<number> {
  const { rows } = await db.raw(
    `SELECT count(*) AS lots FROM lot_stock s JOIN lots l ON l.id = s.lot_id WHERE ${matchingSql(filter)}`,
    bound(filter),
  );
  return rows[0].lots;
}

/** It went out of what a movement brought: to pay what had gone from a shelf below zero. */
const OWED = "lm.quantity_milli < 0 AND m.quantity_milli > 0";

/** How much of a lot had gone from these stores before it came: no sale of it can be named. */
export async function owedOfLot(db: Knex, lotId: number, storeIds: readonly number[]): Promise<number> {
  const { rows } = await db.raw(
    `SELECT coalesce(-sum(lm.quantity_milli), 0)::bigint AS milli FROM lot_movements lm JOIN stock_movements m ON m.id = lm.movement_id
     WHERE lm.lot_id = :lotId AND lm.store_id = ANY(:storeIds::bigint[]) AND ${OWED}`,
    { lotId, storeIds: [...storeIds] },
  );
  return rows[0].milli;
}

/** Newest first, before the id given. */
export async function movementsOfLot(
  db: Knex,
  lotId: number,
  storeIds: readonly number[],
  before: number | undefined,
  limit: number,
): Promise<LotMovement[]> {
  const { rows } = await db.raw(
    `SELECT lm.id, st.name AS "storeName", CASE WHEN ${OWED} THEN 'owed' ELSE m.reason END AS reason, lm.quantity_milli AS "quantityMilli", lm.balance_milli AS "balanceMilli",
       m.document_type AS "documentType", m.document_id AS "documentId", m.document_number AS "documentNumber",
       m.user_name AS "userName", lm.created_at AS "createdAt"
     FROM lot_movements lm JOIN stock_movements m ON m.id = lm.movement_id JOIN stores st ON st.id = lm.store_id
     WHERE lm.lot_id = :lotId AND lm.store_id = ANY(:storeIds::bigint[]) AND lm.id < :before ORDER BY lm.id DESC LIMIT :limit`,
    { lotId, storeIds: [...storeIds], before: before ?? Number.MAX_SAFE_INTEGER, limit },
  );
  return rows;
}

/** How much of a lot each sale took, and how much of that came back; the newest first, before the id given. */
export async function salesOfLot(
  db: Knex,
  lotId: number,
  storeIds: readonly number[],
  before: number | undefined,
  limit: number,
): Promise<LotSale[]> {
  const { rows } = await db.raw(
    `SELECT m.document_id AS "saleId", -sum(lm.quantity_milli)::bigint AS "quantityMilli",
       sum(coalesce((SELECT sum(b.quantity_milli) FROM lot_movements b WHERE b.taken_back_id = lm.id), 0))::bigint AS "returnedMilli"
     FROM lot_movements lm JOIN stock_movements m ON m.id = lm.movement_id
     WHERE lm.lot_id = :lotId AND m.document_type = 'sale' AND lm.store_id = ANY(:storeIds::bigint[]) AND m.document_id < :before
     GROUP BY m.document_id ORDER BY m.document_id DESC LIMIT :limit`,
    { lotId, storeIds: [...storeIds], before: before ?? Number.MAX_SAFE_INTEGER, limit },
  );
  return rows;
}

/** What a document took of lots or put into them, in the order in which it did; not what paid a shelf below zero. */
export async function lotsOfDocument(
  db: Knex,
  { type, id }: Pick<StockDocument, "type" | "id">,
): Promise<DocumentLot[]> {
  const { rows } = await db.raw(
    `SELECT lm.product_id AS "productId", l.id AS "lotId", l.code, l.expires_on AS "expiresOn", lm.quantity_milli AS "quantityMilli"
     FROM stock_movements m JOIN lot_movements lm ON lm.movement_id = m.id JOIN lots l ON l.id = lm.lot_id
     WHERE m.document_type = :type AND m.document_id = :id AND NOT (${OWED}) ORDER BY lm.id`,
    { type, id },
  );
  return rows;
}

/** Of a product in a store, what goes bad first before the others. */
export async function lotsThere(
  db: Knex,
  storeId: number,
  productId: number,
  limit: number,
): Promise<{ id: number; code: string; onHandMilli: number }[]> {
  const { rows } = await db.raw(
    `SELECT l.id, l.code, s.on_hand_milli AS "onHandMilli" FROM lot_stock s JOIN lots l ON l.id = s.lot_id
     WHERE s.store_id = :storeId AND s.product_id = :productId AND s.on_hand_milli > 0
     ORDER BY l.expires_on NULLS LAST, l.id LIMIT :limit`,
    { storeId, productId, limit },
  );
  return rows;
}

export async function lotByCode(db: Knex, productId: number, code: string): Promise<number | undefined> {
  const { rows } = await db.raw("SELECT id FROM lots WHERE product_id = :productId AND code = :code", {
    productId,
    code,
  });
  return rows[0]?.id;
}

/** Of each store in use that does business: lots on hand that are bad, and that go bad by then. */
export async function freshnessByStore(
  db: Knex,
  { day, until }: { day: string; until: string },
): Promise<{ storeId: number; expired: number; soon: number }[]> {
  const { rows } = await db.raw(
    `SELECT st.id AS "storeId", count(l.id) FILTER (WHERE l.expires_on < cast(:day AS date))::int AS expired,
       count(l.id) FILTER (WHERE l.expires_on >= cast(:day AS date))::int AS soon
     FROM stores st LEFT JOIN lot_stock s ON s.store_id = st.id AND s.on_hand_milli > 0
       LEFT JOIN lots l ON l.id = s.lot_id AND l.expires_on <= cast(:until AS date)
     WHERE st.active AND NOT st.training GROUP BY st.id`,
    { day, until },
  );
  return rows;
}
