/** PINs of those who approve on the spot: set by their owner, tried on somebody else's screen, counted at each try. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { Approval, ApprovalTry, Session } from "../../kernel/http/session.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import type { Actor } from "./domain.ts";
import { errors } from "./errors.ts";
import { judged, type Lockout, type Turn } from "./lockout.ts";
import type { Passwords } from "./passwords.ts";
import { type Declared, permissionsOf } from "./permissions.ts";
import type { Prove } from "./proof.ts";
import * as queries from "./queries/pins.ts";
import { roleChanges } from "./queries/roles.ts";

/** Whoever has it may lend a permission of the own for one deed. */
export const APPROVE = "approvals.give";

export type Pins = ReturnType<typeof createPins>;

export interface PinParts {
  db: Database;
  audit: Auditor;
  clock: Clock;
  passwords: Passwords;
  lockout: Pick<Lockout, "pin">;
  prove: Prove;
  declared: Declared;
  stores: Pick<Stores, "of">;
}

export function createPins({ db, audit, clock, passwords, lockout, prove, declared, stores }: PinParts) {
  /** Those who have a PIN, may approve, and may do it themselves, in that store. */
  async function ownersWith(permission: string, storeId: number | undefined): Promise<queries.PinOwner[]> {
    const [owners, changes] = await Promise.all([queries.pinOwners(db.primary), roleChanges(db.primary)]);
    const able = owners.filter(({ role }) => {
      const may = permissionsOf(declared, role, role === "admin" ? {} : changes[role]);
      return may.has(APPROVE) && may.has(permission);
    });
    if (storeId === undefined) return able;
    const where = await Promise.all(able.map((owner) => stores.of(owner)));
    return able.filter((_, index) => where[index]?.some(({ id }) => id === storeId));
  }

  /** Throws what Prove throws. */
  async function replace({ actor, current, pin }: { actor: Actor; current: string; pin: string | null }) {
    const { id } = await prove(actor, current);
    const hash = pin === null ? null : await passwords.hash(pin);
    await db.transaction(async (tx) => {
      await queries.setPin(tx, id, hash, clock.now());
      await audit(tx, { ...actor, action: hash === null ? "pin.removed" : "pin.set", subject: `user:${id}` });
    });
  }

  async function refuse(
    turn: Turn,
    { user }: Session,
    asked: ApprovalTry,
    owner: queries.PinOwner | undefined,
  ): Promise<never> {
    const { permission, username, action: route, address } = asked;
    await db.transaction(async (tx) => {
      await audit(tx, {
        user,
        action: "approval.refused",
        subject: `permission:${permission}`,
        after: { approver: owner?.username ?? null, route },
        address,
      });
      await turn.failed(tx);
    });
    throw errors.PIN_WRONG({ data: { permission, approver: username } });
  }

  return {
    has: (userId: number): Promise<boolean> => queries.hasPin(db.primary, userId),

    set: (actor: Actor, current: string, pin: string): Promise<void> => replace({ actor, current, pin }),

    remove: (actor: Actor, current: string): Promise<void> => replace({ actor, current, pin: null }),

    approvers: async (
      permission: string,
      storeId: number | undefined,
    ): Promise<{ username: string; fullName: string }[]> =>
      (await ownersWith(permission, storeId)).map(({ username, fullName }) => ({ username, fullName })),

    /** Throws PIN_WRONG, the same for a wrong PIN and for somebody who cannot approve it; PIN_LOCKED after too many. */
    async approve(session: Session, asked: ApprovalTry): Promise<Approval> {
      const { permission, username, pin, storeId, address } = asked;
      const owner = (await ownersWith(permission, storeId)).find((one) => isNamed(one.username, username));
      const turn = await lockout.pin({
        askerId: session.user.id,
        owner: username.toLowerCase(),
        ownerId: owner?.id,
        address,
        refuse: (details) => errors.PIN_LOCKED({ ...details, data: { permission, approver: username } }),
      });
      const right = await judged(turn, () => passwords.verify(pin, owner?.pinHash));
      if (!owner || !right) return refuse(turn, session, asked, owner);
      await db.transaction((tx) => turn.succeeded(tx));
      return { permission, by: { id: owner.id, username: owner.username, fullName: owner.fullName } };
    },
  };
}

function isNamed(one: string, typed: string): boolean {
  return one.toLowerCase() === typed.normalize("NFC").toLowerCase();
}
