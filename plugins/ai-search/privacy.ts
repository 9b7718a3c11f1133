/**
 * Searches that tell who a customer is: somebody typed a name or a number into a box that finds products. A search is about a person
 * when it has a number of theirs (six digits or more of it), their mail, two words of their name, or nothing but words of it while no
 * product was found: a product called Rosa is searched for by others. Words count from three letters on, as far as they were typed.
 */

import { afterCommit } from "../../kernel/db/after-commit.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import type { Identity } from "../../kernel/forgetting.ts";
import { fold } from "../../kernel/text.ts";
import type { CustomerRecords } from "../customers/api.ts";
import type { Journal } from "./journal.ts";
import { candidates, deleteSearches, type Written } from "./queries/log.ts";

const SHORTEST = 3;
const DIGITS = 6;

interface Marks {
  words: string[];
  mails: string[];
  numbers: string[];
}

function marksOf({ names, mails, numbers }: Pick<Identity, "names" | "mails" | "numbers">): Marks {
  return {
    words: [...new Set(names.flatMap((name) => fold(name).split(" ")))].filter((word) => word.length >= SHORTEST),
    mails: mails.map(fold).filter((mail) => mail !== ""),
    numbers: numbers.map((number) => number.replace(/\D/g, "")).filter((number) => number.length >= DIGITS),
  };
}

/** Pure; see above. */
export function isAbout(
  person: Pick<Identity, "names" | "mails" | "numbers">,
): (searched: Pick<Written, "query" | "folded" | "results">) => boolean {
  const { words, mails, numbers } = marksOf(person);
  return ({ query, folded, results }) => {
    const digits = query.replace(/\D/g, "");
    if (digits.length >= DIGITS && numbers.some((one) => one.includes(digits) || digits.includes(one))) return true;
    if (mails.some((mail) => folded.includes(mail))) return true;
    const typed = folded.split(" ").filter((word) => word.length >= SHORTEST);
    const known = typed.filter((word) => words.some((one) => one.startsWith(word)));
    return new Set(known).size >= 2 || (results === 0 && known.length > 0 && known.length === typed.length);
  };
}

/** What customers asks when a person wants to know, or to be forgotten. */
export function searchRecords({
  db,
  journal,
}: {
  db: Pick<Database, "transaction">;
  journal: Pick<Journal, "forget" | "again">;
}): CustomerRecords {
  const about = async (tx: Parameters<CustomerRecords["all"]>[0], person: Identity): Promise<Written[]> => {
    const { words, mails, numbers } = marksOf(person);
    // as few letters as count: somebody may have typed no more
    const beginnings = [...words, ...mails].map((word) => word.slice(0, SHORTEST));
    return (await candidates(tx, { beginnings, numbers })).filter(isAbout(person));
  };
  const erase = async (tx: Tx, person: Identity): Promise<void> => {
    await deleteSearches(
      tx,
      (await about(tx, person)).map(({ id }) => id),
    );
  };
  return {
    name: "searches",
    all: async (tx, _ids, person) =>
      (await about(tx, person)).map(({ query, at }) => ({ query, at: at.toISOString() })),
    async forget(tx, _ids, _told, person) {
      await erase(tx, person);
      afterCommit(tx, () => {
        journal.forget(isAbout(person));
        // another instance may hold some that it has not written down; who the person was is kept in memory alone until then
        journal.again(() => db.transaction((own) => erase(own, person)));
      });
    },
    seenSince: async () => false,
  };
}
