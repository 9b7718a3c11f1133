/** What was answered against the books, sale by sale: counts would hide a lost one behind one that was committed and answered with a fault. */
import type { Knex } from "knex";
import type { Sold } from "./load/protocol.ts";

export interface Books {
  /** number of each sale by its id */
  numbers: ReadonlyMap<number, string>;
  /** ids of sales that no key was ever answered with */
  withoutKey: readonly number[];
}

export interface Compared {
  /** answered, and not in the books under that id and number */
  lost: Sold[];
  /** in the books a second time for one key, or answered to a second key */
  doubled: number[];
}

export async function lastSale(db: Knex): Promise<number> {
  const { rows } = await db.raw("SELECT coalesce(max(id), 0)::int AS id FROM sales");
  return rows[0].id;
}

/** Of sales after that one. */
export async function readBooks(db: Knex, after: number): Promise<Books> {
  const { rows } = await db.raw(
    `SELECT id::int AS id, number, id NOT IN (SELECT (reply->'body'->>'id')::bigint FROM idempotency_keys
         WHERE reply->'body'->>'id' IS NOT NULL AND scope LIKE 'POST /api/v1/sales %') AS without
     FROM sales WHERE id > :after`,
    { after },
  );
  const all = rows as { id: number; number: string; without: boolean }[];
  return {
    numbers: new Map(all.map(({ id, number }) => [id, number])),
    withoutKey: all.filter(({ without }) => without).map(({ id }) => id),
  };
}

export function compare(sold: readonly Sold[], { numbers, withoutKey }: Books): Compared {
  const keys = new Map<number, string>();
  const twice = sold.filter(({ id, key }) => {
    const known = keys.get(id);
    keys.set(id, key);
    return known !== undefined && known !== key;
  });
  return {
    lost: sold.filter(({ id, number }) => numbers.get(id) !== number),
    doubled: [...withoutKey, ...twice.map(({ id }) => id)],
  };
}
