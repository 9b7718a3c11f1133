/** SQL of carts and registers. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { often, oftenRead } from "../../../kernel/db/often.ts";
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
  factor_milli: number;
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
  register: Register | null;
  awaits_payment: boolean;
  promoted: boolean;
  user_id: number;
  status: "open" | "paid";
  sale_id: number | null;
  note: string | null;
  customer_id: number | null;
  customer_name: string | null;
  customer_document: string | null;
  customer_group_id: number | null;
  customer_group_name: string | null;
  name: string | null;
  /** newest first; null when there are none */
  lines: LineRow[] | null;
}

export interface Choice {
  chosen: number | undefined;
  storeIds: readonly number[];
}

/** The id of the chosen one when it is in use in one of the stores, else of the first that is. */
export const REGISTER_TO_USE = `SELECT id FROM registers WHERE active AND store_id = ANY(:storeIds::bigint[])
  ORDER BY (id = cast(:chosen AS bigint)) IS TRUE DESC, id LIMIT 1`;

/** That one when it is in use there, else the first that is. */
export async function registerToUse(db: Knex, { chosen, storeIds }: Choice): Promise<Register | undefined> {
  const { rows } = await db.raw(`SELECT id, store_id, name FROM registers WHERE id = (${REGISTER_TO_USE})`, {
    chosen: chosen ?? null,
    storeIds: [...storeIds],
  });
  return rows[0] && { id: rows[0].id, storeId: rows[0].store_id, name: rows[0].name };
}

/** The person's open carts at registers of the same store that are out of use go on at this one. */
export async function moveStranded(db: Knex, userId: number, registerId: number): Promise<void> {
  await db.raw(
    `UPDATE carts c SET register_id = :registerId FROM registers was, registers now
     WHERE c.user_id = :userId AND c.status = 'open' AND c.parked_at IS NULL AND was.id = c.register_id AND NOT was.active
       AND now.id = :registerId AND now.store_id = was.store_id`,
    { userId, registerId },
  );
}

const REGISTER_BY_ID =
  oftenRead(`SELECT r.id, r.store_id, r.name FROM registers r JOIN stores s ON s.id = r.store_id AND s.active
   WHERE r.active AND r.id = :id`);

export async function registerById(db: Knex, id: number): Promise<Register | undefined> {
  const { rows } = await REGISTER_BY_ID(db, { id });
  return rows[0] && { id: rows[0].id, storeId: rows[0].store_id, name: rows[0].name };
}

/** A cart, and where it would stand and whose it would be if nobody made it yet. */
export interface Placed {
  id: string;
  seller: Seller;
  till: Choice;
  now: Date;
}

/** For the statements that make a cart where it would stand. */
export const placing = ({ id, seller, till, now }: Placed) => ({
  id,
  chosen: till.chosen ?? null,
  storeIds: [...till.storeIds],
  userId: seller.id,
  userName: seller.fullName,
  now,
});

const ADD_LINE = often(`WITH cart AS (
     INSERT INTO carts (id, register_id, user_id, user_name, created_at, updated_at)
     SELECT :id, register.id, :userId::bigint, :userName, :now::timestamptz, :now::timestamptz FROM (${REGISTER_TO_USE}) register
     ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, next_line = carts.next_line + 1
       WHERE carts.user_id = excluded.user_id AND carts.status = 'open'
     RETURNING id, next_line - 1 AS line, customer_group_id
   )
   INSERT INTO cart_lines (cart_id, line, product_id, sku, name, unit, factor_milli, quantity_milli, unit_price_minor, tax_rate_bp,
     tax_kind, label_minor)
   SELECT cart.id, cart.line, :productId::bigint, :sku, :name, :unit, :factorMilli::bigint, :quantityMilli::bigint, :unitPriceMinor::bigint,
     :taxRateBp::int, :taxKind, :labelMinor::bigint
   FROM cart
   WHERE (SELECT price_list_id FROM customer_group_price_lists g WHERE g.group_id = cart.customer_group_id)
       IS NOT DISTINCT FROM :priceListId::bigint
     AND ((SELECT count(*) FROM cart_lines WHERE cart_id = :id) < :limit
      OR (:labelMinor::bigint IS NULL AND EXISTS (SELECT FROM cart_lines WHERE cart_id = :id AND product_id = :productId)))
   ON CONFLICT (cart_id, product_id, unit, factor_milli, unit_price_minor, tax_rate_bp, tax_kind) WHERE note IS NULL AND label_minor IS NULL
     DO UPDATE SET quantity_milli = cart_lines.quantity_milli + excluded.quantity_milli, line = excluded.line
   RETURNING line`);

/**
 * Adds to the line of the same product in the same unit at the same price, or a new line; makes the cart on its first scan. One statement:
 * the cart's row is locked by it, so scans of one cart follow each other; a new cart
 * stands at that register, or at the first in use. False: not this person's, paid, full, there is no register, or the cart's
 * customer pays by another list than `priceListId`, by which the line was priced.
 */
