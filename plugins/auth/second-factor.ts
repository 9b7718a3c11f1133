/** A code of an app beside the password, for whoever wants it. Who loses the phone asks another administrator. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault } from "../../kernel/errors.ts";
import type { Actor } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Prove } from "./proof.ts";
import * as queries from "./queries/second-factors.ts";
import type { Sessions } from "./sessions.ts";
import { makeSecret, stepOf } from "./totp.ts";

/** A secret that was shown and not confirmed for so long is no longer shown. */
const BEGUN_MINUTES = 15;

export type SecondFactor = ReturnType<typeof createSecondFactor>;

export interface SecondFactorParts {
  db: Database;
  audit: Auditor;
  clock: Clock;
  sessions: Pick<Sessions, "endAllOf" | "forget">;
  prove: Prove;
}

export function createSecondFactor({ db, audit, clock, sessions, prove }: SecondFactorParts) {
  const codeFault = () => fieldFault("totp", "CODE_WRONG", "auth.validation.totp_wrong");

  const begun = (userId: number) =>
    queries.begunFactor(db.primary, userId, new Date(clock.now().getTime() - BEGUN_MINUTES * 60_000));

  async function isOn(userId: number): Promise<boolean> {
    return (await queries.activeFactor(db.primary, userId)) !== undefined;
  }

  /** True once for each code. */
  async function use(userId: number, code: string): Promise<boolean> {
    const secret = await queries.activeFactor(db.primary, userId);
    const step = secret === undefined ? undefined : stepOf(secret, code, clock.now());
    if (secret === undefined || step === undefined) return false;
    return db.transaction((tx) => queries.takeStep(tx, { userId, secret, step }));
  }

  /** Within the caller's transaction. Answers whether it was on. */
  async function remove(tx: Tx, by: Partial<Actor>, userId: number, reason?: string): Promise<boolean> {
    if (!(await queries.removeFactor(tx, userId))) return false;
    const why = reason === undefined ? {} : { reason };
    await audit(tx, { ...by, action: "totp.disabled", subject: `user:${userId}`, ...why });
    return true;
  }

  return {
    isOn,
    use,
    remove,

    /** The secret that was begun and waits for its first code. */
    begun,

    /** A new secret, good for nothing before it is confirmed. Throws SECOND_FACTOR_ON. */
    async begin(userId: number): Promise<string> {
      const secret = makeSecret();
      const made = await db.transaction((tx) => queries.beginFactor(tx, { userId, secret, now: clock.now() }));
      if (!made) throw errors.SECOND_FACTOR_ON();
      return secret;
    },

    /**
     * From now on a code is asked for; other sessions end, for they came without one. Throws faults of the fields `totp`
     * and `current_password`, SECOND_FACTOR_NOT_BEGUN, SIGN_IN_LOCKED.
     */
    async confirm(actor: Actor, sessionId: string, { password, code }: { password: string; code: string }) {
      const userId = actor.user.id;
      const secret = await begun(userId);
      if (secret === undefined) throw errors.SECOND_FACTOR_NOT_BEGUN();
      const step = stepOf(secret, code, clock.now());
      await prove(actor, password);
      if (step === undefined) throw codeFault();
      const over = await db.transaction(async (tx) => {
        if (!(await queries.confirmFactor(tx, { userId, secret, step, now: clock.now() })))
          throw errors.SECOND_FACTOR_NOT_BEGUN();
        await audit(tx, { ...actor, action: "totp.enabled", subject: `user:${userId}` });
        return sessions.endAllOf(tx, userId, sessionId);
      });
      await sessions.forget(over);
    },

    /** Throws faults of the fields `current_password` and `totp`, SIGN_IN_LOCKED. */
    async turnOff(actor: Actor, { password, code }: { password: string; code: string }): Promise<void> {
      const userId = actor.user.id;
      await prove(actor, password, async () => {
        if (!(await use(userId, code))) throw codeFault();
      });
      await db.transaction((tx) => remove(tx, actor, userId));
    },
  };
}
