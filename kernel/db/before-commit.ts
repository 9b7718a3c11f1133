/** What a transaction leaves for its end, so that it can be done at once with other such work. */
import type { Tx } from "./database.ts";

type Work = () => Promise<void>;

const left = new WeakMap<Tx, Work[]>();

/** From now on work may be left for the end of `tx`, and whoever says so does it. */
export function gatherWork(tx: Tx): void {
  left.set(tx, []);
}

/** Does what was left, in that order, and takes no more. */
export async function doWorkLeft(tx: Tx): Promise<void> {
  const works = left.get(tx) ?? [];
  left.delete(tx);
  for (const work of works) await work();
}

/**
 * Leaves `work` for the last moment before the commit. False: nobody will do it, since the transaction is at its end, or a nested
 * one, which may be rolled back alone; then it is to be done now.
 */
export function beforeCommit(tx: Tx, work: Work): boolean {
  const works = left.get(tx);
  works?.push(work);
  return works !== undefined;
}
