/**
 * The first run: one administrator is made, exactly once. Who may do it is whoever can read the log: it shows a one-time
 * code. Only hashes of codes are kept, so each start makes a new one; those printed before, or by other instances, stay good.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Logger } from "pino";
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { BootError, fieldFault } from "../../kernel/errors.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import { shopSettings } from "../../kernel/settings/shop.ts";
import type { Grant, Origin, UserSecret } from "./domain.ts";
import { errors } from "./errors.ts";
import { createLanes } from "./lanes.ts";
import type { Passwords } from "./passwords.ts";
import * as codes from "./queries/setup.ts";
import { insertUser, isAnybodyThere, lockUsers } from "./queries/users.ts";
import type { Sessions } from "./sessions.ts";
import type { Strength } from "./strength.ts";

/** No 0, O, 1, I: 32 signs, so that a byte maps evenly; 8 of them are 40 bits. */
const SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const CODE_LENGTH = 8;
/** After so many wrong codes those printed so far are void. */
const WRONG_TRIES = 5;
const CODES_KEPT = 10;
const MAX_WAITING = 100;

export interface FirstAdmin {
  username: string;
  password: string;
  fullName: string;
}

export interface Opening extends FirstAdmin {
  code: string;
  shopName: string;
}

export type SetupDesk = ReturnType<typeof createSetup>;

export interface SetupParts {
  db: Database;
  audit: Auditor;
  clock: Clock;
  log: Logger;
  settings: Settings;
  passwords: Passwords;
  sessions: Sessions;
  strength: Strength;
  /** where the owner types the code */
  url: string;
}

export function createSetup(parts: SetupParts) {
  const { db, audit, clock, log, settings, passwords, sessions, strength, url } = parts;
  // never goes back: the last administrator cannot be removed
  let done = false;
  // of many posts only the first is worth hashing a password; the table's lock decides between instances
  const oneByOne = createLanes(1, MAX_WAITING, () => errors.SIGN_IN_BUSY({ retryAfter: 5 }));

  async function isDone(): Promise<boolean> {
    done = done || (await isAnybodyThere(db.primary));
    return done;
  }

  async function printCode(): Promise<void> {
    const code = makeCode();
    await db.transaction((tx) => codes.addSetupCode(tx, hashOf(code), clock.now(), CODES_KEPT));
    log.warn(`SET-UP CODE / CÓDIGO DE INSTALACIÓN: ${code}  ->  ${url}`);
  }

  /** Undefined when somebody was faster. */
  async function makeAdmin(tx: Tx, admin: FirstAdmin, passwordHash: string): Promise<UserSecret | undefined> {
    await lockUsers(tx);
    if (await isAnybodyThere(tx)) return undefined;
    await codes.deleteSetupCodes(tx);
    const { username, fullName } = admin;
    return insertUser(tx, { username, fullName, role: "admin", passwordHash, now: clock.now() });
  }

  async function countWrongCode(): Promise<never> {
    const left = await db.transaction((tx) => codes.wearSetupCodes(tx, WRONG_TRIES));
    if (left === 0) await printCode();
    throw fieldFault("code", "SETUP_CODE_WRONG", "auth.validation.code_wrong");
  }

  async function open({ code, shopName, ...admin }: Opening, origin: Origin): Promise<Grant | undefined> {
    if (await isDone()) return undefined;
    const known = await codes.isSetupCode(db.primary, hashOf(code));
    // the code also goes away when another instance has just finished with it
    if (!known) return (await isDone()) ? undefined : countWrongCode();
    await strength.require(admin.password, [admin.username, admin.fullName, shopName]);
    const hash = await passwords.hash(admin.password);
    return db.transaction(async (tx) => {
      const user = await makeAdmin(tx, admin, hash);
      if (!user) return undefined;
      await settings.set(tx, shopSettings.name, shopName);
      await audit(tx, {
        user,
        action: "setup.completed",
        subject: `user:${user.id}`,
        after: { by: "page" },
        address: origin.address,
      });
      return sessions.start(tx, user, "cookie", origin);
    });
  }

  return {
    isDone,

    /** At the start: makes the operator's administrator, or prints a code, when there is nobody yet. */
    async prepare(admin?: FirstAdmin): Promise<void> {
      if (await isDone()) return;
      if (!admin) return printCode();
      await requireGoodPassword(strength, admin);
      const hash = await passwords.hash(admin.password);
      await db.transaction(async (tx) => {
        const user = await makeAdmin(tx, admin, hash);
        if (user)
          await audit(tx, { action: "setup.completed", subject: `user:${user.id}`, after: { by: "environment" } });
      });
    },

    /**
     * Makes the first administrator and signs in; undefined when it was done before.
     * Throws faults of the fields `code` and `password`, SIGN_IN_BUSY.
     */
    complete: (opening: Opening, origin: Origin): Promise<Grant | undefined> => oneByOne(() => open(opening, origin)),
  };
}

/** Said to the operator, who reads the log. Throws a BootError. */
async function requireGoodPassword(strength: Strength, { username, fullName, password }: FirstAdmin): Promise<void> {
  const weakness = await strength.weakness(password, [username, fullName]);
  if (!weakness) return;
  const why = {
    personal: "holds the name of the administrator or the shop",
    common: "is one that many people use",
    guessable: "is too easy to guess",
  }[weakness];
  throw new BootError(`ADMIN_PASSWORD ${why}`, { cure: "choose another one: a phrase of three or four words is good" });
}

function makeCode(): string {
  return [...randomBytes(CODE_LENGTH)].map((byte) => SIGNS[byte % SIGNS.length]).join("");
}

/** However it was typed: small letters, spaces and hyphens do not count. */
function hashOf(code: string): Buffer {
  const plain = code.toUpperCase().replace(/[^A-Z0-9]/g, "");
  return createHash("sha256").update(plain).digest();
}
