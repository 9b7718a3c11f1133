/** The person who rings, as the till knows people. */
import type { Session } from "../../../kernel/http/session.ts";
import { countsBlind } from "../../inventory/api.ts";
import type { Seller } from "../domain.ts";

/** Who does something that the trail keeps. */
export function actorOf({ session, address }: { session: Session; address: string }) {
  return { user: { id: session.user.id, username: session.user.username }, address };
}

export function sellerOf({ user, permissions }: Session): Seller {
  const blind = countsBlind((permission) => permissions.has(permission));
  return { id: user.id, username: user.username, fullName: user.fullName, countsBlind: blind };
}
