/** PINs of those who approve on the spot: set by their owner, tried on somebody else's screen, counted at each try. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import { fieldFault } from "../../kernel/errors.ts";
import type { Approval, ApprovalTry, Session } from "../../kernel/http/session.ts";
import type { Actor } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Passwords } from "./passwords.ts";
import { type Declared, permissionsOf } from "./permissions.ts";
import * as queries from "./queries/pins.ts";
import { roleChanges } from "./queries/roles.ts";
import { userWithSecret } from "./queries/users.ts";

/** Whoever has it may lend a permission of the own for one deed. */
export const APPROVE = "approvals.give";

export type Pins = ReturnType<typeof createPins>;

export interface PinParts {
  db: Database;
  audit: Auditor;
  clock: Clock;
  passwords: Passwords;
  declared: Declared;
}

export function createPins({ db, audit, clock, passwords, declared }: PinParts) {
  /** Those who have a PIN, may approve, and may do it themselves. */
  async function ownersWith(permission: string): Promise<queries.PinOwner[]> {
    const [owners, changes] = await Promise.all([queries.pinOwners(db.primary), roleChanges(db.primary)]);
    return owners.filter(({ role }) => {
      const may = permissionsOf(declared, role, role === "admin" ? {} : changes[role]);
      return may.has(APPROVE) && may.has(permission);
    });
  }

  /** Throws a fault of the field `current_password`. */
  async function replace({ actor, current, pin }: { actor: Actor; current: string; pin: string | null }) {
    const { id } = actor.user;
    const user = await userWithSecret(db.primary, id);
    if (!(await passwords.verify(current, user?.passwordHash)))
      throw fieldFault("current_password", "PASSWORD_WRONG", "auth.validation.password_wrong");
    const hash = pin === null ? null : await passwords.hash(pin);
    await db.transaction(async (tx) => {
      await queries.setPin(tx, id, hash, clock.now());
      await audit(tx, { ...actor, action: hash === null ? "pin.removed" : "pin.set", subject: `user:${id}` });
    });
  }

  async function refuse({ user }: Session, asked: ApprovalTry, owner: queries.PinOwner | undefined): Promise<never> {
    const { permission, username, action: route, address } = asked;
    const by = owner && { id: owner.id, username: owner.username };
    await db.transaction((tx) =>
      audit(tx, {
        user,
        action: "approval.refused",
        subject: `permission:${permission}`,
        after: { by: by ?? null, route },
        address,
      }),
    );
    throw errors.PIN_WRONG({ data: { permission, approver: username } });
  }

  return {
    has: (userId: number): Promise<boolean> => queries.hasPin(db.primary, userId),

    set: (actor: Actor, current: string, pin: string): Promise<void> => replace({ actor, current, pin }),

    remove: (actor: Actor, current: string): Promise<void> => replace({ actor, current, pin: null }),

    approvers: async (permission: string): Promise<{ username: string; fullName: string }[]> =>
      (await ownersWith(permission)).map(({ username, fullName }) => ({ username, fullName })),

    /** Throws PIN_WRONG, the same for a wrong PIN and for somebody who cannot approve it. */
    async approve(session: Session, asked: ApprovalTry): Promise<Approval> {
      const { permission, username, pin } = asked;
      const owner = (await ownersWith(permission)).find((one) => isNamed(one.username, username));
      const right = await passwords.verify(pin, owner?.pinHash);
      if (!owner || !right) return refuse(session, asked, owner);
      return { permission, by: { id: owner.id, username: owner.username, fullName: owner.fullName } };
    },
  };
}

function isNamed(one: string, typed: string): boolean {
  return one.toLowerCase() === typed.normalize("NFC").toLowerCase();
}
