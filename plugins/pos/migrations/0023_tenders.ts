/** What a sale may be paid with. The owner adds, renames and retires; what was paid once keeps its code for ever. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE tenders (
      code text PRIMARY KEY CHECK (code ~ '^[a-z][a-z0-9_]{1,39}$'),
      kind text NOT NULL CHECK (kind IN ('cash', 'card', 'transfer', 'wallet', 'other')),
      -- null: the name in the reader's language
      name text,
      needs_reference boolean NOT NULL DEFAULT false,
      active boolean NOT NULL DEFAULT true,
      position int NOT NULL,
      -- the drawer holds one kind of money
      CHECK ((kind = 'cash') = (code = 'cash')),
      CHECK (code <> 'cash' OR active)
    );
    INSERT INTO tenders (code, kind, needs_reference, position) VALUES
      ('cash', 'cash', false, 1), ('card', 'card', false, 2), ('transfer', 'transfer', true, 3),
      ('nequi', 'wallet', true, 4), ('daviplata', 'wallet', true, 5), ('breb', 'wallet', true, 6);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE tenders");
}
