/** Ends a connection without a word to a server that may not read it: one that stands still would keep the process from ending. */
import type pg from "pg";

export function hangUp(client: pg.Client): void {
  // pg tells of its socket in no type
  const { connection } = client as pg.Client & { connection?: { stream?: { destroy(): void } } };
  connection?.stream?.destroy();
}
