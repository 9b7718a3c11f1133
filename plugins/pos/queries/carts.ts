/** SQL of carts and registers. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Cart, CartLine, Register, Seller, TaxKind } from "../domain.ts";
import type { Discount } from "../pricing.ts";

/** A cart has at most this many lines. */
export const LINE_LIMIT = 500;

type NewLine = Omit<CartLine, "line" | "listPriceMinor" | "discount" | "note">;
interface LineRow {
  line: number;
  product_id: number;
  sku: string;
  name: string;
  unit: string;
  quantity_milli: number;
  unit_price_minor: number;
  tax_rate_bp: number;
  tax_kind: TaxKind;
  note: string | null;
  label_minor: number | null;
  list_price_minor: number | null;
  discount_kind: Discount["kind"] | null;
  discount_value: number | null;
  discount_allowed_minor: number | null;
}

type DiscountRow = Pick<LineRow, "discount_kind" | "discount_value" | "discount_allowed_minor">;

interface CartRow extends DiscountRow {
  register_id: number;
  user_id: number;
  status: "open" | "paid";
  sale_id: number | null;
  note: string | null;
  customer_id: number | null;
  customer_name: string | null;
  customer_document: string | null;
  name: string | null;
}

export interface Choice {
  chosen: number | undefined;
  storeIds: readonly number[];
}

/** The id of the chosen one when it is in use in one of the stores, else of the first that is. */
const REGISTER_TO_USE = `SELECT id FROM registers WHERE active AND store_id = ANY(:storeIds::bigint[])
  ORDER BY (id = cast(:chosen AS bigint)) IS TRUE DESC, id LIMIT 1`;

/** That one when it is in use there, else the first that is. */
export async function registerToUse(db: Knex, { chosen, storeIds }: Choice): Promise<Register | undefined> {
  const { rows } = await db.raw(`SELECT id, store_id, name FROM registers WHERE id = (${REGISTER_TO_USE})`, {
    chosen: chosen ?? null,
    storeIds: [...storeIds],
  });
  return rows[0] && { id: rows[0].id, storeId: rows[0].store_id, name: rows[0].name };
}

export async function registerById(db: Knex, id: number): Promise<Register | undefined> {
  const { rows } = await db.raw("SELECT id, store_id, name FROM registers WHERE active AND id = ?", [id]);
  return rows[0] && { id: rows[0].id, storeId: rows[0].store_id, name: rows[0].name };
}

/**
 * Adds to the line of the same product at the same price, or a new line; makes the cart on its first scan. One statement:
 * the cart's row is locked by it, so scans of one cart follow each other; a new cart
 * stands at that register, or at the first in use. False: not this person's, paid, full, or there is no register.
 */
export async function addLine(
  db: Knex,
  cart: { id: string; seller: Seller; till: Choice; now: Date },
  line: NewLine,
): Promise<boolean> {
  const { rows } = await db.raw(
    `WITH cart AS (
       INSERT INTO carts (id, register_id, user_id, user_name, created_at, updated_at)
       SELECT :id, register.id, :userId::bigint, :userName, :now::timestamptz, :now::timestamptz FROM (${REGISTER_TO_USE}) register
       ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, next_line = carts.next_line + 1
         WHERE carts.user_id = excluded.user_id AND carts.status = 'open'
       RETURNING id, next_line - 1 AS line
     )
     INSERT INTO cart_lines (cart_id, line, product_id, sku, name, unit, quantity_milli, unit_price_minor, tax_rate_bp,
       tax_kind, label_minor)
     SELECT cart.id, cart.line, :productId::bigint, :sku, :name, :unit, :quantityMilli::bigint, :unitPriceMinor::bigint,
       :taxRateBp::int, :taxKind, :labelMinor::bigint
     FROM cart
     WHERE (SELECT count(*) FROM cart_lines WHERE cart_id = :id) < :limit
        OR (:labelMinor::bigint IS NULL AND EXISTS (SELECT FROM cart_lines WHERE cart_id = :id AND product_id = :productId))
     ON CONFLICT (cart_id, product_id, unit_price_minor, tax_rate_bp, tax_kind) WHERE note IS NULL AND label_minor IS NULL
       DO UPDATE SET quantity_milli = cart_lines.quantity_milli + excluded.quantity_milli, line = excluded.line
     RETURNING line`,
    {
      id: cart.id,
      chosen: cart.till.chosen ?? null,
      storeIds: [...cart.till.storeIds],
      userId: cart.seller.id,
      userName: cart.seller.fullName,
      now: cart.now,
      limit: LINE_LIMIT,
      ...line,
      labelMinor: line.labelMinor ?? null,
    },
  );
  return rows.length > 0;
}

