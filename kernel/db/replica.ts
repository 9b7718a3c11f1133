/**
 * Reads that a streaming replica serves when it has all that was committed before they began, and the primary otherwise. The
 * reader carries nothing for it: each statement asks the primary how far its log is flushed, and the replica, on the connection
 * that would serve it, whether it has come so far. So everybody sees what they wrote, wherever they wrote it. See ADR 19.
 */
import type { Knex } from "knex";
import type { Client } from "pg";
import type { Logger } from "pino";
import { codeOf, isDatabaseDown } from "./down.ts";
import { flushedLsn, REACHED, reaches, soon } from "./replica-level.ts";
import { createReplicaWatch, type ReplicaReport } from "./replica-watch.ts";

export type { ReplicaReport } from "./replica-watch.ts";

export interface ReplicaReader {
  /** Statements one by one; what is written through it is refused by the replica. */
  knex: Knex;
  report(): ReplicaReport;
  close(): Promise<void>;
}

export interface ReplicaOptions {
  primary: Knex;
  /** connections to the replica */
  pool: Knex;
  /** without a pool of its own: it borrows from the two */
  reader: Knex;
  url: string;
  log: Logger;
  /** how long a statement may wait for the replica to come as far as the primary was */
  waitMs: number;
  /** hears who has served a read, once for each */
  tell?: ((served: "replica" | "primary") => void) | undefined;
}

type Connection = Client & { __knex__disposed?: string };

// the replica took its rows away from under a statement, to follow the primary
const CONFLICTS = new Set(["40001", "40P01"]);
/** read_only_sql_transaction: somebody writes through it, and must not be helped */
const WRITES = "25006";

export function createReplicaReader(options: ReplicaOptions): ReplicaReader {
  const { primary, pool, reader, url, log, waitMs, tell = () => {} } = options;
  /** who answered last on each connection that is lent */
  const inUse = new Map<Connection, "replica" | "primary">();
  const watch = createReplicaWatch({ primary, url, log, waitMs, lost: () => [...inUse.keys()].forEach(hangUp) });
  const client = reader.client;
  const send = client.query.bind(client);

  /** A connection to the replica that has all of the primary up to now; undefined: it has not, or not in time. */
  async function level(): Promise<Connection | undefined> {
    if (watch.state() !== "level") return undefined;
    const target = await flushedLsn(primary);
    const deadline = performance.now() + waitMs;
    const asked: Promise<Connection> = pool.client.acquireConnection();
    const connection = await soon(asked, deadline);
    if (connection === undefined) {
      // it comes too late for us, if it comes
      asked.then((late) => pool.client.releaseConnection(late)).catch(() => {});
      watch.look();
      return undefined;
    }
    const reached = await reaches((lsn) => connection.query(REACHED, [lsn]), target, deadline);
    if (reached === "level") return connection;
    if (reached === "behind") watch.fellBehind();
    else {
      hangUp(connection);
      watch.look();
    }
    pool.client.releaseConnection(connection);
    return undefined;
  }

  client.acquireConnection = async () => {
    const connection = await level();
    if (connection) inUse.set(connection, "replica");
    else tell("primary");
    return connection ?? primary.client.acquireConnection();
  };

  client.releaseConnection = async (connection: Connection) => {
    const served = inUse.get(connection);
    inUse.delete(connection);
    if (served) tell(served);
    return (served ? pool : primary).client.releaseConnection(connection);
  };

  // who sends past knex's builder sends by this (often.ts)
  client.asksAgain = true;
  client.query = async (connection: Connection, query: object | string): Promise<unknown> => {
    const copy = () => (typeof query === "string" ? query : { ...query });
    if (!inUse.has(connection)) return send(connection, copy());
    try {
      return await send(connection, copy());
    } catch (error) {
      if (!passes(error)) throw error;
      log.warn({ code: codeOf(error) }, "the replica gave a statement up: the primary answers it");
      watch.look();
      inUse.set(connection, "primary");
      const other = await primary.client.acquireConnection();
      try {
        return await send(other, copy());
      } finally {
        primary.client.releaseConnection(other);
      }
    }
  };

  return {
    knex: reader,
    report: watch.report,
    close: async () => {
      await watch.close();
      await pool.destroy();
    },
  };
}

/** True: not the statement's fault, so that the primary would have answered it. */
export function passes(error: unknown): boolean {
  const code = codeOf(error);
  return code !== WRITES && (CONFLICTS.has(code) || isDatabaseDown(error));
}

/** Ends what is under way on it; the pool gives it to nobody any more. */
function hangUp(connection: Connection): void {
  connection.__knex__disposed = "the replica does not answer";
  connection.end().catch(() => {});
}
