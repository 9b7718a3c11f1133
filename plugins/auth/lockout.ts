/**
 * Wrong tries make the next one wait, longer each time. They are counted by account and by address; a browser that knows the
 * person is counted by itself, so that strangers who guess cannot lock anybody out. Unknown names count like known ones.
 */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import type { AppError } from "../../kernel/errors.ts";
import { addressKey } from "../../kernel/http/address-key.ts";
import { errors } from "./errors.ts";
import * as queries from "./queries/lockout.ts";
import type { Seal } from "./seal.ts";

const ACCOUNT: queries.Delay = { limit: 5, first: 30, longest: 900 };
/** Many tills of a shop share one address. */
const ADDRESS: queries.Delay = { ...ACCOUNT, limit: 20 };
const DELAYS: Record<queries.Scope, queries.Delay> = {
  account: ACCOUNT,
  device: ACCOUNT,
  address: ADDRESS,
  session: ACCOUNT,
  asker: ACCOUNT,
  // of all who ask together: one cashier who guesses is stopped before, and does not lock the others' manager
  pin: ADDRESS,
};
const FORGOTTEN_HOURS = 24;

/** Who tries to get in. */
export interface Candidate {
  /** undefined: nobody has that name */
  userId: number | undefined;
  /** the name as the database folds it: what counts where nobody has it */
  folded: string;
  address: string;
  /** the browser, when it knows the person */
  deviceId: string | undefined;
}

/** A try that is counted already. Exactly one of these ends it. */
export interface Turn {
  /** It was wrong: it stays counted. */
  failed(tx: Tx): Promise<void>;
  /** It was right: what was counted against the person here is forgotten. */
  succeeded(tx: Tx): Promise<void>;
  /** It was neither: as if it had not been. */
  undone(): Promise<void>;
}

/** A check of a counted try: a fault of ours (a busy process, a database that is away) is not held against the person. */
export async function judged<T>(turn: Turn, check: () => Promise<T>): Promise<T> {
  try {
    return await check();
  } catch (fault) {
    await turn.undone();
    throw fault;
  }
}

export type Lockout = ReturnType<typeof createLockout>;

/** Makes the error of who is locked out; `minutes` is 0 below one minute. */
export type Refuse = (details: { params: { seconds: number; minutes: number }; retryAfter: number }) => AppError;

interface About {
  subject: string;
  address: string;
  action?: string;
  refuse?: Refuse;
}

export interface LockoutParts {
  db: Database;
  audit: Auditor;
  clock: Clock;
  seal: Seal;
}

export function createLockout({ db, audit, clock, seal }: LockoutParts) {
  const counter = (scope: queries.Scope, text: string, userId: number | undefined): queries.Counter => ({
    scope,
    key: seal.mark(`${scope} ${text}`),
    userId: userId ?? null,
  });
  const forgottenBefore = (now: Date) => new Date(now.getTime() - FORGOTTEN_HOURS * 3600 * 1000);

  /** Throws what `refuse` makes; then nothing is counted. */
  async function count(counters: readonly queries.Counter[], refuse: Refuse): Promise<(Date | null)[]> {
    const now = clock.now();
    return db.transaction(async (tx) => {
      const locks: (Date | null)[] = [];
      for (const one of counters) {
        const lock = await queries.countTry(tx, one, DELAYS[one.scope], now, forgottenBefore(now));
        if (lock === undefined) throw locked((await queries.lockOf(tx, one)) ?? now, now, refuse);
        locks.push(lock);
      }
      return locks;
    });
  }

  async function begin(counters: readonly queries.Counter[], about: About): Promise<Turn> {
    const { subject, address, action = "login.locked", refuse = errors.SIGN_IN_LOCKED } = about;
    const locks = await count(counters, refuse);
    const giveBack = async (tx: Tx, which: (one: queries.Counter) => boolean) => {
      for (const [index, one] of counters.entries())
        if (which(one)) await queries.giveBack(tx, one, locks[index] ?? null);
    };
    return {
      async failed(tx) {
        for (const [index, one] of counters.entries()) {
          const until = locks[index];
          if (until)
            await audit(tx, { subject, address, action, after: { by: one.scope, until: until.toISOString() } });
        }
      },
      async succeeded(tx) {
        await giveBack(tx, ({ scope }) => scope === "address");
        for (const one of counters) if (one.scope !== "address") await queries.forget(tx, one);
      },
      undone: () => db.transaction((tx) => giveBack(tx, () => true)),
    };
  }

  return {
    /** Before a password or a code is looked at. Throws SIGN_IN_LOCKED. */
    signIn({ userId, folded, address, deviceId }: Candidate): Promise<Turn> {
      const about = { subject: userId === undefined ? "user:unknown" : `user:${userId}`, address };
      if (userId !== undefined && deviceId !== undefined)
        return begin([counter("device", `${deviceId} ${userId}`, userId)], about);
      const account = userId === undefined ? `name ${folded}` : `user ${userId}`;
      return begin([counter("address", addressKey(address), undefined), counter("account", account, userId)], about);
    },

    /** Before somebody who is signed in proves it again, as for a change of the own password. Throws SIGN_IN_LOCKED. */
    proof(userId: number, address: string): Promise<Turn> {
      return begin([counter("session", `user ${userId}`, userId)], {
        subject: `user:${userId}`,
        address,
        action: "proof.locked",
      });
    },

    /** Before a PIN is tried: by who asks, and by whose PIN it is said to be. Throws what `refuse` makes. */
    pin(tried: { askerId: number; owner: string; ownerId: number | undefined; address: string; refuse: Refuse }) {
      const { askerId, owner, ownerId, address, refuse } = tried;
      const asker = counter("asker", `user ${askerId}`, askerId);
      const pin = counter("pin", ownerId === undefined ? `name ${owner}` : `user ${ownerId}`, ownerId);
      return begin([asker, pin], { subject: `user:${askerId}`, address, action: "approval.locked", refuse });
    },

    lockedUntil: (userId: number): Promise<Date | undefined> =>
      queries.personLockedUntil(db.primary, userId, clock.now()),

    /** Answers how many locks were lifted. */
    unlock: (tx: Tx, userId: number): Promise<number> => queries.forgetPerson(tx, userId, clock.now()),

    /** Answers how many counters went. */
    async clean(signal: AbortSignal): Promise<number> {
      const before = forgottenBefore(clock.now());
      const batch = 1000;
      let gone = 0;
      for (let some = batch; some === batch && !signal.aborted; gone += some)
        some = await db.transaction((tx) => queries.deleteForgotten(tx, before, batch));
      return gone;
    },
  };
}

function locked(until: Date, now: Date, refuse: Refuse) {
  const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
  const minutes = seconds < 60 ? 0 : Math.ceil(seconds / 60);
  return refuse({ params: { seconds, minutes }, retryAfter: seconds });
}
