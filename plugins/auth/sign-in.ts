/** Signing in by name and password. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { Grant, SessionKind, UserSecret } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Passwords } from "./passwords.ts";
import { refreshHash, userToSignIn } from "./queries/users.ts";
import type { Sessions } from "./sessions.ts";

export interface Credentials {
  username: string;
  password: string;
}

export interface SignIn {
  /** Throws INVALID_CREDENTIALS, the same and after the same time whatever was wrong; SIGN_IN_BUSY. */
  signIn(credentials: Credentials, kind: SessionKind, address: string): Promise<Grant>;
}

export interface SignInParts {
  db: Database;
  audit: Auditor;
  passwords: Passwords;
  sessions: Sessions;
}

export function createSignIn({ db, audit, passwords, sessions }: SignInParts): SignIn {
  /** What was typed as a name is not kept: people type passwords there. */
  async function refuse(user: UserSecret | undefined, address: string): Promise<never> {
    const subject = user ? `user:${user.id}` : "user:unknown";
    await db.transaction((tx) => audit(tx, { action: "login.failed", subject, address }));
    throw errors.INVALID_CREDENTIALS();
  }

  return {
    async signIn({ username, password }, kind, address) {
      const user = await userToSignIn(db.primary, username.normalize("NFC"));
      const right = await passwords.verify(password, user?.passwordHash);
      if (!user || !right || !user.active) return refuse(user, address);
      const today = passwords.isStale(user.passwordHash) ? await passwords.hash(password) : user.passwordHash;
      const grant = await db.transaction(async (tx) => {
        if (today !== user.passwordHash) await refreshHash(tx, user.id, user.passwordHash, today);
        return sessions.start(tx, { ...user, passwordHash: today }, kind, address);
      });
      return grant ?? refuse(user, address);
    },
  };
}
