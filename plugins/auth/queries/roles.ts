/** Where the shop's roles differ from what the plugins propose. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { EditableRole } from "../domain.ts";
import type { RoleChanges } from "../permissions.ts";

export async function roleChanges(db: Knex): Promise<Record<EditableRole, RoleChanges>> {
  const { rows } = await db.raw(
    "SELECT role, jsonb_object_agg(permission, granted) AS changes FROM role_permissions GROUP BY role",
  );
  const found: Record<EditableRole, RoleChanges> = { manager: {}, employee: {} };
  for (const { role, changes } of rows as { role: EditableRole; changes: RoleChanges }[]) found[role] = changes;
  return found;
}

/** Until this transaction ends nobody else changes a role. */
export async function lockRoles(tx: Tx): Promise<void> {
  await tx.raw("LOCK TABLE role_permissions IN SHARE ROW EXCLUSIVE MODE");
}

/** Of the permissions `known` now; what a plugin that is away had is kept for its return. */
export async function replaceRole(tx: Tx, role: EditableRole, known: string[], changes: RoleChanges): Promise<void> {
  await tx.raw("DELETE FROM role_permissions WHERE role = :role AND permission = ANY (:known)", { role, known });
  await tx.raw(
    `INSERT INTO role_permissions (role, permission, granted)
     SELECT :role, name, granted FROM unnest(cast(:names AS text[]), cast(:granted AS boolean[])) AS t (name, granted)`,
    { role, names: Object.keys(changes), granted: Object.values(changes) },
  );
}
