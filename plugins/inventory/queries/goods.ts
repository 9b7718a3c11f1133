/** SQL of what a product takes off the shelf when it is sold, and of products that have none of their own. */
import type { Tx } from "../../../kernel/db/database.ts";
import { often } from "../../../kernel/db/often.ts";

/** Kinds that stand on a shelf of their own. */
export const STOCKED = "('goods', 'weighed')";

export interface Part {
  productId: number;
  /** false: a service; nothing is taken for it */
  stocked: boolean;
  costMinor: number;
  /** thousandths for one of the product */
  quantityMilli: number;
}

const RECIPES =
  often(`SELECT p.id, part.product_id AS "productId", part.kind IN ${STOCKED} AS stocked, part.cost_minor AS "costMinor",
     part.quantity_milli AS "quantityMilli"
   FROM products p CROSS JOIN LATERAL inventory_parts(p.id) part
   WHERE p.id = ANY(:ids::bigint[]) AND p.kind IN ('kit', 'service') ORDER BY p.id, part.product_id`);

/** Of those products that are kits or services, by id: what one of each is made of in the end. A service is its own part. */
export async function recipesOf(tx: Tx, productIds: readonly number[]): Promise<Map<number, Part[]>> {
  const { rows } = await RECIPES(tx, { ids: [...productIds] });
  const recipes = new Map<number, Part[]>();
  for (const { id, ...part } of rows as (Part & { id: number })[]) recipes.set(id, [...(recipes.get(id) ?? []), part]);
  return recipes;
}

/** The first of those that stand on no shelf: its name. */
export async function unstocked(tx: Tx, productIds: readonly number[]): Promise<string | undefined> {
  const { rows } = await tx.raw(
    `SELECT name FROM products WHERE id = ANY(:ids::bigint[]) AND kind NOT IN ${STOCKED} ORDER BY id LIMIT 1`,
    { ids: [...productIds] },
  );
  return rows[0]?.name;
}
