/** Work that nobody waits for: events that are on their way, and jobs. Read from the database, so every instance tells the same. */
import type { Database } from "../db/database.ts";
import type { Outbox } from "../events/outbox.ts";
import type { OwnedJob } from "../jobs/runner.ts";
import type { Metrics } from "../metrics.ts";

export function measureEvents(outbox: Pick<Outbox, "stats">, metrics: Metrics): void {
  metrics.figures(outbox.stats, [
    { name: "pos_outbox_pending", help: "deliveries of events still to be made", of: ({ pending }) => pending },
    { name: "pos_outbox_dead", help: "deliveries given up after their last attempt", of: ({ dead }) => dead },
    {
      name: "pos_outbox_lag_seconds",
      help: "age of the oldest event that is still to be delivered",
      of: ({ oldestSeconds }) => oldestSeconds,
    },
  ]);
}

interface Runs {
  /** plugin/name */
  task: string;
  lastSuccess: Date | null;
  /** of the last success, seconds */
  duration: number | null;
  lastOk: boolean | null;
  failures: number;
}

export function measureJobs(db: Database, jobs: readonly Pick<OwnedJob, "plugin" | "name">[], metrics: Metrics): void {
  const each = <T>(of: (runs: Runs) => T | null, value: (found: T) => number) =>
    function* (all: Runs[]) {
      for (const runs of all) {
        const found = of(runs);
        if (found !== null) yield [{ task: runs.task }, value(found)] as const;
      }
    };
  const labels = ["task"];
  metrics.figures(
    () => runsOf(db, jobs),
    [
      {
        name: "pos_job_last_success_timestamp_seconds",
        help: "when the job ended well last; before the first time: when the database was brought up to date last",
        labels,
        of: each(
          ({ lastSuccess }) => lastSuccess,
          (time) => time.getTime() / 1000,
        ),
      },
      {
        name: "pos_job_last_duration_seconds",
        help: "that the job took when it ended well last",
        labels,
        of: each(({ duration }) => duration, Number),
      },
      {
        name: "pos_job_failed",
        help: "1: the job failed when it was run last",
        labels,
        of: each(
          ({ lastOk }) => lastOk,
          (ok) => Number(!ok),
        ),
      },
      {
        name: "pos_job_failures_day",
        help: "runs of the job that failed in the last 24 hours",
        labels,
        of: each(({ failures }) => failures, Number),
      },
    ],
  );
}

async function runsOf(db: Database, jobs: readonly Pick<OwnedJob, "plugin" | "name">[]): Promise<Runs[]> {
  const { rows } = await db.primary.raw(
    `SELECT plugin || '/' || job AS task,
       coalesce(success.finished_at, (SELECT max(migration_time) FROM knex_migrations)) AS "lastSuccess",
       extract(epoch FROM success.finished_at - success.started_at)::float8 AS duration, ended.ok AS "lastOk",
       (SELECT count(*)::int FROM job_runs r WHERE r.plugin = known.plugin AND r.job = known.job AND NOT r.ok
          AND r.tick_at > now() - interval '24 hours') AS failures
     FROM unnest(:plugins::text[], :names::text[]) AS known (plugin, job)
       LEFT JOIN LATERAL (SELECT started_at, finished_at FROM job_runs r WHERE r.plugin = known.plugin
         AND r.job = known.job AND r.ok ORDER BY tick_at DESC LIMIT 1) AS success ON true
       LEFT JOIN LATERAL (SELECT ok FROM job_runs r WHERE r.plugin = known.plugin
         AND r.job = known.job AND r.finished_at IS NOT NULL ORDER BY tick_at DESC LIMIT 1) AS ended ON true`,
    { plugins: jobs.map(({ plugin }) => plugin), names: jobs.map(({ name }) => name) },
  );
  return rows;
}
