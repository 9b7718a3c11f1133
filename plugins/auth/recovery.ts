/** When somebody stands before a closed door: another administrator opens it, or whoever is at the server. */
import { randomBytes } from "node:crypto";
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import type { Actor } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Lockout } from "./lockout.ts";
import type { Passwords } from "./passwords.ts";
import { recoverUser, userForUpdate, userToSignIn } from "./queries/users.ts";
import type { SecondFactor } from "./second-factor.ts";
import type { Sessions } from "./sessions.ts";

/** No 0, O, 1, I: 32 signs, so that a byte maps evenly; 16 of them are 80 bits. */
const SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const GROUPS = 4;
const GROUP_LENGTH = 4;

export interface Recovered {
  password: string;
  /** false: the person had been let go, and is let in again */
  wasActive: boolean;
}

export type Recovery = ReturnType<typeof createRecovery>;

export interface RecoveryParts {
  db: Database;
  audit: Auditor;
  clock: Clock;
  passwords: Passwords;
  sessions: Sessions;
  lockout: Lockout;
  secondFactor: SecondFactor;
}

export function createRecovery(parts: RecoveryParts) {
  const { db, audit, clock, passwords, sessions, lockout, secondFactor } = parts;

  return {
    /** Why a person may be standing outside. */
    async state(userId: number): Promise<{ lockedUntil: Date | undefined; hasSecondFactor: boolean }> {
      const [lockedUntil, hasSecondFactor] = await Promise.all([
        lockout.lockedUntil(userId),
        secondFactor.isOn(userId),
      ]);
      return { lockedUntil, hasSecondFactor };
    },

    /** What was counted against the person is forgotten. Throws NOT_FOUND. */
    unlock: (actor: Actor, userId: number, reason?: string): Promise<void> =>
      db.transaction(async (tx) => {
        if (!(await userForUpdate(tx, userId))) throw kernelErrors.NOT_FOUND();
        const locks = await lockout.unlock(tx, userId);
        const why = reason === undefined ? {} : { reason };
        await audit(tx, { ...actor, action: "user.unlocked", subject: `user:${userId}`, after: { locks }, ...why });
      }),

    /** For somebody who lost the phone; for oneself it takes the password and a code. Throws NOT_FOUND, OWN_ACCOUNT. */
    async turnOffSecondFactor(actor: Actor, userId: number, reason?: string): Promise<void> {
      if (actor.user.id === userId) throw errors.OWN_ACCOUNT();
      await db.transaction(async (tx) => {
        if (!(await userForUpdate(tx, userId))) throw kernelErrors.NOT_FOUND();
        await secondFactor.remove(tx, actor, userId, reason);
      });
    },

    /**
     * At the server: opens every door for a person and answers a password that is good for choosing an own one.
     * `admin` makes the person an administrator, for a shop that has lost its last one. Undefined: nobody has that name.
     */
    async atServer(username: string, { admin }: { admin: boolean }): Promise<Recovered | undefined> {
      const { user } = await userToSignIn(db.primary, username.normalize("NFC"));
      if (!user) return undefined;
      const password = makePassword();
      const passwordHash = await passwords.hash(password);
      const over = await db.transaction(async (tx) => {
        const { id } = user;
        await recoverUser(tx, { id, passwordHash, admin, now: clock.now() });
        await secondFactor.remove(tx, {}, id);
        await lockout.unlock(tx, id);
        await audit(tx, {
          action: "user.recovered",
          subject: `user:${id}`,
          before: { role: user.role, active: user.active },
          after: { role: admin ? "admin" : user.role, active: true, by: "command" },
        });
        return sessions.endAllOf(tx, id);
      });
      await sessions.forget(over);
      return { password, wasActive: user.active };
    },
  };
}

function makePassword(): string {
  const group = () => [...randomBytes(GROUP_LENGTH)].map((byte) => SIGNS[byte % SIGNS.length]).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}
