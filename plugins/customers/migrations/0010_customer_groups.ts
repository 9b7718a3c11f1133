/** Groups of customers: a customer is in at most one. Prices and promotions may be a group's. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE customer_groups (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL CHECK (name <> ''),
      created_at timestamptz NOT NULL
    )`);
  await knex.raw("CREATE UNIQUE INDEX customer_groups_name ON customer_groups (lower(name))");
  await knex.raw("ALTER TABLE customers ADD COLUMN group_id bigint REFERENCES customer_groups (id)");
  await knex.raw("CREATE INDEX customers_group ON customers (group_id, sort_name, id) WHERE group_id IS NOT NULL");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE customers DROP COLUMN group_id");
  await knex.raw("DROP TABLE customer_groups");
}
