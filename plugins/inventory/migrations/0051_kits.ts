/** Kits: products made of others, to any depth. What they hold and cost is told by their parts. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE kit_parts (
      kit_id bigint NOT NULL REFERENCES products (id),
      product_id bigint NOT NULL REFERENCES products (id),
      -- thousandths of the part's own unit that one kit takes
      quantity_milli bigint NOT NULL CHECK (quantity_milli BETWEEN 1 AND 1000000000),
      PRIMARY KEY (kit_id, product_id),
      CHECK (kit_id <> product_id)
    )`);
  await knex.raw("CREATE INDEX kit_parts_product ON kit_parts (product_id)");
  // what one of it is made of in the end, kits within kits opened; the depth ends a circle that only a broken table can have
  await knex.raw(`
    CREATE FUNCTION inventory_parts(kit bigint)
      RETURNS TABLE (product_id bigint, kind text, cost_minor bigint, quantity_milli bigint) LANGUAGE sql STABLE AS $$
      WITH RECURSIVE parts AS (
        SELECT p.id, p.kind, p.cost_minor, 1000::numeric AS quantity, 0 AS depth FROM products p WHERE p.id = kit
        UNION ALL
        SELECT p.id, p.kind, p.cost_minor, parts.quantity * k.quantity_milli / 1000, parts.depth + 1
        FROM parts JOIN kit_parts k ON k.kit_id = parts.id JOIN products p ON p.id = k.product_id
        WHERE parts.kind = 'kit' AND parts.depth < 20
      )
      SELECT id, kind, cost_minor, least(round(sum(quantity)), 1000000000000)::bigint FROM parts WHERE kind <> 'kit'
      GROUP BY id, kind, cost_minor
    $$`);
  await knex.raw(`
    CREATE FUNCTION inventory_kits_on_hand(kit bigint, store bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
      SELECT coalesce(min(floor(greatest(coalesce(i.on_hand_milli, 0), 0) / parts.quantity_milli::numeric)), 0)::bigint * 1000
      FROM inventory_parts(kit) parts
        LEFT JOIN inventory i ON i.store_id = store AND i.product_id = parts.product_id
      WHERE parts.kind IN ('goods', 'weighed') AND parts.quantity_milli > 0
    $$`);
  // plpgsql: it reads columns of a later migration; a part costs what it does in the store
  await knex.raw(`
    CREATE FUNCTION inventory_kit_cost(kit bigint, store bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
    BEGIN
      RETURN (
        SELECT least(coalesce(round(sum(quantity_milli / 1000::numeric
          * CASE WHEN i.own_cost_minor = parts.cost_minor THEN i.cost_minor ELSE parts.cost_minor END)), 0), 10000000000000)::bigint
        FROM inventory_parts(kit) parts LEFT JOIN inventory i ON i.store_id = store AND i.product_id = parts.product_id);
    END $$`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    "DROP FUNCTION inventory_kit_cost(bigint, bigint), inventory_kits_on_hand(bigint, bigint), inventory_parts(bigint)",
  );
  await knex.raw("DROP TABLE kit_parts");
}
