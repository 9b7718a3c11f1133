/** The replica as this process finds it; a system without one tells nothing of it. */
import type { OpenDatabase } from "../db/connect.ts";
import type { Metrics } from "../metrics.ts";

export type Served = "replica" | "primary";

export function countServed(metrics: Metrics, isThere: boolean): (served: Served) => void {
  if (!isThere) return () => {};
  const reads = metrics.counter<"served_by">({
    name: "pos_replica_reads_total",
    help: "statements of lists, reports and files that may be read from the replica, and who served them",
    labels: ["served_by"],
  });
  for (const served_by of ["replica", "primary"]) reads.inc({ served_by }, 0);
  return (served_by) => reads.inc({ served_by });
}

export function measureReplica(db: OpenDatabase, metrics: Metrics): void {
  if (db.replicaReport() === undefined) return;
  const up = metrics.gauge({
    name: "pos_replica_up",
    help: "1: the replica serves lists and reports; 0: it is behind or away, and the primary does",
    collect: (): void => up.set(db.replicaReport()?.state === "level" ? 1 : 0),
  });
  const lag = metrics.gauge({
    name: "pos_replica_lag_seconds",
    help: "seconds since the replica last had all that the primary had",
    collect: (): void => lag.set(db.replicaReport()?.lagSeconds ?? Number.NaN),
  });
}
