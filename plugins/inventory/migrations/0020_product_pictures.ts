/** What a product looks like: at most one picture, in the database, so that backups have it. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE product_pictures (
      product_id bigint PRIMARY KEY REFERENCES products (id),
      content_type text NOT NULL CHECK (content_type IN ('image/jpeg', 'image/png', 'image/webp')),
      bytes bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 524288),
      sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
      width int NOT NULL CHECK (width BETWEEN 1 AND 4096),
      height int NOT NULL CHECK (height BETWEEN 1 AND 4096),
      updated_at timestamptz NOT NULL
    );
    -- it is compressed as it is
    ALTER TABLE product_pictures ALTER COLUMN bytes SET STORAGE EXTERNAL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE product_pictures");
}
