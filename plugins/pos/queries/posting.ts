/** The statements of one sale's transaction. */
import type { Knex } from "knex";
import type { Payment, Sale, SaleLine } from "../api.ts";
import type { Register } from "../domain.ts";

type Tx = Knex.Transaction;

/** The register of that id, else the first one. Undefined when it is unknown or closed down. */
export async function activeRegister(tx: Tx, id: number | undefined): Promise<Register | undefined> {
  const { rows } = await tx.raw(
    `SELECT id, store_id AS "storeId" FROM registers
     WHERE active AND (CAST(:id AS bigint) IS NULL OR id = :id) ORDER BY id LIMIT 1`,
    { id: id ?? null },
  );
  return rows[0];
}

/**
 * The next number of the register, and the id of the sale that will have it. The range stays locked until the end of the
 * transaction: its rollback gives the number back, so there is no gap, and two sales cannot get the same.
 */
export async function takeNumber(tx: Tx, registerId: number): Promise<{ id: number; number: string }> {
  const { rows } = await tx.raw(
    `UPDATE number_ranges SET next_number = next_number + 1 WHERE register_id = :registerId
     RETURNING nextval(pg_get_serial_sequence('sales', 'id')) AS id, prefix || (next_number - 1) AS number`,
    { registerId },
  );
  if (!rows[0]) throw new Error(`register ${registerId} has no numbers`);
  return rows[0];
}

/** Sale, lines and payments in one round trip; a cart among them becomes paid. */
export async function insertSale(tx: Tx, sale: Sale, cartId: string | undefined): Promise<void> {
  const { lines, payments, cashier, ...head } = sale;
  await tx.raw(
    `WITH sale AS (
       INSERT INTO sales (id, number, status, store_id, register_id, cart_id, user_id, user_name, customer_id, currency,
         subtotal_minor, discount_minor, tax_minor, rounding_minor, total_minor, paid_minor, change_minor,
         business_date, created_at)
       OVERRIDING SYSTEM VALUE
       VALUES (:id, :number, :status, :storeId, :registerId, :cartId, :userId, :userName, :customerId, :currency,
         :subtotalMinor, :discountMinor, :taxMinor, :roundingMinor, :totalMinor, :paidMinor, :changeMinor,
         :businessDate, :createdAt)
       RETURNING id),
     items AS (
       INSERT INTO sale_items (sale_id, line, product_id, sku, name, unit, quantity_milli, unit_price_minor,
         discount_minor, tax_rate_bp, tax_minor, total_minor, cost_minor)
       SELECT sale.id, i.line, i.product_id, i.sku, i.name, i.unit, i.quantity_milli, i.unit_price_minor,
         i.discount_minor, i.tax_rate_bp, i.tax_minor, i.total_minor, i.cost_minor
       FROM sale, json_to_recordset(CAST(:items AS json)) AS i (line int, product_id bigint, sku text, name text,
         unit text, quantity_milli bigint, unit_price_minor bigint, discount_minor bigint, tax_rate_bp int,
         tax_minor bigint, total_minor bigint, cost_minor bigint)),
     tenders AS (
       INSERT INTO payments (sale_id, line, method, amount_minor, reference)
       SELECT sale.id, p.line, p.method, p.amount_minor, p.reference
       FROM sale, json_to_recordset(CAST(:payments AS json)) AS p (line int, method text, amount_minor bigint,
         reference text))
     UPDATE carts SET status = 'paid', sale_id = :id, updated_at = now() WHERE id = CAST(:cartId AS uuid)`,
    {
      ...head,
      customerId: head.customerId ?? null,
      cartId: cartId ?? null,
      userId: cashier.id,
      userName: cashier.name,
      items: JSON.stringify(lines.map(itemRow)),
      payments: JSON.stringify(payments.map(paymentRow)),
    },
  );
}

function itemRow(line: SaleLine) {
  return {
    line: line.line,
    product_id: line.productId,
    sku: line.sku,
    name: line.name,
    unit: line.unit,
    quantity_milli: line.quantityMilli,
    unit_price_minor: line.unitPriceMinor,
    discount_minor: line.discountMinor,
    tax_rate_bp: line.taxRateBp,
    tax_minor: line.taxMinor,
    total_minor: line.totalMinor,
    cost_minor: line.costMinor,
  };
}

function paymentRow({ line, method, amountMinor, reference }: Payment) {
  return { line, method, amount_minor: amountMinor, reference: reference ?? null };
}
