/** Products straight into the database: what they are is not measured, that they are many is. */
import type { Knex } from "knex";

export const CODE = (n: number) => `77${String(n).padStart(10, "0")}`;

export async function stockUp(db: Knex, count: number): Promise<void> {
  await db.raw(
    `INSERT INTO products (sku, name, price_minor, tax_rate_bp, cost_minor, search_text, created_at, updated_at)
     SELECT 'SKU' || n, 'Producto de prueba ' || n, 100000 + n, 1900, 50000, ' producto de prueba ' || n || ' | sku' || n, now(), now()
     FROM generate_series(1, :count::int) AS n`,
    { count },
  );
  await db.raw(
    "INSERT INTO product_barcodes (code, product_id) SELECT '77' || lpad(substr(sku, 4), 10, '0'), id FROM products",
  );
  await db.raw("INSERT INTO inventory (store_id, product_id, on_hand_milli) SELECT 1, id, 1000000000 FROM products");
  await db.raw("ANALYZE");
}
