/**
 * Shifts of a register. Opening, cash in and out, and closing are rows that nobody edits; what may change is only the
 * pointer that says which shift of a register is open, and whoever sells holds it until the sale is committed.
 */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE shifts (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      register_id bigint NOT NULL REFERENCES registers (id),
      store_id bigint NOT NULL REFERENCES stores (id),
      currency text NOT NULL,
      float_minor bigint NOT NULL CHECK (float_minor >= 0),
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      business_date date NOT NULL,
      opened_at timestamptz NOT NULL
    );
    CREATE INDEX shifts_register ON shifts (register_id, id);
    CREATE INDEX shifts_store ON shifts (store_id);

    CREATE TABLE open_shifts (
      register_id bigint PRIMARY KEY REFERENCES registers (id),
      shift_id bigint NOT NULL UNIQUE REFERENCES shifts (id) DEFERRABLE INITIALLY DEFERRED
    );

    CREATE TABLE cash_movements (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      shift_id bigint NOT NULL REFERENCES shifts (id),
      store_id bigint NOT NULL REFERENCES stores (id),
      kind text NOT NULL CHECK (kind IN ('in', 'out')),
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      reason text NOT NULL CHECK (reason <> ''),
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX cash_movements_shift ON cash_movements (shift_id, id);
    CREATE INDEX cash_movements_store ON cash_movements (store_id);

    CREATE TABLE shift_closings (
      -- shifts are not closed in the order in which they were opened
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      shift_id bigint NOT NULL UNIQUE REFERENCES shifts (id),
      store_id bigint NOT NULL REFERENCES stores (id),
      register_id bigint NOT NULL REFERENCES registers (id),
      z_number bigint NOT NULL CHECK (z_number > 0),
      expected_minor bigint NOT NULL,
      counted_minor bigint NOT NULL CHECK (counted_minor >= 0),
      difference_minor bigint NOT NULL,
      -- what was counted by denomination, when it was
      counts jsonb,
      reason text,
      -- the report as it was at that moment, in minor units
      report jsonb NOT NULL,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      closed_at timestamptz NOT NULL,
      UNIQUE (register_id, z_number),
      CHECK (counted_minor - expected_minor = difference_minor)
    );
    CREATE INDEX shift_closings_store ON shift_closings (store_id);

    -- sales from before there were shifts have none
    ALTER TABLE sales ADD COLUMN shift_id bigint REFERENCES shifts (id);
    CREATE INDEX sales_shift ON sales (shift_id, id);
  `);
  await knex.raw(`
    CREATE TRIGGER shifts_final BEFORE UPDATE OR DELETE ON shifts FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER shifts_kept BEFORE TRUNCATE ON shifts FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER cash_movements_final BEFORE UPDATE OR DELETE ON cash_movements FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER cash_movements_kept BEFORE TRUNCATE ON cash_movements FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER shift_closings_final BEFORE UPDATE OR DELETE ON shift_closings FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER shift_closings_kept BEFORE TRUNCATE ON shift_closings FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE sales DROP COLUMN shift_id");
  await knex.raw("DROP TABLE shift_closings, cash_movements, open_shifts, shifts");
}
