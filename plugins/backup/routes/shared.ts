/** What pages and API share. */
import type { Session } from "../../../kernel/http/session.ts";
import type { Actor } from "../domain.ts";

export const READ = { permission: "backups.read" } as const;
export const MAKE = { permission: "backups.make" } as const;

export function actorOf({ session, address }: { session: Session; address: string }): Actor {
  return { user: { id: session.user.id, username: session.user.username }, address };
}
