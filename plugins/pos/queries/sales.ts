/** SQL that reads posted sales. */
import type { Knex } from "knex";
import { pageOfEachSql } from "../../../kernel/db/page-of-each.ts";
import { pieceSql } from "../../../kernel/db/pieces.ts";
import { type IdsSql, idsOfDays } from "../../../kernel/db/within-days.ts";
import type { DayTotals, StoreDay } from "../api.ts";
import type { Payment, Sale, SaleHead, SaleLine } from "../domain.ts";

export interface SaleFilter {
  /** business dates, both included */
  from?: string | undefined;
  to?: string | undefined;
  /** id or name */
  cashier?: string | undefined;
  /** all that one customer has had */
  customerIds?: readonly number[] | undefined;
  storeIds: readonly number[];
  /** id of the last sale of the page before */
  before?: number | undefined;
  limit: number;
}

// with EXISTS PostgreSQL reads all sales for a page of fifty, as it expects to be asked for each sale there is
/** What became of a sale is told by the documents that take it back: the sale itself is never changed. */
const STATUS = `CASE WHEN kind <> 'sale' OR (SELECT count(*) FROM sales r WHERE r.returns_sale_id = sales.id) = 0 THEN 'completed'
    WHEN (SELECT count(*) FROM sales r WHERE r.returns_sale_id = sales.id AND r.kind = 'void') > 0 THEN 'voided'
    WHEN (SELECT sum(i.quantity_milli) FROM sale_items i WHERE i.sale_id = sales.id) + (SELECT sum(i.quantity_milli)
      FROM sales r JOIN sale_items i ON i.sale_id = r.id WHERE r.returns_sale_id = sales.id) > 0 THEN 'partly_returned'
    ELSE 'returned' END AS status`;

const HEAD = `id, number, number_range_id, ${STATUS}, kind, returns_sale_id, reason, note, customer_name, customer_document, store_id, register_id, shift_id, user_id, user_name, customer_id, currency, subtotal_minor,
  discount_minor, tax_minor, rounding_minor, total_minor, paid_minor, change_minor, business_date, created_at`;

interface Days {
  from?: string | undefined;
  to?: string | undefined;
}

function idsSold({ from, to }: Days): IdsSql {
  return idsOfDays(
    { table: "sales", day: "business_date" },
    {
      from: from === undefined ? undefined : "cast(:from AS date)",
      to: to === undefined ? undefined : "cast(:to AS date)",
    },
  );
}

/** Holds for the ids of what was sold on these business dates, bound as `:from` and `:to`, and for few others. */
export function soldWithinSql(days: Days): string {
  const { first, last } = idsSold(days);
  return `id BETWEEN ${pieceSql(first)} AND ${pieceSql(last)}`;
}

/** Whose sales they are: as the list that is looked through, with what its index asks for, and as a condition of another list. */
const LISTS = {
  customer: {
    keys: ["customer_id"],
    of: "SELECT unnest(:customerIds::bigint[])",
    asks: ["customer_id IS NOT NULL"],
    condition: "customer_id = ANY(:customerIds::bigint[])",
  },
  cashierId: { keys: ["user_id"], of: "SELECT :cashier::bigint", asks: [], condition: "user_id = :cashier::bigint" },
  cashierName: {
    keys: ["lower(user_name)"],
    of: "SELECT lower(:cashier)",
    asks: [],
    condition: "lower(user_name) = lower(:cashier)",
  },
  store: {
    keys: ["store_id"],
    of: "SELECT unnest(:storeIds::bigint[])",
    asks: [],
    condition: "store_id = ANY(:storeIds::bigint[])",
  },
} as const;

/** Newest first, one more than `limit`, so that the caller knows whether there is a next page. */
export async function listSales(db: Knex, filter: SaleFilter): Promise<SaleHead[]> {
  const { cashier, customerIds = [], storeIds, before, from, to, limit } = filter;
  const values = {
    from,
    to,
    cashier,
    before: before ?? Number.MAX_SAFE_INTEGER,
    limit: limit + 1,
    customerIds: [...customerIds],
    storeIds: [...storeIds],
  };
  const { rows } = await db.raw(
    `SELECT ${HEAD} FROM sales WHERE id IN (${newestSql(filter)}) ORDER BY id DESC`,
    values as Record<string, Knex.RawBinding>,
  );
  return rows.map(headOf);
}

function newestSql({ from, to, customerIds, cashier }: SaleFilter): string {
  const narrower = [
    ...(customerIds === undefined ? [] : [LISTS.customer]),
    ...(cashier === undefined ? [] : [/^\d{1,15}$/.test(cashier) ? LISTS.cashierId : LISTS.cashierName]),
  ];
  const { keys, of, asks } = narrower[0] ?? LISTS.store;
  const others = narrower.length === 0 ? [] : [...narrower.slice(1), LISTS.store];
  const where = [
    ...asks,
    ...others.map(({ condition }) => condition),
    ...(from === undefined ? [] : ["business_date >= :from"]),
    ...(to === undefined ? [] : ["business_date <= :to"]),
  ];
  const { first, last } = idsSold({ from, to });
  const ids = { first, last: `least(:before::bigint - 1, ${last})` };
  return pageOfEachSql({ table: "sales", keys, of, where, ids, order: "newest" });
}

