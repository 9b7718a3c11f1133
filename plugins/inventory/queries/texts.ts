/** What a search engine reads of products. */
import type { Knex } from "knex";
import type { ProductText } from "../api.ts";

interface Row {
  id: number;
  sku: string;
  name: string;
  description: string | null;
  category: string | null;
  brand: string | null;
  active: boolean;
}

const SELECT = `SELECT p.id, p.sku, p.name, left(p.description, 2000) AS description, c.name AS category, m.name AS brand, p.active
  FROM products p LEFT JOIN categories c ON c.id = p.category_id LEFT JOIN brands m ON m.id = p.brand_id`;

/** Named one by one: what a spread makes takes half as much again, and there are as many as products. */
function toText({ id, sku, name, description, category, brand, active }: Row): ProductText {
  return {
    id,
    sku,
    name,
    description: description ?? undefined,
    category: category ?? undefined,
    brand: brand ?? undefined,
    active,
  };
}

/** By id, after the one given. */
export async function textsAfter(db: Knex, id: number, limit: number): Promise<ProductText[]> {
  const { rows } = await db.raw(`${SELECT} WHERE p.id > :id ORDER BY p.id LIMIT :limit`, { id, limit });
  return rows.map(toText);
}

export async function textsOf(db: Knex, ids: readonly number[]): Promise<ProductText[]> {
  const { rows } = await db.raw(`${SELECT} WHERE p.id = ANY(:ids::bigint[])`, { ids: [...ids] });
  return rows.map(toText);
}
