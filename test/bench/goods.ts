/** Products straight into the database: what they are is not measured, that they are many is. */
import type { Knex } from "knex";

export const CODE = (n: number) => `77${String(n).padStart(10, "0")}`;

/** Numbers `from` to `count`. */
export async function stockUp(db: Knex, count: number, from = 1): Promise<void> {
  // a million takes longer than a statement of a request may
  await db.transaction(async (tx) => {
    await tx.raw("SET LOCAL statement_timeout = 0");
    await tx.raw(
      `INSERT INTO products (sku, name, price_minor, tax_rate_bp, cost_minor, search_text, created_at, updated_at)
     SELECT 'SKU' || n, 'Producto de prueba ' || n, 100000 + n, 1900, 50000, ' producto de prueba ' || n || ' | sku' || n, now(), now()
     FROM generate_series(:from::int, :count::int) AS n`,
      { count, from },
    );
    await tx.raw(
      "INSERT INTO product_barcodes (code, product_id) SELECT '77' || lpad(substr(sku, 4), 10, '0'), id FROM products WHERE substr(sku, 4)::int >= :from",
      { from },
    );
    await tx.raw(
      `INSERT INTO inventory (store_id, product_id, on_hand_milli)
     SELECT 1, id, 1000000000 FROM products WHERE substr(sku, 4)::int >= :from`,
      { from },
    );
    await tx.raw("ANALYZE");
  });
}
