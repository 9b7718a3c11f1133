/** SQL that posts a sale. */
import { beforeCommit } from "../../../kernel/db/before-commit.ts";
import type { Tx } from "../../../kernel/db/database.ts";
import { often } from "../../../kernel/db/often.ts";
import type { Sale } from "../domain.ts";
import { formatNumber, TRAINING_PREFIX } from "../numbering.ts";

export interface TakenNumber {
  /** of the coming sale */
  id: number;
  number: string;
  /** undefined: of a training store */
  rangeId: number | undefined;
  /** the register's open shift, held open until the transaction ends; undefined: none was seen */
  shiftId: number | undefined;
}

interface Row {
  shift_id: number | null;
  range_id: number;
  prefix: string;
  digits: number;
  number: number;
  id: number;
}

const TAKE_NUMBER = often(`WITH shift AS (
       SELECT shift_id FROM open_shifts WHERE register_id = :registerId FOR KEY SHARE
     ), chosen AS (
       SELECT id FROM number_ranges
       WHERE register_id = :registerId AND active AND (to_number IS NULL OR next_number <= to_number)
         AND (expires_on IS NULL OR expires_on >= cast(:day AS date))
         AND NOT EXISTS (SELECT FROM registers g JOIN stores s ON s.id = g.store_id WHERE g.id = :registerId AND s.training)
       ORDER BY id LIMIT 1 FOR UPDATE
     )
     UPDATE number_ranges r SET next_number = next_number + 1 FROM chosen WHERE r.id = chosen.id
     RETURNING (SELECT shift_id FROM shift) AS shift_id, r.id AS range_id, prefix, digits, next_number - 1 AS number,
       nextval(pg_get_serial_sequence('sales', 'id')) AS id`);

/**
 * The register's next number and the coming sale's id, from the first of its ranges that is neither used up nor expired on
 * that day, in a training store from the store's own series; undefined when none is left. The row stays locked until the sale is
 * committed: no gap, no double.
 */
export async function takeNumber(tx: Tx, registerId: number, day: string): Promise<TakenNumber | undefined> {
  const { rows } = await TAKE_NUMBER(tx, { registerId, day });
  const [row] = rows as Row[];
  if (!row) return takeTrainingNumber(tx, registerId);
  return {
    id: row.id,
    number: formatNumber(row, row.number),
    rangeId: row.range_id,
    shiftId: row.shift_id ?? undefined,
  };
}

/** Undefined: the register stands in no training store. */
async function takeTrainingNumber(tx: Tx, registerId: number): Promise<TakenNumber | undefined> {
  const { rows } = await tx.raw(
    `INSERT INTO training_numbers AS n (store_id, next_number)
     SELECT s.id, 2 FROM registers r JOIN stores s ON s.id = r.store_id WHERE r.id = :registerId AND s.training
     ON CONFLICT (store_id) DO UPDATE SET next_number = n.next_number + 1
     RETURNING store_id, next_number - 1 AS number, nextval(pg_get_serial_sequence('sales', 'id')) AS id`,
    { registerId },
  );
  const [row] = rows as { store_id: number; number: number; id: number }[];
  if (!row) return undefined;
  const series = { prefix: `${TRAINING_PREFIX}${row.store_id}-`, digits: 6 };
  return { id: row.id, number: formatNumber(series, row.number), rangeId: undefined, shiftId: undefined };
}

