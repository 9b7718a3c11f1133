/** Words that mean the same in this shop, in groups that its people write. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import { recordChanges, SYNONYMS_CHANGED } from "./queries/changes.ts";
import * as queries from "./queries/synonyms.ts";
import { termsOf } from "./text/analyze.ts";

export const MOST_GROUPS = 500;
const MOST_WORDS = 12;
/** longer is no word that stands for another */
const MOST_TERMS = 4;

export interface Actor {
  user: { id: number; username: string };
  address?: string;
}

export type SynonymLists = ReturnType<typeof createSynonymLists>;

export function createSynonymLists({ db, clock, audit }: { db: Database; clock: Clock; audit: Auditor }) {
  return {
    all: () => queries.synonymGroups(db.primary),

    /** As the index wants them. */
    async groups(): Promise<string[][]> {
      return (await queries.synonymGroups(db.primary)).map(({ words }) => split(words));
    },

    /** The group that is there now. Throws a fault of the field `words`: fewer than two, too many, too long, no words at all. */
    async add(tx: Tx, actor: Actor, typed: string): Promise<queries.SynonymGroup> {
      const words = split(typed);
      const terms = words.map((word) => termsOf(word));
      if (new Set(terms.map((one) => one.join(" "))).size < 2 || terms.some(({ length }) => length === 0))
        throw fieldFault("words", "SYNONYMS_TOO_FEW", "ai-search.synonyms.too_few");
      if (words.length > MOST_WORDS || terms.some(({ length }) => length > MOST_TERMS))
        throw fieldFault("words", "SYNONYMS_TOO_MANY", "ai-search.synonyms.too_many");
      if ((await queries.countGroups(tx)) >= MOST_GROUPS)
        throw fieldFault("words", "SYNONYMS_FULL", "ai-search.synonyms.full");
      const written = words.join(", ");
      const group = await queries.insertGroup(tx, written, clock.now());
      const known = group ?? (await queries.groupOf(tx, written));
      if (!known) throw kernelErrors.NOT_FOUND();
      if (group) await changed(tx, { ...actor, action: "synonyms.added", after: { words: written } }, group.id);
      return known;
    },

    /** Throws NOT_FOUND. */
    async remove(tx: Tx, actor: Actor, id: number): Promise<void> {
      const group = await queries.deleteGroup(tx, id);
      if (!group) throw kernelErrors.NOT_FOUND();
      await changed(tx, { ...actor, action: "synonyms.removed", before: { words: group.words } }, id);
    },
  };

  async function changed(tx: Tx, entry: Omit<Parameters<Auditor>[1], "subject">, id: number): Promise<void> {
    await audit(tx, { ...entry, subject: `synonyms:${id}` });
    await recordChanges(tx, [SYNONYMS_CHANGED]);
  }
}

function split(words: string): string[] {
  const all = words.split(/[,;\n]/).map((word) => word.trim().replace(/\s+/g, " "));
  return [...new Set(all.filter(Boolean))];
}
