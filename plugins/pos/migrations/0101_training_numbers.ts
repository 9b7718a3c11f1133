/**
 * Sales of training stores have numbers of their own, none of a range. A store in which something was sold or a shift was opened stays
 * what it is, whatever program asks.
 */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE training_numbers (
      store_id bigint PRIMARY KEY REFERENCES stores (id),
      next_number bigint NOT NULL DEFAULT 1 CHECK (next_number > 0)
    )`);
  await knex.raw(`
    CREATE FUNCTION pos_training_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM shifts WHERE store_id = OLD.id) OR EXISTS (SELECT FROM sales WHERE store_id = OLD.id) THEN
        RAISE EXCEPTION 'store % has sales: it stays for training, or not', OLD.id USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$`);
  await knex.raw(`
    CREATE TRIGGER stores_training_fixed BEFORE UPDATE OF training ON stores FOR EACH ROW
      WHEN (OLD.training IS DISTINCT FROM NEW.training) EXECUTE FUNCTION pos_training_fixed()`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TRIGGER stores_training_fixed ON stores");
  await knex.raw("DROP FUNCTION pos_training_fixed()");
  await knex.raw("DROP TABLE training_numbers");
}
