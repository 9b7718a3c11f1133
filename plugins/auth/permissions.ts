/** What a role may do: an admin everything, others what the plugins propose for them as the shop has changed it. */
import type { DeclaredPermission } from "../../kernel/plugin.ts";
import type { EditableRole, Role } from "./domain.ts";

/** Where the shop differs from the proposal: true was given, false was taken away. */
export type RoleChanges = Readonly<Record<string, boolean>>;
/** Every permission of every plugin; complete once all are set up. */
export type Declared = ReadonlyMap<string, DeclaredPermission>;

export function permissionsOf(declared: Declared, role: Role, changes: RoleChanges): ReadonlySet<string> {
  const names = [...declared.keys()];
  return new Set(role === "admin" ? names : names.filter((name) => isGranted(declared, role, name, changes)));
}

/** As `permissionsOf`, which makes the same set for each request of everybody with that role: the last one is kept. */
export function createGrants(declared: Declared): (role: Role, changes: RoleChanges) => ReadonlySet<string> {
  const last = new Map<Role, { given: string; permissions: ReadonlySet<string> }>();
  return (role, changes) => {
    const given = `${declared.size} ${JSON.stringify(changes)}`;
    const kept = last.get(role);
    if (kept?.given === given) return kept.permissions;
    const permissions = permissionsOf(declared, role, changes);
    last.set(role, { given, permissions });
    return permissions;
  };
}

export function isGranted(declared: Declared, role: EditableRole, name: string, changes: RoleChanges): boolean {
  const permission = declared.get(name);
  if (!permission || permission.adminOnly) return false;
  return Object.hasOwn(changes, name) ? changes[name] === true : permission.roles.includes(role);
}

/** The changes that make the role have exactly `wanted`; what is as proposed is not kept, so a later proposal counts. */
export function changesFor(declared: Declared, role: EditableRole, wanted: ReadonlySet<string>): RoleChanges {
  const editable = [...declared].filter(([, { adminOnly }]) => !adminOnly);
  return Object.fromEntries(
    editable
      .filter(([name, { roles }]) => wanted.has(name) !== roles.includes(role))
      .map(([name]) => [name, wanted.has(name)]),
  );
}
