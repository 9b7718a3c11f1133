/** Categories, tax rates, stores: what products are sorted and taxed by, and where they stand. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { fold } from "../../../kernel/text.ts";
import type { Store } from "../api.ts";
import type { Category, TaxRate } from "../domain.ts";
import { DEFAULT_STORE } from "./rows.ts";

export async function defaultStore(db: Knex): Promise<Store> {
  const { rows } = await db.raw(`SELECT id, name FROM stores WHERE id = ${DEFAULT_STORE}`);
  if (!rows[0]) throw new Error("the shop has no active store");
  return rows[0];
}

export async function taxRates(db: Knex): Promise<TaxRate[]> {
  const { rows } = await db.raw(
    `SELECT id, name, rate_bp AS "rateBp", is_default AS "isDefault" FROM tax_rates ORDER BY rate_bp DESC, id`,
  );
  return rows;
}

export async function categories(db: Knex): Promise<Category[]> {
  const { rows } = await db.raw("SELECT id, name FROM categories ORDER BY name_key, id");
  return rows;
}

export async function brands(db: Knex): Promise<{ id: number; name: string }[]> {
  const { rows } = await db.raw("SELECT id, name FROM brands ORDER BY name_key, id");
  return rows;
}

/** A name of signs alone folds to nothing, and is compared as it is. */
export function categoryKey(name: string): string {
  return fold(name) || name.toLowerCase();
}

/** The ids of categories by `categoryKey`; those that are new are made. */
export const categoryIds = (tx: Tx, names: Iterable<string>) => namedIds(tx, names, "category");

/** The same of brands. */
export const brandIds = (tx: Tx, names: Iterable<string>) => namedIds(tx, names, "brand");

const ADD_CATEGORIES = `INSERT INTO categories (name, name_key) SELECT * FROM unnest(:names::text[], :keys::text[])
  ON CONFLICT (name_key) DO NOTHING`;
const CATEGORIES_BY_KEY = "SELECT id, name_key FROM categories WHERE name_key = ANY(:keys::text[])";
const ADD_BRANDS = `INSERT INTO brands (name, name_key) SELECT * FROM unnest(:names::text[], :keys::text[])
  ON CONFLICT (name_key) DO NOTHING`;
const BRANDS_BY_KEY = "SELECT id, name_key FROM brands WHERE name_key = ANY(:keys::text[])";

async function namedIds(tx: Tx, names: Iterable<string>, of: "category" | "brand"): Promise<Map<string, number>> {
  const byKey = new Map<string, string>();
  for (const name of names) if (!byKey.has(categoryKey(name))) byKey.set(categoryKey(name), name);
  if (byKey.size === 0) return new Map();
  const keys = [...byKey.keys()];
  // in one order, so that two imports with the same new names do not wait for each other in a circle
  const ordered = keys.toSorted();
  await tx.raw(of === "brand" ? ADD_BRANDS : ADD_CATEGORIES, {
    names: ordered.map((key) => byKey.get(key) ?? key),
    keys: ordered,
  });
  const { rows } = await tx.raw(of === "brand" ? BRANDS_BY_KEY : CATEGORIES_BY_KEY, { keys });
  return new Map(rows.map((row: { id: number; name_key: string }) => [row.name_key, row.id]));
}
