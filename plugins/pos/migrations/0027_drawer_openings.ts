/** Each time the drawer was opened without a sale: who, when, why. Rows that nobody edits. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE drawer_openings (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      shift_id bigint NOT NULL REFERENCES shifts (id),
      store_id bigint NOT NULL REFERENCES stores (id),
      register_id bigint NOT NULL REFERENCES registers (id),
      reason text NOT NULL CHECK (reason <> ''),
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX drawer_openings_shift ON drawer_openings (shift_id, id);
    CREATE INDEX drawer_openings_store ON drawer_openings (store_id);
    CREATE INDEX drawer_openings_register ON drawer_openings (register_id);
    CREATE TRIGGER drawer_openings_final BEFORE UPDATE OR DELETE ON drawer_openings
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER drawer_openings_kept BEFORE TRUNCATE ON drawer_openings
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE drawer_openings");
}
