/** Who works here now and what each may do, for what is done in somebody's name while nobody is signed in. */
import type { Database } from "../../kernel/db/database.ts";
import type { Worker } from "../../kernel/http/session.ts";
import { type Declared, permissionsOf } from "./permissions.ts";
import { roleChanges } from "./queries/roles.ts";
import { activeUsers } from "./queries/users.ts";

export function createWorkers({ db, declared }: { db: Database; declared: Declared }) {
  return async (userIds?: readonly number[]): Promise<Worker[]> => {
    const [users, changes] = await Promise.all([activeUsers(db.primary, userIds), roleChanges(db.primary)]);
    return users.map(({ id, username, fullName, role }) => ({
      id,
      username,
      fullName,
      role,
      permissions: permissionsOf(declared, role, role === "admin" ? {} : changes[role]),
    }));
  };
}
