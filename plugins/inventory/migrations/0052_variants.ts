/** Variants: a parent names attributes (size, colour), and each combination of their values is a product of its own. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE products
      ADD COLUMN parent_id bigint REFERENCES products (id),
      -- of a variant: {"Talla": "M", "Color": "Rojo"}
      ADD COLUMN variant jsonb CHECK (jsonb_typeof(variant) = 'object'),
      -- of a parent: [{"name": "Talla", "values": ["S", "M"]}]
      ADD COLUMN attributes jsonb CHECK (jsonb_typeof(attributes) = 'array'),
      ADD CHECK ((parent_id IS NULL) = (variant IS NULL)),
      ADD CHECK ((kind = 'parent') = (attributes IS NOT NULL)),
      ADD CHECK (kind <> 'parent' OR parent_id IS NULL)`);
  await knex.raw("CREATE UNIQUE INDEX products_variant ON products (parent_id, variant) WHERE parent_id IS NOT NULL");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE products DROP COLUMN parent_id, DROP COLUMN variant, DROP COLUMN attributes");
}
