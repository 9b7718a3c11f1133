/** What products cost their buyers, and since when: each change of an own price or of a list's is a row. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE price_changes (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      product_id bigint NOT NULL REFERENCES products (id),
      -- null: the product's own price
      price_list_id bigint REFERENCES price_lists (id),
      -- null: the list says nothing of it any more
      price_minor bigint CHECK (price_minor BETWEEN 0 AND 10000000000000),
      -- null: nobody wrote down who
      user_name text,
      created_at timestamptz NOT NULL,
      CHECK (price_minor IS NOT NULL OR price_list_id IS NOT NULL)
    )`);
  await knex.raw("CREATE INDEX price_changes_product ON price_changes (product_id, id)");
  await knex.raw("CREATE INDEX price_changes_list ON price_changes (price_list_id) WHERE price_list_id IS NOT NULL");
  // what the trail knows of the time before
  await knex.raw(`
    INSERT INTO price_changes (product_id, price_minor, user_name, created_at)
    SELECT p.id, told.price, told.user_name, told.at FROM (
      SELECT id, at, user_name, substring(subject FROM 9)::bigint AS product_id, NULL AS sku, (after ->> 'price_minor')::bigint AS price
      FROM audit_log WHERE action IN ('product.created', 'product.updated') AND subject ~ '^product:[0-9]{1,15}$'
        AND after ->> 'price_minor' ~ '^[0-9]{1,14}$' AND before ->> 'price_minor' IS DISTINCT FROM after ->> 'price_minor'
      UNION ALL
      SELECT a.id, a.at, a.user_name, NULL, each.key, each.value::bigint
      FROM audit_log a CROSS JOIN LATERAL jsonb_each_text(a.after -> 'price_minor') AS each
      WHERE a.action = 'products.repriced' AND each.value ~ '^[0-9]{1,14}$'
    ) told JOIN products p ON p.id = told.product_id OR p.sku = told.sku ORDER BY told.id`);
  await knex.raw(`
    INSERT INTO price_changes (product_id, price_minor, created_at)
    SELECT p.id, p.price_minor, p.updated_at FROM products p
    WHERE p.price_minor IS DISTINCT FROM (SELECT c.price_minor FROM price_changes c WHERE c.product_id = p.id ORDER BY c.id DESC LIMIT 1)
    ORDER BY p.id`);
  await knex.raw(`
    INSERT INTO price_changes (product_id, price_list_id, price_minor, created_at)
    SELECT product_id, price_list_id, price_minor, now() FROM price_list_prices ORDER BY price_list_id, product_id`);
  await knex.raw(`
    CREATE TRIGGER price_changes_final BEFORE UPDATE OR DELETE ON price_changes
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change()`);
  await knex.raw(`
    CREATE TRIGGER price_changes_kept BEFORE TRUNCATE ON price_changes
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change()`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE price_changes");
}
