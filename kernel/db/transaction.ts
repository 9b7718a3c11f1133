/** One transaction: repeated when it lost a race, and never half kept. */
import { setTimeout as pause } from "node:timers/promises";
import type { Knex } from "knex";
import type { Logger } from "pino";
import { doWorkLeft, gatherWork } from "./before-commit.ts";
import type { Tx } from "./database.ts";
import { codeOf } from "./down.ts";
import { isStale } from "./often.ts";

/** a transaction that lost a race for locks or a snapshot may win the next one */
const RACES = new Set(["40001", "40P01"]);
const RETRIES = 3;
/** in_failed_sql_transaction */
const ABORTED = "25P02";

export async function transact<T>(knex: Knex, work: (tx: Tx) => Promise<T>, log: Logger): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await once(knex, work);
    } catch (error) {
      if (retries >= RETRIES || !mayWin(error)) throw error;
      log.warn({ code: codeOf(error), retries }, "a transaction lost a race and is repeated");
      await pause(2 ** retries * 10 * (0.5 + Math.random()));
    }
  }
}

function mayWin(error: unknown): boolean {
  return RACES.has(codeOf(error)) || isStale(error);
}

async function once<T>(knex: Knex, work: (tx: Tx) => Promise<T>): Promise<T> {
  let fault: { error: unknown } | undefined;
  try {
    return await knex.transaction(async (tx) => {
      let hadError = false;
      tx.on("query-error", () => {
        hadError = true;
      });
      try {
        gatherWork(tx);
        const result = await work(tx);
        if (hadError) await refuseBroken(tx);
        await doWorkLeft(tx);
        return result;
      } catch (error) {
        fault = { error };
        throw error;
      }
    });
  } catch (error) {
    // when the rollback fails too (the connection is gone) knex tells of that alone; the first fault says more
    throw fault === undefined ? error : fault.error;
  }
}

/** After a failed statement whose error was swallowed, COMMIT rolls back and says nothing. A savepoint may have mended it. */
async function refuseBroken(tx: Tx): Promise<void> {
  try {
    await tx.raw("SELECT 1");
  } catch (cause) {
    const message = "a statement of the transaction failed and its error was swallowed: nothing can be kept";
    throw codeOf(cause) === ABORTED ? new Error(message, { cause }) : cause;
  }
}
