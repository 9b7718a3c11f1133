/** The person who rings, as the till knows people. */
import type { Session } from "../../../kernel/http/session.ts";
import type { Seller } from "../domain.ts";

export function sellerOf({ user }: Session): Seller {
  return { id: user.id, username: user.username, fullName: user.fullName };
}
