/** SQL of promotions. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { oftenRead } from "../../../kernel/db/often.ts";
import type { Moment, Promotion, PromotionFacts } from "../promotions/promotion.ts";
import type { Offer } from "../promotions/taking.ts";

interface Row {
  id: number;
  name: string;
  kind: Offer["kind"];
  percent_bp: number | null;
  from_milli: number | null;
  take: number | null;
  pay: number | null;
  product_ids: number[];
  category_ids: number[];
  store_ids: number[];
  group_ids: number[];
  weekdays: number[];
  starts_on: string;
  ends_on: string | null;
  from_minute: number | null;
  to_minute: number | null;
  ended_at: Date | null;
  version: number;
}

const COLUMNS = `id, name, kind, percent_bp, from_milli, take, pay, product_ids, category_ids, store_ids, group_ids, weekdays,
  starts_on, ends_on, from_minute, to_minute, ended_at, version`;

const PROMOTIONS_AT = oftenRead(`SELECT ${COLUMNS} FROM promotions
   WHERE ended_at IS NULL AND starts_on <= :day::date AND (ends_on IS NULL OR ends_on >= :day::date)
     AND (weekdays = '{}' OR :weekday = ANY(weekdays))
     AND (from_minute IS NULL OR CASE WHEN from_minute < to_minute THEN :minute >= from_minute AND :minute < to_minute
       ELSE :minute >= from_minute OR :minute < to_minute END)
     AND (store_ids = '{}' OR :storeId = ANY(store_ids)) AND (group_ids = '{}' OR :groupId = ANY(group_ids))
     AND (product_ids && :productIds::bigint[] OR category_ids <> '{}' OR product_ids = '{}')
   ORDER BY id LIMIT 500`);

/** Those that hold at that moment in a store for a customer of that group, of some of these products or of categories, by id. */
export async function promotionsAt(
  db: Knex,
  at: Moment & { storeId: number; groupId: number | undefined; productIds: readonly number[] },
): Promise<Promotion[]> {
  const { rows } = await PROMOTIONS_AT(db, { ...at, groupId: at.groupId ?? null, productIds: [...at.productIds] });
  return rows.map(toPromotion);
}

/** Newest first; one more than `limit`. `ended`: those that somebody ended, or whose last day is before `today`. */
export async function listPromotions(
  db: Knex,
  { before, limit, today, ended }: { before: number | undefined; limit: number; today: string; ended: boolean },
): Promise<Promotion[]> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS} FROM promotions
     WHERE (cast(:before AS bigint) IS NULL OR id < :before)
       AND (ended_at IS NOT NULL OR coalesce(ends_on < :today::date, false)) = :ended
     ORDER BY id DESC LIMIT :limit`,
    { before: before ?? null, limit: limit + 1, today, ended },
  );
  return rows.map(toPromotion);
}

export async function promotionById(db: Knex, id: number, lock = false): Promise<Promotion | undefined> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM promotions WHERE id = ? ${lock ? "FOR UPDATE" : ""}`, [id]);
  return rows[0] && toPromotion(rows[0]);
}

export async function insertPromotion(tx: Tx, facts: PromotionFacts, now: Date): Promise<number> {
  const { rows } = await tx.raw(
    `INSERT INTO promotions (name, kind, percent_bp, from_milli, take, pay, product_ids, category_ids, store_ids, group_ids, weekdays,
       starts_on, ends_on, from_minute, to_minute, created_at)
     VALUES (:name, :kind, :percentBp, :fromMilli, :take, :pay, :productIds::bigint[], :categoryIds::bigint[], :storeIds::bigint[],
       :groupIds::bigint[], :weekdays::int[], :startsOn, :endsOn, :fromMinute, :toMinute, :now)
     RETURNING id`,
    { ...written(facts), now },
  );
  return rows[0].id;
}

export async function updatePromotion(tx: Tx, id: number, facts: PromotionFacts): Promise<void> {
  await tx.raw(
    `UPDATE promotions SET name = :name, kind = :kind, percent_bp = :percentBp, from_milli = :fromMilli, take = :take, pay = :pay,
       product_ids = :productIds::bigint[], category_ids = :categoryIds::bigint[], store_ids = :storeIds::bigint[],
       group_ids = :groupIds::bigint[], weekdays = :weekdays::int[], starts_on = :startsOn, ends_on = :endsOn,
       from_minute = :fromMinute, to_minute = :toMinute, version = version + 1
     WHERE id = :id`,
    { id, ...written(facts) },
  );
}

export async function endPromotion(tx: Tx, id: number, now: Date): Promise<void> {
  await tx.raw("UPDATE promotions SET ended_at = ?, version = version + 1 WHERE id = ? AND ended_at IS NULL", [
    now,
    id,
  ]);
}

function written({ offer, hours, ...facts }: PromotionFacts) {
  return {
    ...facts,
    kind: offer.kind,
    percentBp: offer.kind === "n_for_m" ? null : offer.bp,
    fromMilli: offer.kind === "quantity" ? offer.fromMilli : null,
    take: offer.kind === "n_for_m" ? offer.take : null,
    pay: offer.kind === "n_for_m" ? offer.pay : null,
    endsOn: facts.endsOn ?? null,
    fromMinute: hours?.from ?? null,
    toMinute: hours?.to ?? null,
  };
}

function offerOf(row: Row): Offer {
  const { kind, percent_bp: bp, from_milli: fromMilli, take, pay } = row;
  if (kind === "n_for_m") return { kind, take: take ?? 0, pay: pay ?? 0 };
  return kind === "quantity" ? { kind, bp: bp ?? 0, fromMilli: fromMilli ?? 0 } : { kind, bp: bp ?? 0 };
}

function toPromotion(row: Row): Promotion {
  return {
    id: row.id,
    name: row.name,
    offer: offerOf(row),
    productIds: row.product_ids,
    categoryIds: row.category_ids,
    storeIds: row.store_ids,
    groupIds: row.group_ids,
    weekdays: row.weekdays,
    startsOn: row.starts_on,
    endsOn: row.ends_on ?? undefined,
    hours:
      row.from_minute === null || row.to_minute === null ? undefined : { from: row.from_minute, to: row.to_minute },
    endedAt: row.ended_at ?? undefined,
    version: row.version,
  };
}
