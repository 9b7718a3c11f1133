/** SQL of notes on carts and of carts put aside. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Seller } from "../domain.ts";

/** Undefined: no such open cart, or line, of this person. An emptied note of a line stays one, so that it joins no other. */
export async function setNote(
  tx: Tx,
  target: { cart: string; line: number | undefined; userId: number },
  note: string | undefined,
): Promise<boolean> {
  const { cart, line, userId } = target;
  if (line === undefined) {
    const { rowCount } = await tx.raw("UPDATE carts SET note = ? WHERE id = ? AND user_id = ? AND status = 'open'", [
      note ?? null,
      cart,
      userId,
    ]);
    return rowCount === 1;
  }
  const { rowCount } = await tx.raw(
    `WITH cart AS (SELECT id FROM carts WHERE id = :cart AND user_id = :userId AND status = 'open' FOR UPDATE)
     UPDATE cart_lines SET note = CASE WHEN note IS NULL THEN :note ELSE coalesce(:note, '') END
     FROM cart WHERE cart_id = cart.id AND line = :line`,
    { cart, line, userId, note: note ?? null },
  );
  return rowCount === 1;
}

/** False: nothing to put aside there of this person. */
export async function parkCart(
  tx: Tx,
  { cart, userId, name, now }: { cart: string; userId: number; name: string; now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `UPDATE carts SET name = :name, parked_at = :now WHERE id = :cart AND user_id = :userId AND status = 'open'
       AND EXISTS (SELECT FROM cart_lines WHERE cart_id = :cart)`,
    { cart, userId, name, now },
  );
  return rowCount === 1;
}

/** It becomes this person's. False: somebody else was faster, or it is another register's. */
export async function resumeCart(
  tx: Tx,
  { cart, registerId, seller, now }: { cart: string; registerId: number; seller: Seller; now: Date },
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `UPDATE carts SET name = NULL, parked_at = NULL, user_id = :userId, user_name = :userName, updated_at = :now
     WHERE id = :cart AND register_id = :registerId AND status = 'open' AND parked_at IS NOT NULL`,
    { cart, registerId, userId: seller.id, userName: seller.fullName, now },
  );
  return rowCount === 1;
}

export async function deleteParked(tx: Tx, cart: string, registerId: number): Promise<boolean> {
  const { rowCount } = await tx.raw(
    "DELETE FROM carts WHERE id = ? AND register_id = ? AND status = 'open' AND parked_at IS NOT NULL",
    [cart, registerId],
  );
  return rowCount === 1;
}

export interface ParkedCart {
  id: string;
  name: string;
  userName: string;
  parkedAt: Date;
  lines: number;
  /** names of its first goods, newest first */
  goods: string[];
}

/** Of all registers of these stores, the longest waiting first; `all`: how many there are. */
export async function parkedIn(
  db: Knex,
  storeIds: readonly number[],
  limit: number,
): Promise<{ name: string; userName: string; parkedAt: Date; register: string; storeId: number; all: number }[]> {
  const { rows } = await db.raw(
    `SELECT c.name, c.user_name AS "userName", c.parked_at AS "parkedAt", r.name AS register, r.store_id AS "storeId",
       count(*) OVER ()::int AS "all"
     FROM carts c JOIN registers r ON r.id = c.register_id
     WHERE r.store_id = ANY(:storeIds::bigint[]) AND c.parked_at IS NOT NULL AND c.status = 'open'
     ORDER BY c.parked_at, c.id LIMIT :limit`,
    { storeIds: [...storeIds], limit },
  );
  return rows;
}

/** Of a register, the longest waiting first. */
export async function parkedCarts(db: Knex, registerId: number): Promise<ParkedCart[]> {
  const { rows } = await db.raw(
    `SELECT c.id, c.name, c.user_name AS "userName", c.parked_at AS "parkedAt", count(*)::int AS lines,
       (array_agg(l.name ORDER BY l.line DESC))[1:3] AS goods
     FROM carts c JOIN cart_lines l ON l.cart_id = c.id
     WHERE c.register_id = ? AND c.parked_at IS NOT NULL AND c.status = 'open'
     GROUP BY c.id ORDER BY c.parked_at, c.id LIMIT 200`,
    [registerId],
  );
  return rows;
}
