/** Marks that only this shop can make, on what a browser keeps for us. Each purpose has a key of its own. */
import { createHmac, hkdfSync, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Seal } from "../../kernel/http/session.ts";

export type { Seal };

/**
 * `keys`: the signing secret, the newest first. What is derived for one purpose says nothing of another's. The newest marks, and a mark by
 * any of them is good, so that a change of the secret does not make known browsers strangers.
 */
export function createSeal(keys: readonly KeyObject[], purpose: string): Seal {
  const derived = keys.map((key) => Buffer.from(hkdfSync("sha256", key, "", `pos-odata ${purpose}`, 32)));
  const [newest] = derived;
  if (!newest) throw new Error("a seal needs a key");
  return {
    mark: (text) => markBy(newest, text).toString("base64url"),
    isGood(text, mark) {
      const given = Buffer.from(mark, "base64url");
      return derived.some((key) => {
        const made = markBy(key, text);
        return given.length === made.length && timingSafeEqual(given, made);
      });
    },
  };
}

function markBy(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
