/** Between the password and the code: a cookie for five minutes that says who has shown the right password in this browser. */
import type { Clock } from "../../kernel/clock.ts";
import type { Cookie } from "../../kernel/http/reply.ts";
import type { UserSecret } from "./domain.ts";
import type { Seal } from "./seal.ts";

export const TICKET_COOKIE = "pos_ticket";
export const goneTicket: Cookie = { name: TICKET_COOKIE, value: undefined };
const GOOD_SECONDS = 300;

export interface Tickets {
  issue(user: UserSecret): Cookie;
  /** Whom it names, to be looked up; undefined when it is over or none of ours. */
  read(cookie: string | undefined): { userId: number; isFor(user: UserSecret): boolean } | undefined;
}

/** The mark covers the password's hash, so that a new password voids the ticket. */
export function createTickets({ seal, clock }: { seal: Seal; clock: Clock }): Tickets {
  const textOf = (userId: number, end: number, { passwordHash }: UserSecret) => `${userId}.${end}.${passwordHash}`;
  return {
    issue(user) {
      const end = clock.now().getTime() + GOOD_SECONDS * 1000;
      const value = `${user.id}.${end}.${seal.mark(textOf(user.id, end, user))}`;
      return { name: TICKET_COOKIE, value, maxAge: GOOD_SECONDS };
    },
    read(cookie) {
      const match = /^(\d{1,15})\.(\d{1,15})\.([\w-]{43})$/.exec(cookie ?? "");
      const [, userId, end, mark = ""] = match ?? [];
      if (!match || Number(end) < clock.now().getTime()) return undefined;
      return {
        userId: Number(userId),
        isFor: (user) => seal.isGood(textOf(Number(userId), Number(end), user), mark),
      };
    },
  };
}