export async function findSale(db: Knex, id: number): Promise<Sale | undefined> {
  const { rows } = await db.raw(
    `SELECT ${HEAD},
       (SELECT resolution FROM number_ranges WHERE id = sales.number_range_id) AS resolution,
       (SELECT number FROM sales o WHERE o.id = sales.returns_sale_id) AS returns_number,
       (SELECT jsonb_agg(jsonb_build_object('id', r.id, 'number', r.number, 'kind', r.kind, 'totalMinor', r.total_minor) ORDER BY r.id)
          FROM sales r WHERE r.returns_sale_id = sales.id) AS taken_back_by,
       (SELECT jsonb_agg(to_jsonb(i) ORDER BY i.line) FROM sale_items i WHERE i.sale_id = sales.id) AS items,
       (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.line) FROM payments p WHERE p.sale_id = sales.id) AS payments
     FROM sales WHERE id = ?`,
    [id],
  );
  const [row] = rows;
  if (!row) return undefined;
  return {
    ...headOf(row),
    lines: (row.items ?? []).map(itemOf),
    payments: (row.payments ?? []).map(paymentOf),
    resolution: row.resolution ?? undefined,
    returnsNumber: row.returns_number ?? undefined,
    takenBackBy: row.taken_back_by ?? [],
  };
}

/** Of each store's business day, training stores left out: count of its sales, and their sum less what came back. */
export async function dayTotals(db: Knex, days: readonly StoreDay[]): Promise<DayTotals[]> {
  const { rows } = await db.raw(
    `SELECT day.store_id AS "storeId", (count(*) FILTER (WHERE kind = 'sale'))::int AS sales,
       coalesce(sum(total_minor), 0)::bigint AS "totalMinor"
     FROM unnest(:storeIds::bigint[], :dates::date[]) AS day (store_id, business_date)
       JOIN stores ON stores.id = day.store_id AND NOT stores.training
       LEFT JOIN sales USING (store_id, business_date)
     GROUP BY day.store_id ORDER BY day.store_id`,
    { storeIds: days.map(({ storeId }) => storeId), dates: days.map(({ businessDate }) => businessDate) },
  );
  return rows;
}

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
type Row = any;

function headOf(row: Row): SaleHead {
  return {
    id: row.id,
    number: row.number,
    numberRangeId: row.number_range_id ?? undefined,
    status: row.status,
    kind: row.kind,
    returnsSaleId: row.returns_sale_id ?? undefined,
    reason: row.reason ?? undefined,
    note: row.note ?? undefined,
    storeId: row.store_id,
    registerId: row.register_id,
    shiftId: row.shift_id ?? undefined,
    userId: row.user_id,
    userName: row.user_name,
    customerId: row.customer_id ?? undefined,
    customerName: row.customer_name ?? undefined,
    customerDocument: row.customer_document ?? undefined,
    currency: row.currency,
    subtotalMinor: row.subtotal_minor,
    discountMinor: row.discount_minor,
    taxMinor: row.tax_minor,
    roundingMinor: row.rounding_minor,
    totalMinor: row.total_minor,
    paidMinor: row.paid_minor,
    changeMinor: row.change_minor,
    businessDate: row.business_date,
    createdAt: row.created_at,
  };
}

function itemOf(row: Row): SaleLine {
  return {
    line: row.line,
    productId: row.product_id,
    sku: row.sku,
    name: row.name,
    unit: row.unit,
    factorMilli: row.factor_milli,
    quantityMilli: row.quantity_milli,
    unitPriceMinor: row.unit_price_minor,
    discountMinor: row.discount_minor,
    taxRateBp: row.tax_rate_bp,
    taxMinor: row.tax_minor,
    totalMinor: row.total_minor,
    costMinor: row.cost_minor,
    taxKind: row.tax_kind,
    note: row.note ?? undefined,
    labelMinor: row.label_minor ?? undefined,
    listPriceMinor: row.list_price_minor ?? undefined,
    promotion:
      row.promotion_id === null
        ? undefined
        : { id: row.promotion_id, name: row.promotion_name, amountMinor: row.promotion_minor },
    returnsLine: row.returns_line ?? undefined,
    condition: row.condition ?? undefined,
    goods: row.goods?.map((one: Row) => ({
      productId: one.product_id,
      quantityMilli: one.quantity_milli,
      costMinor: one.cost_minor,
    })),
  };
}

function paymentOf(row: Row): Payment {
  return { method: row.method, amountMinor: row.amount_minor, reference: row.reference ?? undefined };
}
