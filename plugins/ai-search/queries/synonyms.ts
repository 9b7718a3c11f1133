/** SQL of the words that mean the same. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

export interface SynonymGroup {
  id: number;
  /** separated by commas */
  words: string;
}

export async function synonymGroups(db: Knex): Promise<SynonymGroup[]> {
  const { rows } = await db.raw("SELECT id, words FROM search_synonyms ORDER BY words, id");
  return rows;
}

/** Undefined: it is there already. */
export async function insertGroup(tx: Tx, words: string, now: Date): Promise<SynonymGroup | undefined> {
  const { rows } = await tx.raw(
    `INSERT INTO search_synonyms (words, created_at) VALUES (:words, :now)
     ON CONFLICT (words) DO NOTHING RETURNING id, words`,
    { words, now },
  );
  return rows[0];
}

export async function groupOf(tx: Tx, words: string): Promise<SynonymGroup | undefined> {
  const { rows } = await tx.raw("SELECT id, words FROM search_synonyms WHERE words = ?", [words]);
  return rows[0];
}

export async function deleteGroup(tx: Tx, id: number): Promise<SynonymGroup | undefined> {
  const { rows } = await tx.raw("DELETE FROM search_synonyms WHERE id = ? RETURNING id, words", [id]);
  return rows[0];
}

export async function countGroups(tx: Tx): Promise<number> {
  const { rows } = await tx.raw("SELECT count(*)::int AS count FROM search_synonyms");
  return rows[0].count;
}
