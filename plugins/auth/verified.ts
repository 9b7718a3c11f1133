/** Tokens whose signature was found good: it is not worked out again for each request of their hour. */
import type { Clock } from "../../kernel/clock.ts";
import { epochSeconds } from "./tokens.ts";

/** of some 400 signs each */
const CAPACITY = 1000;

export interface Verified {
  /** What a token says that is still good; undefined: it must be looked at. */
  claims(token: string): unknown;
  keep(token: string, claims: unknown): void;
}

export function createVerified(clock: Clock, capacity = CAPACITY): Verified {
  // a Map keeps the order of insertion: the first is the one unused for longest
  const kept = new Map<string, { claims: unknown; expires: number }>();
  return {
    claims(token) {
      const known = kept.get(token);
      if (!known) return undefined;
      kept.delete(token);
      if (known.expires <= epochSeconds(clock.now())) return undefined;
      kept.set(token, known);
      return known.claims;
    },
    keep(token, claims) {
      if (typeof claims !== "object" || claims === null || !("exp" in claims) || typeof claims.exp !== "number") return;
      kept.set(token, { claims, expires: claims.exp });
      const [oldest] = kept.keys();
      if (kept.size > capacity && oldest !== undefined) kept.delete(oldest);
    },
  };
}
