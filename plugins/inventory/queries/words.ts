/** The vocabulary of the names, to correct typing errors by. Words are only added: one that nothing is called any more harms nobody. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { nearPatterns, vocabularyOf } from "../search-text.ts";

export async function rememberWords(tx: Tx, names: Iterable<string>): Promise<void> {
  const words = vocabularyOf(names);
  if (words.length === 0) return;
  await tx.raw("INSERT INTO product_words (word) SELECT * FROM unnest(:words::text[]) ON CONFLICT DO NOTHING", {
    words,
  });
}

/** Words that may be one edit away, and some more. */
export async function wordsNear(db: Knex, word: string): Promise<string[]> {
  const { rows } = await db.raw("SELECT word FROM product_words WHERE word LIKE ANY(:patterns::text[])", {
    patterns: nearPatterns(word),
  });
  return rows.map((row: { word: string }) => row.word);
}
