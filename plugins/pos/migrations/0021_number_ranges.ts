/** Numbers of a register come from ranges that end, as an authority grants them; the one of a new shop has no end. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE number_ranges
      DROP CONSTRAINT number_ranges_pkey,
      DROP CONSTRAINT number_ranges_prefix_key,
      ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      ADD COLUMN from_number bigint NOT NULL DEFAULT 1 CHECK (from_number > 0),
      ADD COLUMN to_number bigint CHECK (to_number >= from_number),
      ADD COLUMN expires_on date,
      -- what the authority wants printed on each receipt
      ADD COLUMN resolution text,
      -- the number is filled up with zeros to this width
      ADD COLUMN digits int NOT NULL DEFAULT 6 CHECK (digits BETWEEN 1 AND 12),
      -- false: given up for ranges that end
      ADD COLUMN active boolean NOT NULL DEFAULT true,
      ADD CHECK (next_number BETWEEN from_number AND coalesce(to_number, next_number) + 1);
    CREATE INDEX number_ranges_register ON number_ranges (register_id, id);
    ALTER TABLE sales ADD COLUMN number_range_id bigint REFERENCES number_ranges (id);
    CREATE INDEX sales_number_range ON sales (number_range_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE sales DROP COLUMN number_range_id");
  await knex.raw(`
    ALTER TABLE number_ranges DROP COLUMN id, DROP COLUMN from_number, DROP COLUMN to_number, DROP COLUMN expires_on,
      DROP COLUMN resolution, DROP COLUMN digits, DROP COLUMN active,
      ADD PRIMARY KEY (register_id), ADD UNIQUE (prefix)`);
}
