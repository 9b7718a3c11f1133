/** Reports that go out by e-mail by themselves: what, when, to whom, and what became of each. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- where people of the shop want their reports; each says it for himself
    CREATE TABLE report_addresses (
      user_id bigint PRIMARY KEY,
      email text NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE TABLE report_schedules (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      report text NOT NULL,
      -- null: of all stores of whoever gets it
      store_id bigint REFERENCES stores (id),
      compare text CHECK (compare IN ('previous', 'year')),
      rhythm text NOT NULL CHECK (rhythm IN ('daily', 'weekly', 'monthly')),
      -- Monday is 1
      weekday int CHECK (weekday BETWEEN 1 AND 7),
      month_day int CHECK (month_day BETWEEN 1 AND 28),
      hour int NOT NULL CHECK (hour BETWEEN 0 AND 23),
      format text NOT NULL CHECK (format IN ('csv', 'xlsx', 'pdf')),
      locale text NOT NULL,
      next_at timestamptz NOT NULL,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL,
      stopped_at timestamptz,
      CHECK ((rhythm = 'weekly') = (weekday IS NOT NULL) AND (rhythm = 'monthly') = (month_day IS NOT NULL))
    );
    CREATE INDEX report_schedules_store ON report_schedules (store_id);
    CREATE INDEX report_schedules_due ON report_schedules (next_at) WHERE stopped_at IS NULL;
    CREATE TABLE report_recipients (
      schedule_id bigint NOT NULL REFERENCES report_schedules (id),
      user_id bigint NOT NULL,
      -- of the link by which it is stopped
      token text NOT NULL UNIQUE,
      stopped_at timestamptz,
      PRIMARY KEY (schedule_id, user_id)
    );
    CREATE INDEX report_recipients_user ON report_recipients (user_id);
    CREATE TABLE report_mailings (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      schedule_id bigint NOT NULL REFERENCES report_schedules (id),
      user_id bigint NOT NULL,
      due_at timestamptz NOT NULL,
      -- the last day that it tells of
      last_day date NOT NULL,
      state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'dropped')),
      settled_at timestamptz,
      UNIQUE (schedule_id, user_id, due_at)
    );
    CREATE INDEX report_mailings_due ON report_mailings (due_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE report_mailings, report_recipients, report_schedules, report_addresses");
}
