/** The people who work with the system: hired, changed, locked out. What changes for a person holds from the next request on. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Actor, Role, User } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Passwords } from "./passwords.ts";
import * as queries from "./queries/users.ts";
import type { Sessions } from "./sessions.ts";

export interface NewUser {
  username: string;
  fullName: string;
  role: Role;
  password: string;
}

export type UserChange = { [K in "fullName" | "role" | "active"]?: User[K] | undefined };
export type Users = ReturnType<typeof createUsers>;

export interface UserParts {
  db: Database;
  audit: Auditor;
  clock: Clock;
  passwords: Passwords;
  sessions: Sessions;
}

export function createUsers({ db, audit, clock, passwords, sessions }: UserParts) {
  /** Throws LAST_ADMIN unless somebody else remains who may manage the people. */
  async function keepAnAdmin(tx: Tx, id: number): Promise<void> {
    const admins = await queries.activeAdminsForUpdate(tx);
    if (admins.includes(id) && admins.length === 1) throw errors.LAST_ADMIN();
  }

  async function change(tx: Tx, actor: Actor, id: number, wanted: UserChange): Promise<{ user: User; over: string[] }> {
    const losesAdmin = wanted.active === false || (wanted.role !== undefined && wanted.role !== "admin");
    // before the person's own row, so that all who change admins lock them in one order
    if (losesAdmin) await keepAnAdmin(tx, id);
    const before = await queries.userForUpdate(tx, id);
    if (!before) throw kernelErrors.NOT_FOUND();
    const { fullName = before.fullName, role = before.role, active = before.active } = wanted;
    if (fullName === before.fullName && role === before.role && active === before.active)
      return { user: before, over: [] };
    const user = await queries.updateUser(tx, { id, fullName, role, active, now: clock.now() });
    await audit(tx, {
      ...actor,
      action: "user.updated",
      subject: `user:${id}`,
      before: said(before),
      after: said(user),
    });
    return { user, over: active ? await sessions.openOf(tx, id) : await sessions.endAllOf(tx, id) };
  }

  /** Ends the person's sessions, except the one in which the person did it. */
  async function replacePassword(actor: Actor, id: number, password: string, except?: string): Promise<void> {
    const hash = await passwords.hash(password);
    const over = await db.transaction(async (tx) => {
      if (!(await queries.replacePassword(tx, id, hash, clock.now()))) throw kernelErrors.NOT_FOUND();
      await audit(tx, { ...actor, action: "password.changed", subject: `user:${id}` });
      return sessions.endAllOf(tx, id, except);
    });
    await sessions.forget(over);
  }

  return {
    /** At most `limit` by name, after the name and id given. */
    list: (after: { name: string; id: number } | undefined, limit: number): Promise<User[]> =>
      queries.usersByName(db.primary, after, limit),

    /** Throws NOT_FOUND. */
    async get(id: number): Promise<User> {
      const user = await queries.userById(db.primary, id);
      if (!user) throw kernelErrors.NOT_FOUND();
      return user;
    },

    /** Throws a fault of the field `username` when somebody has it, in capitals or not. */
    async create(actor: Actor, { username, fullName, role, password }: NewUser): Promise<User> {
      const passwordHash = await passwords.hash(password);
      return db.transaction(async (tx) => {
        const user = await queries.insertUser(tx, { username, fullName, role, passwordHash, now: clock.now() });
        if (!user) throw fieldFault("username", "USERNAME_TAKEN", "auth.validation.username_taken", { username });
        await audit(tx, { ...actor, action: "user.created", subject: `user:${user.id}`, after: said(user) });
        return user;
      });
    },

    /** Throws NOT_FOUND, LAST_ADMIN. A deactivated person is signed out everywhere. */
    async update(actor: Actor, id: number, wanted: UserChange): Promise<User> {
      const { user, over } = await db.transaction((tx) => change(tx, actor, id, wanted));
      await sessions.forget(over);
      return user;
    },

    /** For somebody else, who is signed out everywhere. Throws NOT_FOUND. */
    resetPassword: (actor: Actor, id: number, password: string): Promise<void> => replacePassword(actor, id, password),

    /** One's own; the session in use goes on. Throws a fault of the field `current_password`. */
    async changePassword(actor: Actor, sessionId: string, current: string, password: string): Promise<void> {
      const user = await queries.userWithSecret(db.primary, actor.user.id);
      if (!(await passwords.verify(current, user?.passwordHash)))
        throw fieldFault("current_password", "PASSWORD_WRONG", "auth.validation.password_wrong");
      await replacePassword(actor, actor.user.id, password, sessionId);
    },
  };
}

/** What the audit trail keeps of a person. */
function said({ username, fullName, role, active }: User) {
  return { username, full_name: fullName, role, active };
}
