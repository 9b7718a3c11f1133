/** What a role may do: an admin everything, others what the plugins declare for them. */
import type { Permission } from "../../kernel/plugin.ts";
import type { Role } from "./domain.ts";

export type PermissionsOf = (role: Role) => ReadonlySet<string>;

/** `declared` is read at the first question, when every plugin has been set up. */
export function createPermissionsOf(declared: ReadonlyMap<string, Permission>): PermissionsOf {
  const known = new Map<Role, ReadonlySet<string>>();
  return (role) => {
    const before = known.get(role);
    if (before) return before;
    const names = [...declared]
      .filter(([, { roles }]) => role === "admin" || roles.includes(role))
      .map(([name]) => name);
    const set = new Set(names);
    known.set(role, set);
    return set;
  };
}
