/** SQL of the documents that a bar is made of, newest first. */
import type { Knex } from "knex";
import { z } from "zod";
import { soldWithinSql } from "../../pos/api.ts";
import type { Asked, Dimension } from "../domain.ts";
import { placeSql } from "./periods.ts";

export interface ReportDocument {
  id: number;
  number: string;
  kind: "sale" | "return" | "void";
  businessDate: string;
  createdAt: Date;
  storeId: number;
  userName: string;
  totalMinor: number;
  currency: string;
}

const ID = "cast(:key AS bigint)";
const LINE_OF = "EXISTS (SELECT FROM sale_items i WHERE i.sale_id = s.id AND";
const PRODUCT_OF = "EXISTS (SELECT FROM sale_items i JOIN products p ON p.id = i.product_id WHERE i.sale_id = s.id AND";

/** What a key of each dimension means for a document, and how such a key is written. */
const KEYS: Partial<Record<Dimension, { form: RegExp; sql: string }>> = {
  day: { form: /^(19|2\d)\d{2}-\d{2}-\d{2}$/, sql: "s.business_date = cast(:key AS date)" },
  hour: {
    form: /^([01]\d|2[0-3])$/,
    sql: `extract(hour FROM s.created_at AT TIME ZONE (SELECT d.time_zone FROM report_days d
      WHERE d.store_id = s.store_id AND d.business_date = s.business_date))::int = cast(:key AS int)`,
  },
  weekday: { form: /^[1-7]$/, sql: "extract(isodow FROM s.business_date)::int = cast(:key AS int)" },
  cashier: { form: /^\d{1,15}$/, sql: `s.user_id = ${ID}` },
  register: { form: /^\d{1,15}$/, sql: `s.register_id = ${ID}` },
  store: { form: /^\d{1,15}$/, sql: `s.store_id = ${ID}` },
  customer: {
    form: /^\d{1,15}$/,
    sql: `CASE WHEN ${ID} = 0 THEN s.customer_id IS NULL
      ELSE s.customer_id IN (SELECT c.id FROM customers c WHERE c.id = ${ID} OR c.merged_into = ${ID}) END`,
  },
  product: { form: /^\d{1,15}$/, sql: `${LINE_OF} i.product_id = ${ID})` },
  category: { form: /^\d{1,15}$/, sql: `${PRODUCT_OF} coalesce(p.category_id, 0) = ${ID})` },
  brand: { form: /^\d{1,15}$/, sql: `${PRODUCT_OF} coalesce(p.brand_id, 0) = ${ID})` },
  tender: {
    form: /^[a-z][a-z0-9_]{1,39}$/,
    sql: "EXISTS (SELECT FROM payments y WHERE y.sale_id = s.id AND y.method = :key)",
  },
  tax: { form: /^\d{1,6}-[a-z]{1,20}$/, sql: `${LINE_OF} format('%s-%s', i.tax_rate_bp, i.tax_kind) = :key)` },
};

/** Whether a report of that dimension could have this key. */
export function isKey(dimension: Dimension, key: string): boolean {
  if (!KEYS[dimension]?.form.test(key)) return false;
  return dimension !== "day" || z.iso.date().safeParse(key).success;
}

const keySql = (dimension: Dimension) => KEYS[dimension]?.sql ?? "false";

/** Those before the id `before`, one more than `limit`, so that the caller knows whether there is a next page. */
export async function documentsOf(
  db: Knex,
  dimension: Dimension,
  key: string,
  { range, storeIds, currency }: Asked,
  { before, limit }: { before: number | undefined; limit: number },
): Promise<ReportDocument[]> {
  const { rows } = await db.raw(
    `SELECT s.id, s.number, s.kind, s.business_date AS "businessDate", s.created_at AS "createdAt", s.store_id AS "storeId",
       s.user_name AS "userName", s.total_minor AS "totalMinor", s.currency
     FROM (SELECT * FROM sales WHERE ${placeSql("now")}) s
     WHERE (cast(:before AS bigint) IS NULL OR s.id < cast(:before AS bigint)) AND ${keySql(dimension)} AND ${soldWithinSql(range)}
     ORDER BY s.id DESC LIMIT :limit`,
    { ...range, storeIds: [...storeIds], currency, key, before: before ?? null, limit: limit + 1 },
  );
  return rows;
}
