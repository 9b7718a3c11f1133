import type { Tx } from "./database.ts";

/** Runs `then` once the outermost transaction has committed; never when it rolls back. */
export function afterCommit(tx: Tx, then: () => void): void {
  let outermost = tx;
  // the promise of a nested transaction settles when its savepoint is released, which says nothing of the commit
  while (outermost.parentTransaction !== undefined) outermost = outermost.parentTransaction as Tx;
  outermost.executionPromise.then(then, () => {});
}
