/** SQL of registers and their ranges of numbers. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { NumberRange } from "../numbering.ts";

export interface RegisterRow {
  id: number;
  storeId: number;
  storeName: string;
  name: string;
  active: boolean;
}

const REGISTER = "r.id, r.store_id, s.name AS store_name, r.name, r.active";

export async function listRegisters(db: Knex, storeIds: readonly number[]): Promise<RegisterRow[]> {
  const { rows } = await db.raw(
    `SELECT ${REGISTER} FROM registers r JOIN stores s ON s.id = r.store_id
     WHERE r.store_id = ANY(?::bigint[]) ORDER BY r.id LIMIT 1000`,
    [[...storeIds]],
  );
  return rows.map(toRegister);
}

export async function findRegister(db: Knex, id: number): Promise<RegisterRow | undefined> {
  const { rows } = await db.raw(
    `SELECT ${REGISTER} FROM registers r JOIN stores s ON s.id = r.store_id WHERE r.id = ?`,
    [id],
  );
  return rows[0] && toRegister(rows[0]);
}

export async function insertRegister(tx: Tx, name: string, storeId: number): Promise<number | undefined> {
  const { rows } = await tx.raw(
    "INSERT INTO registers (store_id, name) SELECT id, :name FROM stores WHERE active AND id = :storeId RETURNING id",
    { name, storeId },
  );
  return rows[0]?.id;
}

/** A range without an end, as the first register has it. */
export async function insertEndless(tx: Tx, registerId: number, prefix: string): Promise<void> {
  await tx.raw("INSERT INTO number_ranges (register_id, prefix) VALUES (?, ?)", [registerId, prefix]);
}

export async function updateRegister(tx: Tx, id: number, name: string, active: boolean): Promise<void> {
  await tx.raw("UPDATE registers SET name = :name, active = :active WHERE id = :id", { id, name, active });
}

/** True: a sale is parked there, or a payment is under way. A shift that is open can be closed all the same. */
export async function isBusy(tx: Tx, id: number): Promise<boolean> {
  const { rows } = await tx.raw(
    `SELECT EXISTS (SELECT FROM carts WHERE register_id = :id AND status = 'open' AND parked_at IS NOT NULL)
       OR EXISTS (SELECT FROM payment_intents WHERE register_id = :id AND state IN ('new', 'pending', 'approved')) AS busy`,
    { id },
  );
  return rows[0].busy;
}

/** Waits for others who change registers; nobody else removes the last one meanwhile. */
export async function lockRegisters(tx: Tx): Promise<{ id: number; active: boolean }[]> {
  const { rows } = await tx.raw("SELECT id, active FROM registers ORDER BY id FOR NO KEY UPDATE");
  return rows;
}

const RANGE = `id, register_id, prefix, from_number, to_number, next_number, expires_on, resolution, digits, active`;

export async function rangesOf(db: Knex, registerIds: number[]): Promise<NumberRange[]> {
  const { rows } = await db.raw(`SELECT ${RANGE} FROM number_ranges WHERE register_id = ANY (?) ORDER BY id`, [
    registerIds,
  ]);
  return rows.map(toRange);
}

export async function rangeById(db: Knex, id: number): Promise<NumberRange | undefined> {
  const { rows } = await db.raw(`SELECT ${RANGE} FROM number_ranges WHERE id = ?`, [id]);
  return rows[0] && toRange(rows[0]);
}

/**
 * The numbers that were or will be given, of all registers. One without an end goes as far as it was used where it is given up, or will be
 * as that register gets a range. Until the transaction ends nobody else adds one.
 */
export async function takenBy(tx: Tx, registerId: number): Promise<NumberRange[]> {
  await tx.raw("LOCK TABLE number_ranges IN SHARE ROW EXCLUSIVE MODE");
  const { rows } = await tx.raw(`SELECT ${RANGE} FROM number_ranges ORDER BY id`);
  const ended = (one: NumberRange) => one.toNumber === undefined && (!one.active || one.registerId === registerId);
  return rows.map(toRange).map((one: NumberRange) => (ended(one) ? { ...one, toNumber: one.nextNumber - 1 } : one));
}

export async function insertRange(
  tx: Tx,
  range: {
    registerId: number;
    prefix: string;
    fromNumber: number;
    toNumber: number;
    expiresOn: string | undefined;
    resolution: string | undefined;
    digits: number;
  },
): Promise<number> {
  // the range without an end is given up: numbers that nobody granted must not follow those that somebody did
  await tx.raw("UPDATE number_ranges SET active = false WHERE register_id = ? AND to_number IS NULL", [
    range.registerId,
  ]);
  const { rows } = await tx.raw(
    `INSERT INTO number_ranges (register_id, prefix, from_number, to_number, next_number, expires_on, resolution, digits)
     VALUES (:registerId, :prefix, :fromNumber, :toNumber, :fromNumber, :expiresOn, :resolution, :digits) RETURNING id`,
    { ...range, expiresOn: range.expiresOn ?? null, resolution: range.resolution ?? null },
  );
  return rows[0].id;
}

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
type Row = any;

function toRegister(row: Row): RegisterRow {
  return { id: row.id, storeId: row.store_id, storeName: row.store_name, name: row.name, active: row.active };
}

function toRange(row: Row): NumberRange {
  return {
    id: row.id,
    registerId: row.register_id,
    prefix: row.prefix,
    fromNumber: row.from_number,
    toNumber: row.to_number ?? undefined,
    nextNumber: row.next_number,
    expiresOn: row.expires_on ?? undefined,
    resolution: row.resolution ?? undefined,
    digits: row.digits,
    active: row.active,
  };
}
