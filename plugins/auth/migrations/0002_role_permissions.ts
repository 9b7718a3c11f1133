/** What a shop lets its managers and employees do where that differs from what the plugins propose. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE role_permissions (
      role text NOT NULL CHECK (role IN ('manager', 'employee')),
      permission text NOT NULL,
      granted boolean NOT NULL,
      PRIMARY KEY (role, permission)
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE role_permissions");
}
