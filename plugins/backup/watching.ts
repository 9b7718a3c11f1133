/** How old the last good backup is and whether it could be restored: for /health and for Prometheus. */
import type { Logger } from "pino";
import type { Clock } from "../../kernel/clock.ts";
import type { HealthReport } from "../../kernel/health.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import type { Backups } from "./backups.ts";
import type { CopyResult } from "./domain.ts";
import type { Summary } from "./queries/journal.ts";

const HOUR_MS = 3_600_000;
/** a day, and what a backup of a large shop may take */
export const LATE_HOURS = 26;

export type Watch = "ok" | "late" | "failed" | "unproven" | "findings" | "copy_failed";

/** The worst that is known. */
export function judge({ since, last, lastGood, lastDrill }: Summary, now: Date): Watch {
  if (last?.state === "failed") return "failed";
  if (now.getTime() - (lastGood?.startedAt ?? since).getTime() > LATE_HOURS * HOUR_MS) return "late";
  if (lastDrill?.drill === "failed") return "unproven";
  if (lastDrill?.drill === "findings") return "findings";
  return lastGood?.copies.some(({ ok }) => !ok) ? "copy_failed" : "ok";
}

const SAID: Record<Exclude<Watch, "ok">, string> = {
  late: "no good backup for more than a day",
  failed: "the last backup failed",
  unproven: "the last backup could not be restored",
  findings: "the books in the last backup do not add up",
  copy_failed: "the last backup could not be copied elsewhere",
};

export async function backupHealth(backups: Pick<Backups, "summary">, clock: Clock): Promise<HealthReport> {
  const watch = judge(await backups.summary(), clock.now());
  return watch === "ok" ? { status: "ok" } : { status: "degraded", detail: `${SAID[watch]}: see /backups` };
}

export function backupMetrics(parts: {
  backups: Pick<Backups, "summary">;
  metrics: Metrics;
  clock: Clock;
  log: Logger;
}) {
  const { backups, metrics, clock, log } = parts;
  /** while the database is away they keep quiet, and what else is measured is told */
  const gauge = (name: string, help: string, value: (summary: Summary) => number | undefined) => {
    const one = metrics.gauge({
      name,
      help,
      collect: async () => {
        try {
          const found = value(await backups.summary());
          if (found === undefined) one.reset();
          else one.set(found);
        } catch (error) {
          log.warn({ err: error }, "the backups cannot be measured");
        }
      },
    });
    return one;
  };
  const seconds = (instant: Date) => instant.getTime() / 1000;

  gauge(
    "pos_backup_age_seconds",
    "since the last good backup; before the first one, since there are backups",
    ({ since, lastGood }) => seconds(clock.now()) - seconds(lastGood?.startedAt ?? since),
  );
  gauge("pos_backup_size_bytes", "of the last good backup", ({ lastGood }) => lastGood?.bytes ?? 0);
  gauge("pos_backup_duration_seconds", "that the last good backup took", ({ lastGood }) =>
    lastGood?.finishedAt ? seconds(lastGood.finishedAt) - seconds(lastGood.startedAt) : 0,
  );
  gauge("pos_backup_failed", "1: the last one that was tried failed", ({ last }) => Number(last?.state === "failed"));
  gauge(
    "pos_backup_drill_ok",
    "1: the last backup that was restored on trial was as the shop, and its books held; 0: it was not, or none was",
    ({ lastDrill }) => Number(lastDrill?.drill === "ok"),
  );
  gauge("pos_backup_drill_timestamp_seconds", "when a backup was restored on trial last; 0: never", ({ lastDrill }) =>
    lastDrill?.drillAt ? seconds(lastDrill.drillAt) : 0,
  );
  const copies = metrics.gauge<"place">({
    name: "pos_backup_copy_ok",
    help: "1: the last good backup is in that place too",
    labels: ["place"],
    collect: async () => {
      copies.reset();
      const { lastGood } = await backups.summary().catch(() => ({ lastGood: undefined }));
      const results: CopyResult[] = lastGood?.copies ?? [];
      for (const { place, ok } of results) copies.set({ place }, Number(ok));
    },
  });
}
