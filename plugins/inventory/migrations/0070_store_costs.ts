/** What a product costs in each store: the moving average of what was received there. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE inventory
      ADD COLUMN cost_minor bigint CHECK (cost_minor BETWEEN 0 AND 10000000000000),
      -- the product's own cost when the average was made: once somebody sets another, that one holds in every store
      ADD COLUMN own_cost_minor bigint,
      ADD CHECK ((cost_minor IS NULL) = (own_cost_minor IS NULL))`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE inventory DROP COLUMN cost_minor, DROP COLUMN own_cost_minor");
}