/** With `lock`, nobody else changes the cart until the transaction ends. */
export async function readCart(db: Knex, id: string, lock = false): Promise<Cart | undefined> {
  const { rows } = await db.raw(
    `SELECT register_id, user_id, status, sale_id, discount_kind, discount_value, discount_allowed_minor, note, customer_id,
       customer_name, customer_document, name FROM carts
     WHERE id = ? ${lock ? "FOR UPDATE" : ""}`,
    [id],
  );
  const [row] = rows as CartRow[];
  if (!row) return undefined;
  const lines = await db.raw(
    `SELECT line, product_id, sku, name, unit, quantity_milli, unit_price_minor, tax_rate_bp, tax_kind, note, label_minor, list_price_minor,
       discount_kind, discount_value, discount_allowed_minor
     FROM cart_lines WHERE cart_id = ? ORDER BY line DESC`,
    [id],
  );
  return {
    id,
    registerId: row.register_id,
    userId: row.user_id,
    status: row.status,
    saleId: row.sale_id ?? undefined,
    discount: discountFrom(row),
    note: row.note ?? undefined,
    customer: customerFrom(row),
    parkedAs: row.name ?? undefined,
    lines: (lines.rows as LineRow[]).map(lineOf),
  };
}

function customerFrom({ customer_id: id, customer_name: name, customer_document: document }: CartRow) {
  return id === null || name === null ? undefined : { id, name, document: document ?? undefined };
}

function lineOf(row: LineRow): CartLine {
  return {
    line: row.line,
    productId: row.product_id,
    sku: row.sku,
    name: row.name,
    unit: row.unit,
    quantityMilli: row.quantity_milli,
    unitPriceMinor: row.unit_price_minor,
    taxRateBp: row.tax_rate_bp,
    taxKind: row.tax_kind,
    note: row.note || undefined,
    labelMinor: row.label_minor ?? undefined,
    listPriceMinor: row.list_price_minor ?? undefined,
    discount: discountFrom(row),
  };
}

function discountFrom(row: DiscountRow): Discount | undefined {
  const { discount_kind: kind, discount_value: value } = row;
  if (kind === null || value === null) return undefined;
  const allowed = row.discount_allowed_minor === null ? {} : { allowedMinor: row.discount_allowed_minor };
  return kind === "percent" ? { kind, bp: value, ...allowed } : { kind, minor: value, ...allowed };
}

export interface LineKey {
  cart: string;
  line: number;
  userId: number;
}

/**
 * Changes a line of an open cart of this person; false when there is none. Locks the cart's row as a payment does, so that
 * a change is either in what is paid or refused.
 */
export async function setQuantity(
  db: Knex,
  key: LineKey,
  quantityMilli: number,
  mayChangePrice: boolean,
): Promise<boolean> {
  const { rowCount } = await db.raw(
    `WITH cart AS (SELECT id FROM carts WHERE id = :cart AND user_id = :userId AND status = 'open' FOR UPDATE)
     UPDATE cart_lines SET quantity_milli = :quantityMilli FROM cart WHERE cart_id = cart.id AND line = :line AND label_minor IS NULL
       -- a price that somebody approved was approved for so many
       AND (list_price_minor IS NULL OR :quantityMilli <= quantity_milli OR :mayChangePrice)`,
    { ...key, quantityMilli, mayChangePrice },
  );
  return rowCount > 0;
}

export async function removeLine(db: Knex, key: LineKey): Promise<boolean> {
  const { rowCount } = await db.raw(
    `WITH cart AS (SELECT id FROM carts WHERE id = :cart AND user_id = :userId AND status = 'open' FOR UPDATE)
     DELETE FROM cart_lines USING cart WHERE cart_id = cart.id AND line = :line`,
    { ...key },
  );
  return rowCount > 0;
}

/** The person's open carts with something in them, last used first. */
export async function openCarts(
  db: Knex,
  userId: number,
  registerId: number,
): Promise<{ id: string; lines: number }[]> {
  const { rows } = await db.raw(
    `SELECT c.id, count(*)::int AS lines FROM carts c JOIN cart_lines l ON l.cart_id = c.id
     WHERE c.user_id = ? AND c.register_id = ? AND c.status = 'open' AND c.parked_at IS NULL
     GROUP BY c.id, c.updated_at ORDER BY c.updated_at DESC LIMIT 20`,
    [userId, registerId],
  );
  return rows;
}

export async function markPaid(tx: Tx, id: string, saleId: number, now: Date): Promise<void> {
  await tx.raw("UPDATE carts SET status = 'paid', sale_id = ?, updated_at = ? WHERE id = ?", [saleId, now, id]);
}
