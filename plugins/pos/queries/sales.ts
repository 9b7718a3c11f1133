/** Posted sales, read. */
import type { Knex } from "knex";
import type { DayTotals, Payment, Sale, SaleHead, SaleLine } from "../api.ts";

const HEAD = {
  id: "id",
  number: "number",
  status: "status",
  storeId: "store_id",
  registerId: "register_id",
  cashierId: "user_id",
  cashierName: "user_name",
  customerId: "customer_id",
  currency: "currency",
  subtotalMinor: "subtotal_minor",
  discountMinor: "discount_minor",
  taxMinor: "tax_minor",
  roundingMinor: "rounding_minor",
  totalMinor: "total_minor",
  paidMinor: "paid_minor",
  changeMinor: "change_minor",
  businessDate: "business_date",
  createdAt: "created_at",
};

type HeadRow = Omit<SaleHead, "cashier" | "customerId"> & {
  cashierId: number;
  cashierName: string;
  customerId: number | null;
};

function headOf({ cashierId, cashierName, customerId, ...row }: HeadRow): SaleHead {
  return { ...row, cashier: { id: cashierId, name: cashierName }, customerId: customerId ?? undefined };
}

export async function saleById(db: Knex, id: number): Promise<Sale | undefined> {
  const [row] = (await db("sales").select(HEAD).where({ id })) as HeadRow[];
  if (!row) return undefined;
  const [sale] = await withParts(db, [headOf(row)]);
  return sale;
}

export interface SaleFilter {
  /** business dates, both included */
  from?: string | undefined;
  to?: string | undefined;
  cashierId?: number | undefined;
  customerId?: number | undefined;
}

/** The last sale shown. */
export interface SalePlace {
  businessDate: string;
  id: number;
}

/** Newest business day first, within it the newest sale. */
export async function salesBefore(
  db: Knex,
  filter: SaleFilter,
  after: SalePlace | undefined,
  limit: number,
): Promise<SaleHead[]> {
  const query = db("sales").select(HEAD).orderBy("business_date", "desc").orderBy("id", "desc").limit(limit);
  if (filter.from !== undefined) query.where("business_date", ">=", filter.from);
  if (filter.to !== undefined) query.where("business_date", "<=", filter.to);
  if (filter.cashierId !== undefined) query.where("user_id", filter.cashierId);
  if (filter.customerId !== undefined) query.where("customer_id", filter.customerId);
  if (after) query.whereRaw("(business_date, id) < (:businessDate, :id)", { ...after });
  return ((await query) as HeadRow[]).map(headOf);
}

/** The lines and payments of several sales, in two queries. */
export async function withParts(db: Knex, heads: readonly SaleHead[]): Promise<Sale[]> {
  if (heads.length === 0) return [];
  const ids = heads.map((head) => head.id);
  const [lines, payments] = await Promise.all([linesOf(db, ids), paymentsOf(db, ids)]);
  return heads.map((head) => ({
    ...head,
    lines: (lines.get(head.id) ?? []).map(({ saleId: _, ...line }) => line),
    payments: (payments.get(head.id) ?? []).map(({ saleId: _, reference, ...payment }) => ({
      ...payment,
      reference: reference ?? undefined,
    })),
  }));
}

async function linesOf(db: Knex, ids: number[]) {
  const { rows } = await db.raw<{ rows: (SaleLine & { saleId: number })[] }>(
    `SELECT sale_id AS "saleId", line, product_id AS "productId", sku, name, unit, quantity_milli AS "quantityMilli",
       unit_price_minor AS "unitPriceMinor", discount_minor AS "discountMinor", tax_rate_bp AS "taxRateBp",
       tax_minor AS "taxMinor", total_minor AS "totalMinor", cost_minor AS "costMinor"
     FROM sale_items WHERE sale_id = ANY(CAST(:ids AS bigint[])) ORDER BY sale_id, line`,
    { ids },
  );
  return bySale(rows);
}

async function paymentsOf(db: Knex, ids: number[]) {
  const { rows } = await db.raw<{
    rows: (Omit<Payment, "reference"> & { saleId: number; reference: string | null })[];
  }>(
    `SELECT sale_id AS "saleId", line, method, amount_minor AS "amountMinor", reference
     FROM payments WHERE sale_id = ANY(CAST(:ids AS bigint[])) ORDER BY sale_id, line`,
    { ids },
  );
  return bySale(rows);
}

function bySale<T extends { saleId: number }>(rows: readonly T[]): Map<number, T[]> {
  const sales = new Map<number, T[]>();
  for (const row of rows) {
    const of = sales.get(row.saleId);
    if (of) of.push(row);
    else sales.set(row.saleId, [row]);
  }
  return sales;
}

export async function dayTotals(db: Knex, businessDate: string): Promise<DayTotals> {
  const { rows } = await db.raw(
    `SELECT count(*) AS sales, CAST(coalesce(sum(total_minor), 0) AS bigint) AS "totalMinor"
     FROM sales WHERE business_date = :businessDate`,
    { businessDate },
  );
  return rows[0];
}

/** Everybody who ever sold, by their latest name; one look into the index a person, however many sales there are. */
export async function cashiers(db: Knex): Promise<{ id: number; name: string }[]> {
  const { rows } = await db.raw(
    `WITH RECURSIVE seller (id) AS (
       (SELECT user_id FROM sales ORDER BY user_id LIMIT 1)
       UNION ALL
       SELECT (SELECT s.user_id FROM sales s WHERE s.user_id > seller.id ORDER BY s.user_id LIMIT 1)
       FROM seller WHERE seller.id IS NOT NULL)
     SELECT seller.id, latest.user_name AS name
     FROM seller CROSS JOIN LATERAL (
       SELECT user_name FROM sales s WHERE s.user_id = seller.id ORDER BY business_date DESC, id DESC LIMIT 1) AS latest
     ORDER BY latest.user_name, seller.id`,
  );
  return rows;
}
