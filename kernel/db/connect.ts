/** Opens the pools of connections. */
import { setTimeout as pause } from "node:timers/promises";
import knexModule, { type Knex } from "knex";
import pg from "pg";
import type { Logger } from "pino";
import { onNobodysBehalf } from "../request-id.ts";
import type { Database } from "./database.ts";
import { codeOf } from "./down.ts";
import { createGate } from "./gate.ts";
import { hangUp } from "./hang-up.ts";
import { allowPipelines } from "./pipeline.ts";
import { createReplicaReader, type ReplicaReport } from "./replica.ts";
import { signStatements } from "./signature.ts";
import { transact } from "./transaction.ts";
import { getTypeParser } from "./types.ts";

export { isDatabaseBusy, isDatabaseDown } from "./down.ts";

export interface OpenDatabase extends Database {
  /** Waits a few seconds for what is under way, and hangs up. */
  close(): Promise<void>;
  /** answers `SELECT 1`, or throws */
  ping(): Promise<void>;
  /** connections in use, idle, and requests that wait for one */
  pool(): { used: number; free: number; waiting: number };
  /** how the replica is; undefined: there is none */
  replicaReport(): ReplicaReport | undefined;
}

export interface ConnectOptions {
  url: string;
  replicaUrl?: string | undefined;
  /** how long a read waits for the replica to catch up before the primary serves it */
  replicaWaitMs?: number;
  /** hears who serves the reads that may be the replica's */
  tellServed?: (served: "replica" | "primary") => void;
  poolMax: number;
  /** how many times as long a request waits for its turn, on a machine that is slow on purpose; 1 */
  patience?: number;
  log: Logger;
}

/** a request that gets no connection in this time is told that the database is down */
const ACQUIRE_MS = 5000;
/** no statement of a request may run longer; migrations and jobs lift it for themselves with SET LOCAL */
const STATEMENT_MS = 30_000;
const CLOSE_MS = 5000;
const REPLICA_WAIT_MS = 100;
/** connections that transactions leave free, so that what reads beside them can never wait for them in a circle */
const spare = (poolMax: number): number => Math.max(1, Math.min(3, Math.floor(poolMax / 4)));

/**
 * Connects when first used, not before; survives restarts of the server. Keeps no session state, so that it works
 * through PgBouncer in transaction mode.
 */
export function createDatabase(options: ConnectOptions): OpenDatabase {
  const { url, replicaUrl, poolMax, log, replicaWaitMs = REPLICA_WAIT_MS, tellServed, patience = 1 } = options;
  const connections = new Set<pg.Client>();
  const primary = openPool(url, poolMax, log, connections);
  const gate = createGate(Math.max(1, poolMax - spare(poolMax)), ACQUIRE_MS * patience);
  const replica =
    replicaUrl === undefined
      ? undefined
      : createReplicaReader({
          primary,
          pool: openPool(replicaUrl, poolMax, log, connections),
          reader: knexModule({ client: "pg" }),
          url: replicaUrl,
          log,
          waitMs: replicaWaitMs,
          tell: tellServed,
        });
  return {
    primary,
    replica: replica?.knex ?? primary,
    replicaReport: () => replica?.report(),
    transaction: (work) => gate.enter(() => transact(primary, work, log)),
    ping: async () => {
      await primary.raw("SELECT 1");
    },
    pool: () => {
      const { pool } = primary.client as {
        pool: { numUsed(): number; numFree(): number; numPendingAcquires(): number } | undefined;
      };
      const waiting = (pool?.numPendingAcquires() ?? 0) + gate.waiting();
      return { used: pool?.numUsed() ?? 0, free: pool?.numFree() ?? 0, waiting };
    },
    close: async () => {
      const closing = [replica?.close(), primary.destroy()];
      await Promise.race([Promise.all(closing), pause(CLOSE_MS, undefined, { ref: false })]);
      for (const one of connections) hangUp(one);
    },
  };
}

function openPool(url: string, max: number, log: Logger, connections: Set<pg.Client>): Knex {
  // a connection that breaks while idle reaches knex's own listener, which puts it away; it only says so here
  const say = (message: unknown) => onNobodysBehalf(() => log.warn({ message: String(message) }, "database pool"));
  const keep = (connection: pg.Client, done: (error: Error | null, connection: pg.Client) => void) => {
    connections.add(connection);
    connection.once("end", () => connections.delete(connection));
    signStatements(connection).then(
      ({ direct }) => {
        if (direct) allowPipelines(pool.client, max);
        done(null, connection);
      },
      (error) => {
        hangUp(connection);
        done(error, connection);
      },
    );
  };
  const pool: Knex = knexModule({
    client: "pg",
    connection: () => connectionOptions(url, log) as Promise<Knex.StaticConnectionConfig>,
    pool: { min: 0, max, idleTimeoutMillis: 30_000, afterCreate: keep },
    acquireConnectionTimeout: ACQUIRE_MS,
    log: { warn: say, error: say, deprecate: say, debug: () => {} },
  });
  return pool;
}

/**
 * What each connection says when it starts; knex asks once. PgBouncer turns away start-up parameters that it does not
 * know, so a first connection tries whether the time limit may be among them.
 */
async function connectionOptions(url: string, log: Logger): Promise<pg.ClientConfig> {
  const plain: pg.ClientConfig = {
    connectionString: url,
    application_name: "pos-odata",
    connectionTimeoutMillis: ACQUIRE_MS - 500,
    keepAlive: true,
    types: { getTypeParser },
  };
  const limited = { ...plain, statement_timeout: STATEMENT_MS };
  const trial = new pg.Client(limited);
  trial.on("error", () => {});
  try {
    await trial.connect();
    return limited;
  } catch (error) {
    if (codeOf(error) !== "08P01") throw error;
    log.warn("the pooler refuses statement_timeout; set it on the role: ALTER ROLE ... SET statement_timeout = '30s'");
    return plain;
  } finally {
    await trial.end().catch(() => {});
  }
}
