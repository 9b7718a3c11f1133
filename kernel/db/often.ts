/**
 * Statements that run so often that planning them would cost more than running them: the server plans them once for each
 * connection. Only for texts that are the same each time and name their columns; ADR 22 says when it is worth it.
 */
import { createHash } from "node:crypto";
import type pg from "pg";

/** For the `options` of a `raw` statement. */
export const OFTEN: Readonly<{ often: true }> = { often: true };

const names = new Map<string, string>();

/** One name for one text, since a name may stand for one text alone. */
export function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `pos_${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
  names.set(text, name);
  return name;
}

/**
 * Whether what we tell this connection stays with it: a pooler gives each transaction another one. It makes up the process number
 * that it tells when we connect.
 */
export async function isDirect(connection: pg.Client): Promise<boolean> {
  const { rows } = await connection.query("SELECT pg_backend_pid() AS pid");
  return rows[0].pid === (connection as pg.Client & { processID: number | null }).processID;
}

/** A migration, maybe of the next version's instance, changed what a planned statement answers. It can be planned anew. */
export function isStale(error: unknown): boolean {
  return error instanceof Error && (error as Error & { routine?: unknown }).routine === "RevalidateCachedQuery";
}
