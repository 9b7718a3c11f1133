import { onNobodysBehalf } from "../request-id.ts";
import type { Tx } from "./database.ts";

/** Runs `then` once the outermost transaction has committed; never when it rolls back. What it wakes works for others too. */
export function afterCommit(tx: Tx, then: () => void): void {
  endOf(tx).then(
    () => onNobodysBehalf(then),
    () => {},
  );
}

/** Runs `then` once the outermost transaction has rolled back and given its connection back: for a trace of what was refused. */
export function afterRollback(tx: Tx, then: () => void): void {
  endOf(tx).then(() => {}, then);
}

function endOf(tx: Tx): Promise<unknown> {
  let outermost = tx;
  // the promise of a nested transaction settles when its savepoint is released, which says nothing of the commit
  while (outermost.parentTransaction !== undefined) outermost = outermost.parentTransaction as Tx;
  return outermost.executionPromise;
}
