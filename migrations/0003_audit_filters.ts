/** The audit trail is read newest first, by person, action or subject. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX audit_log_by_time ON audit_log (at, id)");
  await knex.raw("CREATE INDEX audit_log_by_person ON audit_log (lower(user_name), at, id)");
  await knex.raw("CREATE INDEX audit_log_by_action ON audit_log (action, at, id)");
  await knex.raw("CREATE INDEX audit_log_by_subject ON audit_log (subject, at, id)");
  await knex.raw("DROP INDEX audit_log_subject");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX audit_log_subject ON audit_log (subject, id)");
  await knex.raw("DROP INDEX audit_log_by_time, audit_log_by_person, audit_log_by_action, audit_log_by_subject");
}
