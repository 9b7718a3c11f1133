/** SQL of payments that a provider takes. A state only changes from one it may follow. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Register, Seller } from "../domain.ts";
import type { Intent, IntentState, Refund } from "../payments/domain.ts";

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
type Row = any;

const SELECT = `SELECT i.id, cart_id, register_id, r.name AS register_name, i.store_id, method, provider, amount_minor, currency,
  state, reference, qr, expires_at, sale_id, tries, user_id, user_name, created_at
  FROM payment_intents i JOIN registers r ON r.id = i.register_id`;

function toIntent(row: Row): Intent {
  return {
    id: row.id,
    cartId: row.cart_id ?? undefined,
    registerId: row.register_id,
    registerName: row.register_name,
    storeId: row.store_id,
    method: row.method,
    provider: row.provider,
    amountMinor: row.amount_minor,
    currency: row.currency,
    state: row.state,
    reference: row.reference ?? undefined,
    qr: row.qr ?? undefined,
    expiresAt: row.expires_at,
    saleId: row.sale_id ?? undefined,
    tries: row.tries,
    userId: row.user_id,
    userName: row.user_name,
    createdAt: row.created_at,
  };
}

export interface NewIntent {
  id: string;
  cartId: string | undefined;
  register: Register;
  method: string;
  provider: string;
  amountMinor: number;
  currency: string;
  expiresAt: Date;
  seller: Seller;
  now: Date;
}

export async function insertIntent(tx: Tx, intent: NewIntent): Promise<void> {
  const { register, seller, cartId, ...rest } = intent;
  await tx.raw(
    `INSERT INTO payment_intents (id, cart_id, register_id, store_id, method, provider, amount_minor, currency, expires_at, next_ask_at,
       user_id, user_name, created_at, updated_at)
     VALUES (:id, :cartId, :registerId, :storeId, :method, :provider, :amountMinor, :currency, :expiresAt, :now, :userId, :userName,
       :now, :now)`,
    {
      ...rest,
      cartId: cartId ?? null,
      registerId: register.id,
      storeId: register.storeId,
      userId: seller.id,
      userName: seller.fullName,
    },
  );
}

/** Held until the transaction ends: a cart is not paid while a payment of it is begun. False: it is paid, or none. */
export async function holdOpenCart(tx: Tx, cartId: string): Promise<boolean> {
  const { rowCount } = await tx.raw("SELECT FROM carts WHERE id = ? AND status = 'open' FOR UPDATE", [cartId]);
  return rowCount === 1;
}

export async function findIntent(db: Knex, id: string): Promise<Intent | undefined> {
  const { rows } = await db.raw(`${SELECT} WHERE i.id = ?`, [id]);
  return rows[0] && toIntent(rows[0]);
}

/** Of a cart, oldest first. With `lock`, nobody changes them until the transaction ends. */
export async function intentsOfCart(db: Knex, cartId: string, lock = false): Promise<Intent[]> {
  const { rows } = await db.raw(
    `${SELECT} WHERE cart_id = ? AND state IN ('new', 'pending', 'approved') ORDER BY created_at, i.id ${lock ? "FOR UPDATE OF i" : ""}`,
    [cartId],
  );
  return rows.map(toIntent);
}

export async function lockIntents(tx: Tx, ids: readonly string[]): Promise<Intent[]> {
  const { rows } = await tx.raw(`${SELECT} WHERE i.id = ANY(:ids::uuid[]) ORDER BY i.id FOR UPDATE OF i`, {
    ids: [...ids],
  });
  return rows.map(toIntent);
}

/** Those that keep a shift from being closed. */
export async function unsettledAt(db: Knex, registerId: number): Promise<number> {
  const { rows } = await db.raw(
    "SELECT count(*)::int AS n FROM payment_intents WHERE register_id = ? AND state IN ('new', 'pending', 'approved')",
    [registerId],
  );
  return rows[0].n;
}

/** Unsettled ones first, then the newest. */
export async function listIntents(db: Knex, storeIds: readonly number[], limit: number): Promise<Intent[]> {
  // in two parts: those that are settled have an index by time, and the others are few
  const { rows } = await db.raw(
    `SELECT * FROM (
       (${SELECT} WHERE i.store_id = ANY(:storeIds::bigint[]) AND state IN ('new', 'pending', 'approved')
          ORDER BY created_at DESC, i.id LIMIT :limit)
       UNION ALL
       (${SELECT} WHERE i.store_id = ANY(:storeIds::bigint[]) AND state NOT IN ('new', 'pending', 'approved')
          ORDER BY created_at DESC, i.id LIMIT :limit)
     ) AS intents ORDER BY state IN ('new', 'pending', 'approved') DESC, created_at DESC, id LIMIT :limit`,
    { storeIds: [...storeIds], limit },
  );
  return rows.map(toIntent);
}

