/** Somebody who is signed in shows again who it is: whoever found an open till must not take the account with it. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database } from "../../kernel/db/database.ts";
import { AppError, fieldFault } from "../../kernel/errors.ts";
import type { Actor, UserSecret } from "./domain.ts";
import { judged, type Lockout } from "./lockout.ts";
import type { Passwords } from "./passwords.ts";
import { userWithSecret } from "./queries/users.ts";

/** Further evidence beside the password; throws the fault of its field. */
export type FurtherCheck = () => Promise<void>;

export type Prove = (actor: Actor, password: string, further?: FurtherCheck) => Promise<UserSecret>;

export interface ProofParts {
  db: Database;
  audit: Auditor;
  passwords: Passwords;
  lockout: Lockout;
}

/** Throws a fault of the field `current_password`, what `further` throws, SIGN_IN_LOCKED after five wrong tries. */
export function createProof({ db, audit, passwords, lockout }: ProofParts): Prove {
  return async (actor, password, further) => {
    const {
      user: { id },
      address,
    } = actor;
    const turn = await lockout.proof(id, address);
    const fail = (what: "password" | "code") =>
      db.transaction(async (tx) => {
        await audit(tx, { ...actor, action: "proof.failed", subject: `user:${id}`, after: { what } });
        await turn.failed(tx);
      });
    const user = await userWithSecret(db.primary, id);
    const right = await judged(turn, () => passwords.verify(password, user?.passwordHash));
    if (!user || !right) {
      await fail("password");
      throw fieldFault("current_password", "PASSWORD_WRONG", "auth.validation.password_wrong");
    }
    await further?.().catch(async (fault: unknown) => {
      // a wrong code is the person's, anything else is ours
      await (fault instanceof AppError ? fail("code") : turn.undone());
      throw fault;
    });
    await db.transaction(turn.succeeded);
    return user;
  };
}
