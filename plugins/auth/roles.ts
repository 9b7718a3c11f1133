/** The roles as sets of permissions that an administrator edits. What changes holds from the next request on, everywhere. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault } from "../../kernel/errors.ts";
import { type Actor, EDITABLE_ROLES, type EditableRole } from "./domain.ts";
import { changesFor, type Declared, isGranted, type RoleChanges } from "./permissions.ts";
import * as queries from "./queries/roles.ts";
import type { Sessions } from "./sessions.ts";

/** One row of the matrix. */
export interface PermissionRow {
  name: string;
  /** the plugin that declares it */
  owner: string;
  /** locale key of its sentence */
  text: string;
  adminOnly: boolean;
  granted: Record<EditableRole, boolean>;
  proposed: Record<EditableRole, boolean>;
}

export type Wanted = Partial<Record<EditableRole, readonly string[]>>;
export type Roles = ReturnType<typeof createRoles>;

export interface RoleParts {
  db: Database;
  audit: Auditor;
  declared: Declared;
  sessions: Pick<Sessions, "openOfRole" | "forget">;
}

export function createRoles({ db, audit, declared, sessions }: RoleParts) {
  function checked(names: readonly string[], field: string): Set<string> {
    for (const name of names) {
      const permission = declared.get(name);
      if (!permission)
        throw fieldFault(field, "PERMISSION_UNKNOWN", "auth.validation.permission_unknown", { permission: name });
      if (permission.adminOnly)
        throw fieldFault(field, "PERMISSION_ADMIN_ONLY", "auth.validation.permission_admin_only", { permission: name });
    }
    return new Set(names);
  }

  async function changeRole(tx: Tx, actor: Actor, role: EditableRole, wanted: Set<string>, before: RoleChanges) {
    const had = (name: string) => isGranted(declared, role, name, before);
    const given = [...wanted].filter((name) => !had(name)).sort();
    const taken = [...declared.keys()].filter((name) => had(name) && !wanted.has(name)).sort();
    if (given.length === 0 && taken.length === 0) return [];
    await queries.replaceRole(tx, role, [...declared.keys()], changesFor(declared, role, wanted));
    const all = [...declared.keys()].filter(had).sort();
    await audit(tx, {
      ...actor,
      action: "role.updated",
      subject: `role:${role}`,
      before: { permissions: all },
      after: { permissions: [...wanted].sort(), given, taken },
    });
    return sessions.openOfRole(tx, role);
  }

  return {
    async matrix(): Promise<PermissionRow[]> {
      const changes = await queries.roleChanges(db.primary);
      const byRole = (of: (role: EditableRole) => boolean) => ({ manager: of("manager"), employee: of("employee") });
      return [...declared].map(([name, { owner, text, roles, adminOnly = false }]) => ({
        name,
        owner,
        text,
        adminOnly,
        granted: byRole((role) => isGranted(declared, role, name, changes[role])),
        proposed: byRole((role) => !adminOnly && roles.includes(role)),
      }));
    },

    /** Each role that is named gets exactly these permissions. Throws a fault of `field`, or of the field named as the role. */
    async change(actor: Actor, wanted: Wanted, field?: string): Promise<void> {
      const sets = EDITABLE_ROLES.flatMap((role) => {
        const names = wanted[role];
        return names === undefined ? [] : [{ role, names: checked(names, field ?? role) }];
      });
      const over = await db.transaction(async (tx) => {
        await queries.lockRoles(tx);
        const before = await queries.roleChanges(tx);
        const ids: string[] = [];
        for (const { role, names } of sets) ids.push(...(await changeRole(tx, actor, role, names, before[role])));
        return ids;
      });
      await sessions.forget(over);
    },
  };
}
