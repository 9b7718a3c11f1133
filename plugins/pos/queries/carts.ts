/**
 * Carts. Every change goes through the cart's row, so that scans, corrections and the payment of one cart take turns.
 * Each function is one statement, and so its own transaction when it is given the pool.
 */
import type { Knex } from "knex";
import { MONEY_LIMIT, QUANTITY_LIMIT } from "../../../kernel/input.ts";
import type { Cart, CartLine, Cashier, OpenCart } from "../domain.ts";

const LINE = `l.line, l.product_id AS "productId", l.sku, l.name, l.unit, l.quantity_milli AS "quantityMilli",
  l.unit_price_minor AS "unitPriceMinor", l.tax_rate_bp AS "taxRateBp"`;

/** minor units times thousandths */
const LARGEST_LINE = MONEY_LIMIT * 1000;

export type NewLine = Omit<CartLine, "line"> & { countsUp: boolean };

/**
 * Makes the cart at its first scan, then adds a line, or counts up the line of the same product at the same price and tax.
 * Undefined when nothing was written: the cart is somebody else's, paid or full, or the line would grow too large.
 */
export async function addLine(
  db: Knex,
  cartId: string,
  cashier: Cashier,
  added: NewLine,
  mostLines: number,
): Promise<number | undefined> {
  const { rows } = await db.raw(
    `WITH cart AS (
       INSERT INTO carts (id, register_id, user_id, user_name)
       SELECT CAST(:cartId AS uuid), first.id, :userId, :userName
       FROM (SELECT id FROM registers WHERE active ORDER BY id LIMIT 1) AS first
       ON CONFLICT (id) DO UPDATE SET scans = carts.scans + 1, updated_at = now()
         WHERE carts.user_id = excluded.user_id AND carts.status = 'open'
       RETURNING id, scans)
     INSERT INTO cart_lines AS held (cart_id, line, product_id, sku, name, unit, quantity_milli, unit_price_minor,
       tax_rate_bp, counts_up, touched)
     SELECT cart.id, cart.scans, :productId, :sku, :name, :unit, :quantityMilli, :unitPriceMinor, :taxRateBp, :countsUp,
       cart.scans
     FROM cart
     WHERE (SELECT count(*) FROM cart_lines WHERE cart_id = :cartId) < :mostLines
       OR (:countsUp AND EXISTS (
         SELECT 1 FROM cart_lines WHERE cart_id = :cartId AND product_id = :productId
           AND unit_price_minor = :unitPriceMinor AND tax_rate_bp = :taxRateBp AND counts_up))
     ON CONFLICT (cart_id, product_id, unit_price_minor, tax_rate_bp) WHERE counts_up
       DO UPDATE SET quantity_milli = held.quantity_milli + excluded.quantity_milli, touched = excluded.touched
       WHERE held.quantity_milli + excluded.quantity_milli <= ${QUANTITY_LIMIT}
         AND CAST(held.unit_price_minor AS numeric) * (held.quantity_milli + excluded.quantity_milli) <= ${LARGEST_LINE}
     RETURNING line`,
    { cartId, userId: cashier.id, userName: cashier.fullName, mostLines, ...added },
  );
  return rows[0]?.line;
}

/** False when nothing was written: no such cart or line of this person, or the line would grow too large. */
export async function setQuantity(
  db: Knex,
  cartId: string,
  userId: number,
  line: number,
  quantityMilli: number,
): Promise<boolean> {
  const { rows } = await db.raw(
    `WITH cart AS (
       UPDATE carts SET updated_at = now() WHERE id = :cartId AND user_id = :userId AND status = 'open' RETURNING id)
     UPDATE cart_lines l SET quantity_milli = :quantityMilli FROM cart
     WHERE l.cart_id = cart.id AND l.line = :line
       AND l.unit_price_minor * CAST(:quantityMilli AS numeric) <= ${LARGEST_LINE}
     RETURNING l.line`,
    { cartId, userId, line, quantityMilli },
  );
  return rows.length > 0;
}

