/** The database as this process finds it: whether it answers, its connections, how long it takes. */
import type { Knex } from "knex";
import type { OpenDatabase } from "../db/connect.ts";
import type { Metrics } from "../metrics.ts";

/** seconds */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5];

export function measureDatabase(db: OpenDatabase, metrics: Metrics, poolMax: number): void {
  // the pool first, as the requests left it: what is read for the metrics takes connections too
  const connections = metrics.gauge<"state">({
    name: "pos_database_pool_connections",
    help: "connections of this process to the primary",
    labels: ["state"],
    collect: () => {
      const { used, free } = db.pool();
      connections.set({ state: "used" }, used);
      connections.set({ state: "idle" }, free);
    },
  });
  const waiting = metrics.gauge({
    name: "pos_database_pool_waiting",
    help: "that wait for a connection, or for their turn to have one",
    collect: (): void => waiting.set(db.pool().waiting),
  });
  const up = metrics.gauge({
    name: "pos_database_up",
    help: "1: the database answers",
    otherwise: 0,
    collect: async () => {
      await db.ping();
      up.set(1);
    },
  });
  metrics.gauge({ name: "pos_database_pool_max", help: "DATABASE_POOL_MAX" }).set(poolMax);
  const duration = metrics.histogram<"pool" | "result">({
    name: "pos_database_query_duration_seconds",
    help: "from sending a statement to its last row",
    labels: ["pool", "result"],
    buckets: BUCKETS,
  });
  const watch = (knex: Knex, pool: string) =>
    timeQueries(knex, (result, seconds) => duration.observe({ pool, result }, seconds));
  watch(db.primary, "primary");
  if (db.replica !== db.primary) watch(db.replica, "replica");
}

interface Sent {
  /** of the connection, which has one statement under way, or of a question among others on one (db/often.ts) */
  __knexUid: string | symbol;
}

function timeQueries(knex: Knex, tell: (result: "ok" | "error", seconds: number) => void): void {
  const began = new Map<Sent["__knexUid"], number>();
  const ended = (result: "ok" | "error", { __knexUid: id }: Sent) => {
    const start = began.get(id);
    began.delete(id);
    if (start !== undefined) tell(result, (performance.now() - start) / 1000);
  };
  knex.on("query", ({ __knexUid: id }: Sent) => void began.set(id, performance.now()));
  knex.on("query-response", (_: unknown, sent: Sent) => ended("ok", sent));
  knex.on("query-error", (_: unknown, sent: Sent) => ended("error", sent));
}
