/** Somebody who is signed in shows again who it is: whoever found an open till must not take the account with it. */
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault } from "../../kernel/errors.ts";
import type { Actor, UserSecret } from "./domain.ts";
import type { Lockout } from "./lockout.ts";
import type { Passwords } from "./passwords.ts";
import { userWithSecret } from "./queries/users.ts";

/** Further evidence beside the password; throws the fault of its field. */
export type FurtherCheck = () => Promise<void>;

export type Prove = (actor: Actor, password: string, further?: FurtherCheck) => Promise<UserSecret>;

export interface ProofParts {
  db: Database;
  passwords: Passwords;
  lockout: Lockout;
}

/** Throws a fault of the field `current_password`, what `further` throws, SIGN_IN_LOCKED after five wrong tries. */
export function createProof({ db, passwords, lockout }: ProofParts): Prove {
  return async ({ user: { id }, address }, password, further) => {
    const turn = await lockout.proof(id, address);
    const end = (work: (tx: Tx) => Promise<void>) => db.transaction(work);
    const user = await userWithSecret(db.primary, id);
    const right = await passwords.verify(password, user?.passwordHash).catch(async (fault: unknown) => {
      await turn.undone();
      throw fault;
    });
    if (!user || !right) {
      await end(turn.failed);
      throw fieldFault("current_password", "PASSWORD_WRONG", "auth.validation.password_wrong");
    }
    await further?.().catch(async (fault: unknown) => {
      await end(turn.failed);
      throw fault;
    });
    await end(turn.succeeded);
    return user;
  };
}
