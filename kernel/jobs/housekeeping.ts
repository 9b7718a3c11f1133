/** The kernel's own jobs: its tables keep what is still of use. At 08:00 UTC most shops of the Americas are closed. */
import type { Database } from "../db/database.ts";
import type { Outbox } from "../events/outbox.ts";
import type { OwnedJob } from "./runner.ts";

const KEEP_DAYS = 30;

export function housekeeping({ db, outbox }: { db: Database; outbox: Pick<Outbox, "clean"> }): OwnedJob[] {
  const plugin = "kernel";
  return [
    {
      plugin,
      name: "clean_outbox",
      cron: "0 8 * * *",
      run: async ({ log }) => log.info({ events: await outbox.clean(KEEP_DAYS) }, "delivered events removed"),
    },
    {
      plugin,
      name: "clean_idempotency_keys",
      cron: "5 8 * * *",
      run: async ({ log }) => {
        const { rowCount: keys } = await db.primary.raw(
          "DELETE FROM idempotency_keys WHERE created_at < now() - make_interval(days => ?)",
          [KEEP_DAYS],
        );
        log.info({ keys }, "old idempotency keys removed");
      },
    },
    {
      plugin,
      name: "clean_job_runs",
      cron: "10 8 * * *",
      run: async ({ log }) => {
        // the newest of each stays: it tells what was missed
        const { rowCount: runs } = await db.primary.raw(
          `DELETE FROM job_runs r WHERE started_at < now() - make_interval(days => ?)
             AND EXISTS (SELECT FROM job_runs n WHERE n.plugin = r.plugin AND n.job = r.job AND n.tick_at > r.tick_at)`,
          [KEEP_DAYS],
        );
        log.info({ runs }, "old job runs removed");
      },
    },
    {
      plugin,
      name: "clean_list_imports",
      cron: "15 8 * * *",
      run: async ({ log }) => {
        const { rowCount: imports } = await db.primary.raw(
          "DELETE FROM list_imports WHERE created_at < now() - make_interval(days => ?)",
          [KEEP_DAYS],
        );
        log.info({ imports }, "old imports of lists removed");
      },
    },
  ];
}