export async function removeLine(db: Knex, cartId: string, userId: number, line: number): Promise<boolean> {
  const { rows } = await db.raw(
    `WITH cart AS (
       UPDATE carts SET updated_at = now() WHERE id = :cartId AND user_id = :userId AND status = 'open' RETURNING id)
     DELETE FROM cart_lines l USING cart WHERE l.cart_id = cart.id AND l.line = :line RETURNING l.line`,
    { cartId, userId, line },
  );
  return rows.length > 0;
}

type HeadRow = { userId: number; saleId: number | null; number: string | null };
type CartRow = HeadRow & (CartLine | { line: null });

/** With whose it is; undefined before the first scan. */
export async function cartById(db: Knex, cartId: string): Promise<(Cart & { userId: number }) | undefined> {
  const { rows } = await db.raw<{ rows: CartRow[] }>(
    `SELECT c.user_id AS "userId", c.sale_id AS "saleId", s.number, ${LINE}
     FROM carts c LEFT JOIN sales s ON s.id = c.sale_id LEFT JOIN cart_lines l ON l.cart_id = c.id
     WHERE c.id = :cartId ORDER BY l.touched DESC, l.line DESC`,
    { cartId },
  );
  const [first] = rows;
  if (!first) return undefined;
  const { userId, saleId, number } = first;
  const paid = saleId === null || number === null ? undefined : { saleId, number };
  return { id: cartId, userId, paid, lines: rows.flatMap((row) => (row.line === null ? [] : [lineOf(row)])) };
}

function lineOf({ line, productId, sku, name, unit, quantityMilli, unitPriceMinor, taxRateBp }: CartLine): CartLine {
  return { line, productId, sku, name, unit, quantityMilli, unitPriceMinor, taxRateBp };
}

/** The cart with lines that this person touched last at the register. */
export async function latestCart(db: Knex, userId: number): Promise<string | undefined> {
  const [latest] = await openCarts(db, userId, undefined, 1);
  return latest?.id;
}

/** Carts of this person with lines, last touched first. */
export async function openCarts(
  db: Knex,
  userId: number,
  except: string | undefined,
  limit: number,
): Promise<OpenCart[]> {
  const { rows } = await db.raw(
    `SELECT c.id, held.lines, c.updated_at AS "updatedAt"
     FROM carts c
     CROSS JOIN LATERAL (SELECT count(*) AS lines FROM cart_lines l WHERE l.cart_id = c.id) AS held
     WHERE c.user_id = :userId AND c.status = 'open' AND c.id IS DISTINCT FROM CAST(:except AS uuid) AND held.lines > 0
       AND c.register_id = (SELECT id FROM registers WHERE active ORDER BY id LIMIT 1)
     ORDER BY c.updated_at DESC, c.id LIMIT :limit`,
    { userId, except: except ?? null, limit },
  );
  return rows;
}

export interface LockedCart {
  paid: { saleId: number; number: string } | undefined;
  register: { id: number; storeId: number };
  /** in the order of the first scan */
  lines: CartLine[];
}

/**
 * Holds the cart until the transaction ends. Two statements on purpose: the second sees what the last scan wrote while
 * this one waited for its lock.
 */
export async function lockCart(tx: Knex.Transaction, cartId: string, userId: number): Promise<LockedCart | undefined> {
  const { rows } = await tx.raw(
    `SELECT c.sale_id AS "saleId", (SELECT s.number FROM sales s WHERE s.id = c.sale_id) AS number,
       r.id AS "registerId", r.store_id AS "storeId"
     FROM carts c JOIN registers r ON r.id = c.register_id
     WHERE c.id = :cartId AND c.user_id = :userId FOR UPDATE OF c`,
    { cartId, userId },
  );
  const [cart] = rows;
  if (!cart) return undefined;
  const { rows: lines } = await tx.raw(`SELECT ${LINE} FROM cart_lines l WHERE l.cart_id = :cartId ORDER BY l.line`, {
    cartId,
  });
  const { saleId, number, registerId, storeId } = cart;
  return {
    paid: saleId === null ? undefined : { saleId, number },
    register: { id: registerId, storeId },
    lines,
  };
}
