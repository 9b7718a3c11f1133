/** Links by which a customer finds the receipt again without an account. Who has the link sees the receipt; nobody can make one up. */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Command } from "../../../kernel/command.ts";
import type { Database } from "../../../kernel/db/database.ts";
import * as queries from "../queries/receipts.ts";

const MARK_BYTES = 16;
const SECRET_BYTES = 32;

export type Links = ReturnType<typeof createLinks>;

export function createLinks(db: Database) {
  async function keys(): Promise<string[]> {
    const known = await queries.linkKeys(db.primary);
    if (known.length > 0) return known;
    await db.transaction((tx) => queries.insertFirstKey(tx, newSecret()));
    return queries.linkKeys(db.primary);
  }

  return {
    /** The path of a sale's receipt, for everybody who is given it. */
    async path(saleId: number): Promise<string> {
      const [newest = ""] = await keys();
      return `/r/${saleId.toString(36)}-${markOf(newest, saleId).toString("base64url")}`;
    },

    /** The sale that the token was made for; undefined when it was not made here, or its key is gone. */
    async saleOf(token: string): Promise<number | undefined> {
      const [, id, mark] = /^([0-9a-z]{1,10})-([\w-]{22})$/.exec(token) ?? [];
      if (id === undefined || mark === undefined) return undefined;
      const saleId = Number.parseInt(id, 36);
      const given = Buffer.from(mark, "base64url");
      const made = (await keys()).map((key) => markOf(key, saleId));
      return made.some((one) => one.length === given.length && timingSafeEqual(one, given)) ? saleId : undefined;
    },
  };
}

function markOf(secret: string, saleId: number): Buffer {
  return createHmac("sha256", secret).update(`receipt ${saleId}`).digest().subarray(0, MARK_BYTES);
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** For the day when links have got where they should not be. */
export function newLinkKeyCommand(db: Database): Command {
  return {
    name: "receipt-link-key",
    summary: "makes a new key for links to receipts; with --end-old all links given out so far end",
    async run({ args, print }) {
      const forget = args.includes("--end-old");
      await db.transaction((tx) => queries.insertKey(tx, newSecret(), forget));
      print(
        forget ? "There is a new key; links given out so far lead nowhere." : "There is a new key; old links go on.",
      );
      return 0;
    },
  };
}
