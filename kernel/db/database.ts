/** The way to PostgreSQL. A write takes a Tx as its first argument; there is no default connection to fall back on. */
import type { Knex } from "knex";

export type Tx = Knex.Transaction;

export interface Database {
  /** reads that must see the newest state */
  readonly primary: Knex;
  /**
   * Reads of lists, reports and files, which the replica serves when it has all that was committed before; the primary otherwise.
   * Not to write. A read-only transaction is not taken over by the primary when the replica gives it up: it fails.
   */
  readonly replica: Knex;
  /** Commits when `work` resolves, rolls back when it throws. Retries deadlocks and serialization failures a few times. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}