const INSERT_SALE = often(`WITH sale AS (
       INSERT INTO sales (id, number, number_range_id, status, kind, returns_sale_id, reason, note, store_id, register_id, shift_id, cart_id, user_id, user_name, customer_id, customer_name,
         customer_document, currency,
         subtotal_minor, discount_minor, tax_minor, rounding_minor, total_minor, paid_minor, change_minor, business_date, created_at)
       OVERRIDING SYSTEM VALUE
       VALUES (:id, :number, :numberRangeId, :status, :kind, :returnsSaleId, :reason, :note, :storeId, :registerId, :shiftId, :cartId, :userId, :userName, :customerId, :customerName,
         :customerDocument, :currency,
         :subtotalMinor, :discountMinor, :taxMinor, :roundingMinor, :totalMinor, :paidMinor, :changeMinor, :businessDate, :createdAt)
     ), items AS (
       INSERT INTO sale_items (sale_id, line, product_id, sku, name, unit, quantity_milli, unit_price_minor, discount_minor,
         tax_rate_bp, tax_minor, total_minor, cost_minor, tax_kind, note, label_minor, returns_line, condition, list_price_minor,
         factor_milli, goods, promotion_id, promotion_name, promotion_minor)
       SELECT :id, l.* FROM jsonb_to_recordset(:lines::jsonb) AS l (line int, product_id bigint, sku text, name text, unit text,
         quantity_milli bigint, unit_price_minor bigint, discount_minor bigint, tax_rate_bp int, tax_minor bigint,
         total_minor bigint, cost_minor bigint, tax_kind text, note text, label_minor bigint, returns_line int, condition text,
         list_price_minor bigint, factor_milli bigint, goods jsonb, promotion_id bigint, promotion_name text, promotion_minor bigint)
     ), paid AS (
       UPDATE carts SET status = 'paid', sale_id = :id, updated_at = :createdAt WHERE id = cast(:cartId AS uuid)
     )
     INSERT INTO payments (sale_id, line, method, amount_minor, reference)
     SELECT :id, p.* FROM jsonb_to_recordset(:payments::jsonb)
       AS p (line int, method text, amount_minor bigint, reference text)`);

/**
 * Head, lines and payments in one statement, and the cart they come from is paid by it. `isLast`: nothing else that names the sale
 * is written, so that it leaves with COMMIT.
 */
export async function insertSale(tx: Tx, sale: Sale, cartId: string | undefined, isLast = false): Promise<void> {
  const { lines, payments } = sale;
  const values = Object.assign({} as Record<string, unknown>, sale, {
    cartId: cartId ?? null,
    lines: JSON.stringify(lines.map(itemRow)),
    payments: JSON.stringify(
      payments.map((one, index) => ({
        line: index + 1,
        method: one.method,
        amount_minor: one.amountMinor,
        reference: one.reference ?? null,
      })),
    ),
    customerId: sale.customerId ?? null,
    customerName: sale.customerName ?? null,
    customerDocument: sale.customerDocument ?? null,
    shiftId: sale.shiftId ?? null,
    numberRangeId: sale.numberRangeId ?? null,
    returnsSaleId: sale.returnsSaleId ?? null,
    reason: sale.reason ?? null,
    note: sale.note ?? null,
  });
  if (!isLast || !beforeCommit(tx, () => INSERT_SALE.atCommit(tx, values))) await INSERT_SALE(tx, values);
}

function itemRow(one: Sale["lines"][number]) {
  return {
    line: one.line,
    product_id: one.productId,
    sku: one.sku,
    name: one.name,
    unit: one.unit,
    quantity_milli: one.quantityMilli,
    unit_price_minor: one.unitPriceMinor,
    discount_minor: one.discountMinor,
    tax_rate_bp: one.taxRateBp,
    tax_minor: one.taxMinor,
    total_minor: one.totalMinor,
    cost_minor: one.costMinor,
    tax_kind: one.taxKind,
    note: one.note,
    label_minor: one.labelMinor,
    returns_line: one.returnsLine,
    condition: one.condition,
    list_price_minor: one.listPriceMinor,
    factor_milli: one.factorMilli,
    goods: one.goods?.map(({ productId, quantityMilli, costMinor }) => ({
      product_id: productId,
      quantity_milli: quantityMilli,
      cost_minor: costMinor,
    })),
    promotion_id: one.promotion?.id,
    promotion_name: one.promotion?.name,
    promotion_minor: one.promotion?.amountMinor,
  };
}
