/** The people who work with the system: hired, changed, locked out. What changes for a person holds from the next request on. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Actor, Role, User } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Passwords } from "./passwords.ts";
import type { Prove } from "./proof.ts";
import * as queries from "./queries/users.ts";
import type { Sessions } from "./sessions.ts";
import type { Strength } from "./strength.ts";

export interface NewUser {
  username: string;
  fullName: string;
  role: Role;
  password: string;
  /** good for choosing an own one only */
  temporary: boolean;
}

export type UserChange = { [K in "fullName" | "role" | "active"]?: User[K] | undefined };
export type Users = ReturnType<typeof createUsers>;

export interface UserParts {
  db: Database;
  audit: Auditor;
  clock: Clock;
  passwords: Passwords;
  sessions: Sessions;
  strength: Strength;
  prove: Prove;
}

export function createUsers({ db, audit, clock, passwords, sessions, strength, prove }: UserParts) {
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

  /** Throws NOT_FOUND. */
  async function get(id: number): Promise<User> {
    const user = await queries.userById(db.primary, id);
    if (!user) throw kernelErrors.NOT_FOUND();
    return user;
  }

  /** Ends the person's sessions, except the one in which the person did it. What somebody else chose is temporary. */
  async function replacePassword(actor: Actor, id: number, password: string, except?: string): Promise<void> {
    const passwordHash = await passwords.hash(password);
    const temporary = actor.user.id !== id;
    const over = await db.transaction(async (tx) => {
      const change = { id, passwordHash, temporary, now: clock.now() };
      if (!(await queries.replacePassword(tx, change))) throw kernelErrors.NOT_FOUND();
      await audit(tx, { ...actor, action: "password.changed", subject: `user:${id}`, after: { temporary } });
      return sessions.endAllOf(tx, id, except);
    });
    // the one that goes on no longer has to change it
    await sessions.forget(except === undefined ? over : [...over, except]);
  }

  return {
    /** At most `limit` by name, after the name and id given. */
    list: (after: { name: string; id: number } | undefined, limit: number): Promise<User[]> =>
      queries.usersByName(db.primary, after, limit),

    get,

    /** Of those who left too. */
    names: (ids: readonly number[]) => queries.namesOf(db.primary, ids),

    /** Throws a fault of the field `username` when somebody has it, in capitals or not, and of `password` when it is easy. */
    async create(actor: Actor, { username, fullName, role, password, temporary }: NewUser): Promise<User> {
      await strength.require(password, [username, fullName]);
      const passwordHash = await passwords.hash(password);
      return db.transaction(async (tx) => {
        const user = await queries.insertUser(tx, {
          username,
          fullName,
          role,
          passwordHash,
          temporary,
          now: clock.now(),
        });
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

    /**
     * For somebody else, who is signed out everywhere and chooses an own one when signing in. Throws NOT_FOUND, a fault of the
     * field `password`.
     */
    async resetPassword(actor: Actor, id: number, password: string): Promise<void> {
      // who found an open till must not take the account with it: the own one takes the current password
      if (actor.user.id === id) throw errors.OWN_ACCOUNT();
      const { username, fullName } = await get(id);
      await strength.require(password, [username, fullName]);
      await replacePassword(actor, id, password);
    },

    /** One's own; the session in use goes on. Throws faults of the fields `current_password` and `password`, SIGN_IN_LOCKED. */
    async changePassword(actor: Actor, sessionId: string, current: string, password: string): Promise<void> {
      const { username, fullName } = await prove(actor, current);
      if (password === current) throw fieldFault("password", "PASSWORD_SAME", "auth.validation.password_same");
      await strength.require(password, [username, fullName]);
      await replacePassword(actor, actor.user.id, password, sessionId);
    },
  };
}

/** What the audit trail keeps of a person. */
function said({ username, fullName, role, active }: User) {
  return { username, full_name: fullName, role, active };
}
