/** What the page and the API of the people share. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import type { User } from "../domain.ts";
import type { Users } from "../users.ts";

export const MANAGE = { permission: "users.manage" } as const;

/** One page of the list. Throws a fault of the field `cursor`. */
export async function peoplePage(users: Users, { cursor, limit }: { cursor?: string | undefined; limit: number }) {
  const [name, id] = readCursor(cursor, ["string", "number"]) ?? [];
  const after = name === undefined || id === undefined ? undefined : { name, id };
  return pageOf<User>(await users.list(after, limit + 1), limit, (user) => [user.username, user.id]);
}
