/** The kernel's tables: events and their deliveries, idempotency keys, audit, job runs, settings. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE EXTENSION IF NOT EXISTS pg_trgm");
  await knex.raw("CREATE EXTENSION IF NOT EXISTS unaccent");

  // posted documents are corrected by new rows, never edited: triggers of every plugin call this
  await knex.raw(`
    CREATE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      RAISE EXCEPTION 'rows of % are final: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation', HINT = 'add a correcting row that points at the old one';
    END $$`);

  await knex.raw(`
    CREATE TABLE outbox (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      event text NOT NULL,
      payload jsonb NOT NULL,
      occurred_at timestamptz NOT NULL DEFAULT now()
    )`);
  await knex.raw(`
    CREATE TABLE outbox_deliveries (
      event_id bigint NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
      handler text NOT NULL,
      attempts int NOT NULL DEFAULT 0,
      next_attempt_at timestamptz NOT NULL DEFAULT now(),
      last_error text,
      done_at timestamptz,
      dead_at timestamptz,
      PRIMARY KEY (event_id, handler)
    )`);
  await knex.raw(`
    CREATE INDEX outbox_deliveries_due ON outbox_deliveries (handler, next_attempt_at, event_id)
      WHERE done_at IS NULL AND dead_at IS NULL`);
  await knex.raw("CREATE INDEX outbox_deliveries_dead ON outbox_deliveries (dead_at) WHERE dead_at IS NOT NULL");

  await knex.raw(`
    CREATE TABLE idempotency_keys (
      scope text NOT NULL,
      key text NOT NULL,
      request_hash text NOT NULL,
      status int,
      reply jsonb,
      created_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (scope, key)
    )`);
  await knex.raw("CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at)");

  await knex.raw(`
    CREATE TABLE audit_log (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL DEFAULT now(),
      user_id bigint,
      user_name text,
      action text NOT NULL,
      subject text NOT NULL,
      before jsonb,
      after jsonb,
      reason text,
      address text
    )`);
  await knex.raw("CREATE INDEX audit_log_subject ON audit_log (subject, id)");
  await knex.raw(`
    CREATE TRIGGER audit_log_final BEFORE UPDATE OR DELETE ON audit_log
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change()`);
  await knex.raw(`
    CREATE TRIGGER audit_log_kept BEFORE TRUNCATE ON audit_log
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change()`);

  await knex.raw(`
    CREATE TABLE job_runs (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      plugin text NOT NULL,
      job text NOT NULL,
      tick_at timestamptz NOT NULL,
      started_at timestamptz NOT NULL DEFAULT now(),
      finished_at timestamptz,
      ok boolean,
      error text,
      UNIQUE (plugin, job, tick_at)
    )`);

  await knex.raw(`
    CREATE TABLE settings (
      key text PRIMARY KEY,
      value jsonb NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE settings, job_runs, audit_log, idempotency_keys, outbox_deliveries, outbox");
  await knex.raw("DROP FUNCTION kernel_refuse_change()");
}
