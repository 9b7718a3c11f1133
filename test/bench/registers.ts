/** The registers of a shop that is measured, and what each of them sells. */
import type { Knex } from "knex";
import { type Ask, NEW_KEY } from "./load/protocol.ts";

export const REGISTERS = 8;
/** products of one part of the catalogue: a sale takes one of each part */
export const PART = 1000;
/** products of a part that one register sells, and no other one */
export const SLICE = PART / REGISTERS;
const SALES = 200;

/** One a client, with ids from 1 on, as each cashier stands at one. */
export async function openRegisters(db: Knex): Promise<void> {
  await db.raw(
    `WITH register AS (
       INSERT INTO registers (store_id, name) SELECT 1, 'Caja ' || n FROM generate_series(2, :registers::int) AS n RETURNING id)
     INSERT INTO number_ranges (register_id, prefix) SELECT id, 'C' || id || '-' FROM register`,
    { registers: REGISTERS },
  );
  const { rows } = await db.raw("SELECT array_agg(id ORDER BY id) AS ids FROM registers");
  const expected = Array.from({ length: REGISTERS }, (_, index) => index + 1);
  if (String(rows[0].ids) !== String(expected)) throw new Error(`the registers are ${rows[0].ids}`);
}

/** For each register a list of sales: of a product of each of `items` parts of the catalogue, or all of one `same` product. */
export function salesOf({ items = 5, same }: { items?: number; same?: number } = {}): Ask[][] {
  return Array.from({ length: REGISTERS }, (_, register) =>
    Array.from({ length: SALES }, (_, turn) => {
      const lines = Array.from({ length: items }, (_, part) => ({
        product_id: same ?? part * PART + 1 + register * SLICE + ((turn * 79 + part * 13) % SLICE),
        quantity: "1",
      }));
      const payments = [{ method: "cash", amount: "999999" }];
      const body = JSON.stringify({ register_id: register + 1, items: lines, payments });
      return { method: "POST", path: "/api/v1/sales", body, status: 201, headers: { "idempotency-key": NEW_KEY } };
    }),
  );
}
