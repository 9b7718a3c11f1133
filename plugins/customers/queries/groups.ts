/** SQL of groups of customers. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { CustomerGroup } from "../api.ts";

/** By name. */
export async function listGroups(db: Knex): Promise<CustomerGroup[]> {
  const { rows } = await db.raw("SELECT id, name FROM customer_groups ORDER BY lower(name), id LIMIT 1000");
  return rows;
}

export async function groupById(db: Knex, id: number): Promise<CustomerGroup | undefined> {
  const { rows } = await db.raw("SELECT id, name FROM customer_groups WHERE id = ?", [id]);
  return rows[0];
}

/** How many customers are in each; a group without any is not there. */
export async function groupSizes(db: Knex): Promise<Map<number, number>> {
  const { rows } = await db.raw(
    "SELECT group_id AS id, count(*)::int AS customers FROM customers WHERE group_id IS NOT NULL GROUP BY group_id",
  );
  return new Map(rows.map((row: { id: number; customers: number }) => [row.id, row.customers]));
}

/** Undefined: the name is another one's. */
export async function insertGroup(tx: Tx, name: string, now: Date): Promise<CustomerGroup | undefined> {
  const { rows } = await tx.raw(
    "INSERT INTO customer_groups (name, created_at) VALUES (?, ?) ON CONFLICT (lower(name)) DO NOTHING RETURNING id, name",
    [name, now],
  );
  return rows[0];
}

/** Two who give one name at once wait for each other, so that the second is told. */
export async function lockGroupName(tx: Tx, name: string): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended(lower(?), 0))", [`customer group ${name}`]);
}

export async function groupNamed(tx: Tx, name: string): Promise<CustomerGroup | undefined> {
  const { rows } = await tx.raw("SELECT id, name FROM customer_groups WHERE lower(name) = lower(?)", [name]);
  return rows[0];
}

export async function renameGroup(tx: Tx, id: number, name: string): Promise<void> {
  await tx.raw("UPDATE customer_groups SET name = ? WHERE id = ?", [name, id]);
}