export async function addLine(
  db: Knex,
  cart: Placed,
  line: NewLine,
  priceListId: number | undefined,
): Promise<boolean> {
  const { labelMinor, ...lineValues } = line;
  const { rows } = await ADD_LINE(db, {
    limit: LINE_LIMIT,
    labelMinor: labelMinor ?? null,
    priceListId: priceListId ?? null,
    ...placing(cart),
    ...lineValues,
  });
  return rows.length > 0;
}

/** Nobody scans into the cart, nor gives it a customer, until the transaction ends; one that nobody made yet is made. */
export async function holdCart(tx: Tx, cart: Placed): Promise<void> {
  await tx.raw(
    `INSERT INTO carts (id, register_id, user_id, user_name, created_at, updated_at)
     SELECT :id, register.id, :userId::bigint, :userName, :now::timestamptz, :now::timestamptz FROM (${REGISTER_TO_USE}) register
     ON CONFLICT (id) DO NOTHING`,
    placing(cart),
  );
  await tx.raw("SELECT FROM carts WHERE id = ? FOR UPDATE", [cart.id]);
}

const READ_CART =
  oftenRead(`SELECT register_id, user_id, status, sale_id, discount_kind, discount_value, discount_allowed_minor, note, customer_id,
     customer_name, customer_document, customer_group_id, customer_group_name, name,
     (SELECT jsonb_build_object('id', r.id, 'storeId', r.store_id, 'name', r.name) FROM registers r
        JOIN stores s ON s.id = r.store_id AND s.active
        WHERE r.id = carts.register_id AND r.active) AS register,
     EXISTS (SELECT FROM payment_intents WHERE cart_id = carts.id AND state IN ('new', 'pending', 'approved')) AS awaits_payment,
     EXISTS (SELECT FROM promotions WHERE ended_at IS NULL) AS promoted,
     (SELECT jsonb_agg(to_jsonb(l) ORDER BY l.line DESC) FROM cart_lines l WHERE l.cart_id = carts.id) AS lines
   FROM carts WHERE id = :id`);

/**
 * In one round trip. With `lock`, nobody else changes the cart until the transaction ends: that takes one more, since whoever
 * waited for the lock must look again to see the lines that came meanwhile.
 */
export async function readCart(db: Knex, id: string, lock = false): Promise<Cart | undefined> {
  if (lock) await db.raw("SELECT FROM carts WHERE id = ? FOR UPDATE", [id]);
  const { rows } = await READ_CART(db, { id });
  const [row] = rows as CartRow[];
  if (!row) return undefined;
  return {
    id,
    registerId: row.register_id,
    register: row.register ?? undefined,
    userId: row.user_id,
    status: row.status,
    saleId: row.sale_id ?? undefined,
    discount: discountFrom(row),
    note: row.note ?? undefined,
    customer: customerFrom(row),
    parkedAs: row.name ?? undefined,
    awaitsPayment: row.awaits_payment,
    promoted: row.promoted,
    lines: (row.lines ?? []).map(lineOf),
  };
}

function customerFrom(row: CartRow) {
  const { customer_id: id, customer_name: name, customer_document: document } = row;
  if (id === null || name === null) return undefined;
  const { customer_group_id: groupId, customer_group_name: groupName } = row;
  const group = groupId === null || groupName === null ? undefined : { id: groupId, name: groupName };
  return { id, name, document: document ?? undefined, group };
}

function lineOf(row: LineRow): CartLine {
  return {
    line: row.line,
    productId: row.product_id,
    sku: row.sku,
    name: row.name,
    unit: row.unit,
    factorMilli: row.factor_milli,
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

export interface Standing {
  register: Register;
  /** count of sales put aside at it */
  parked: number;
  /** the person's open carts there with something in them, last used first */
  open: { id: string; lines: number }[];
}

const STANDING_AT = oftenRead(`SELECT r.id, r.store_id, r.name,
     (SELECT count(*)::int FROM carts WHERE register_id = r.id AND parked_at IS NOT NULL AND status = 'open') AS parked,
     (SELECT jsonb_agg(jsonb_build_object('id', o.id, 'lines', (SELECT count(*) FROM cart_lines WHERE cart_id = o.id))
        ORDER BY o.updated_at DESC) FROM (
        -- the newest first and then their lines: however many somebody left open
        SELECT c.id, c.updated_at FROM carts c
        WHERE c.user_id = :userId AND c.register_id = r.id AND c.status = 'open' AND c.parked_at IS NULL
          AND EXISTS (SELECT FROM cart_lines WHERE cart_id = c.id)
        ORDER BY c.updated_at DESC LIMIT 20) o) AS open
   FROM registers r WHERE r.id = (${REGISTER_TO_USE})`);

/** What a person finds at that register, or at the first in use when it is none, in one round trip. */
export async function standingAt(
  db: Knex,
  userId: number,
  { chosen, storeIds }: Choice,
): Promise<Standing | undefined> {
  const { rows } = await STANDING_AT(db, { userId, chosen: chosen ?? null, storeIds: [...storeIds] });
  const [row] = rows;
  if (!row) return undefined;
  return { register: { id: row.id, storeId: row.store_id, name: row.name }, parked: row.parked, open: row.open ?? [] };
}
