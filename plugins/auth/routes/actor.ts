/** Who acts in a request, for the audit trail. */
import type { Session } from "../../../kernel/http/session.ts";
import type { Actor } from "../domain.ts";

export function actorOf({ session, address }: { session: Session; address: string }): Actor {
  return { user: { id: session.user.id, username: session.user.username }, address };
}
