/** Passwords are kept as `scrypt$N$r$p$salt$hash`, so that the cost can grow and old rows still open. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { errors } from "./errors.ts";
import { createLanes } from "./lanes.ts";

export interface Cost {
  N: number;
  r: number;
  p: number;
}

/** About 80 ms and 32 MB a try on a shop PC. Raise it here: each row is hashed anew when its owner signs in. */
const COST: Cost = { N: 2 ** 15, r: 8, p: 1 };
/** A row that asks for more is not ours. */
const MEMORY_LIMIT = 256 * 1024 * 1024;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** Two at once keep one core for the till; the rest wait. */
const AT_ONCE = 2;
const MAX_WAITING = 100;

export interface Passwords {
  /** Throws SIGN_IN_BUSY when too many wait. */
  hash(password: string): Promise<string>;
  /** `stored` undefined: nobody of that name; it takes the same time and is false. Throws SIGN_IN_BUSY. */
  verify(password: string, stored: string | undefined): Promise<boolean>;
  /** Made with another cost than today's. */
  isStale(stored: string): boolean;
}

export function createPasswords(cost: Cost = COST): Passwords {
  const lanes = createLanes(AT_ONCE, MAX_WAITING, () => errors.SIGN_IN_BUSY({ retryAfter: 5 }));
  const nobody: Parts = { cost, salt: Buffer.alloc(SALT_BYTES), hash: randomBytes(HASH_BYTES) };
  return {
    async hash(password) {
      const salt = randomBytes(SALT_BYTES);
      return write({ cost, salt, hash: await lanes(() => derive(password, salt, cost)) });
    },
    async verify(password, stored) {
      const known = stored === undefined ? undefined : read(stored);
      const { cost: asked, salt, hash } = known ?? nobody;
      const tried = await lanes(() => derive(password, salt, asked));
      return timingSafeEqual(tried, hash) && known !== undefined;
    },
    isStale(stored) {
      const made = read(stored)?.cost;
      return made?.N !== cost.N || made.r !== cost.r || made.p !== cost.p;
    },
  };
}

interface Parts {
  cost: Cost;
  salt: Buffer;
  hash: Buffer;
}

function write({ cost, salt, hash }: Parts): string {
  return ["scrypt", cost.N, cost.r, cost.p, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

function read(stored: string): Parts | undefined {
  const match = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([\w-]+)\$([\w-]+)$/.exec(stored);
  const [, N, r, p, salt = "", hash = ""] = match ?? [];
  const parts = {
    cost: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, "base64url"),
    hash: Buffer.from(hash, "base64url"),
  };
  const sound = match !== null && parts.hash.length === HASH_BYTES && memory(parts.cost) <= MEMORY_LIMIT;
  return sound ? parts : undefined;
}

function memory({ N, r }: Cost): number {
  return 128 * N * r;
}

/** The same letter typed on two keyboards can be two code sequences: NFC makes them one. */
function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const options = { ...cost, maxmem: 2 * memory(cost) };
  return new Promise((resolve, reject) =>
    scrypt(password.normalize("NFC"), salt, HASH_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    ),
  );
}