/** False: it was none of these any more. `nextAskAt` undefined: the provider is not asked again. */
export async function moveIntent(
  db: Knex,
  id: string,
  from: readonly IntentState[],
  to: {
    state: IntentState;
    saleId?: number | undefined;
    reference?: string | undefined;
    qr?: string | undefined;
    expiresAt?: Date | undefined;
    nextAskAt: Date | undefined;
    now: Date;
  },
): Promise<boolean> {
  const { state, saleId, reference, qr, expiresAt, nextAskAt, now } = to;
  const { rowCount } = await db.raw(
    `UPDATE payment_intents SET state = :state, sale_id = cast(:saleId AS bigint), reference = coalesce(:reference, reference),
       qr = coalesce(:qr, qr), expires_at = coalesce(cast(:expiresAt AS timestamptz), expires_at),
       next_ask_at = cast(:nextAskAt AS timestamptz), updated_at = :now
     WHERE id = :id AND state = ANY(:from::text[])`,
    {
      id,
      from: [...from],
      state,
      saleId: saleId ?? null,
      reference: reference ?? null,
      qr: qr ?? null,
      expiresAt: expiresAt ?? null,
      nextAskAt: nextAskAt ?? null,
      now,
    },
  );
  return rowCount === 1;
}

/** The one whose turn it is, out of everybody's reach until `leaseUntil`. */
export async function claimDueIntent(tx: Tx, now: Date, leaseUntil: Date): Promise<Intent | undefined> {
  const { rows } = await tx.raw(
    `UPDATE payment_intents SET next_ask_at = :leaseUntil, tries = tries + 1
     WHERE id = (SELECT id FROM payment_intents WHERE next_ask_at <= :now ORDER BY next_ask_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING id`,
    { now, leaseUntil },
  );
  return rows[0] && findIntent(tx, rows[0].id);
}

export async function insertRefund(
  tx: Tx,
  refund: { id: string; intentId: string; saleId: number | undefined; amountMinor: number; now: Date },
): Promise<void> {
  await tx.raw(
    `INSERT INTO provider_refunds (id, intent_id, sale_id, amount_minor, next_try_at, created_at)
     VALUES (:id, :intentId, :saleId, :amountMinor, :now, :now)`,
    { ...refund, saleId: refund.saleId ?? null },
  );
}

/** What each payment of a sale still holds of the provider's money. */
export async function heldBySale(tx: Tx, saleId: number): Promise<{ id: string; method: string; minor: number }[]> {
  const { rows } = await tx.raw(
    `SELECT i.id, i.method, i.amount_minor - coalesce((SELECT sum(amount_minor) FROM provider_refunds WHERE intent_id = i.id), 0)::bigint
       AS minor
     FROM payment_intents i WHERE i.sale_id = ? ORDER BY i.created_at, i.id FOR UPDATE`,
    [saleId],
  );
  return rows;
}

export async function claimDueRefund(tx: Tx, now: Date, leaseUntil: Date): Promise<Refund | undefined> {
  const { rows } = await tx.raw(
    `UPDATE provider_refunds f SET next_try_at = :leaseUntil, tries = f.tries + 1
     FROM payment_intents i
     WHERE i.id = f.intent_id AND f.id = (SELECT id FROM provider_refunds WHERE state = 'queued' AND next_try_at <= :now
       ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING f.id, f.intent_id, i.provider, f.amount_minor, i.currency, f.tries`,
    { now, leaseUntil },
  );
  const [row] = rows as Row[];
  return (
    row && {
      id: row.id,
      intentId: row.intent_id,
      provider: row.provider,
      amountMinor: row.amount_minor,
      currency: row.currency,
      tries: row.tries,
    }
  );
}

export async function settleRefund(db: Knex, id: string, error: string | undefined, nextTryAt: Date): Promise<void> {
  await db.raw("UPDATE provider_refunds SET state = :state, error = :error, next_try_at = :nextTryAt WHERE id = :id", {
    id,
    state: error === undefined ? "done" : "queued",
    error: error ?? null,
    nextTryAt,
  });
}

/** Refunds that the provider has not confirmed. */
export async function waitingRefunds(
  db: Knex,
  storeIds: readonly number[],
): Promise<
  {
    intentId: string;
    storeId: number;
    amountMinor: number;
    currency: string;
    error: string | undefined;
    createdAt: Date;
  }[]
> {
  const { rows } = await db.raw(
    `SELECT f.intent_id, i.store_id, f.amount_minor, i.currency, f.error, f.created_at
     FROM provider_refunds f JOIN payment_intents i ON i.id = f.intent_id WHERE f.state = 'queued' AND i.store_id = ANY(:storeIds::bigint[])
     ORDER BY f.created_at LIMIT 100`,
    { storeIds: [...storeIds] },
  );
  return rows.map((row: Row) => ({
    intentId: row.intent_id,
    storeId: row.store_id,
    amountMinor: row.amount_minor,
    currency: row.currency,
    error: row.error ?? undefined,
    createdAt: row.created_at,
  }));
}
