/** Pictures are kept as pixels alone, and a smaller one beside. What was kept before stands as it was sent until it is developed. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE product_pictures
      ADD COLUMN tile bytea CHECK (octet_length(tile) BETWEEN 1 AND 262144),
      -- an old one that cannot be developed is shown as it was sent
      ADD COLUMN broken boolean NOT NULL DEFAULT false;
    ALTER TABLE product_pictures ALTER COLUMN tile SET STORAGE EXTERNAL;
    CREATE INDEX product_pictures_as_sent ON product_pictures (product_id) WHERE tile IS NULL AND NOT broken;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX product_pictures_as_sent;
    ALTER TABLE product_pictures DROP COLUMN tile, DROP COLUMN broken;
  `);
}
