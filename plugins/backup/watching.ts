/** How old the last good backup is and whether it could be restored: for /health and for Prometheus. */
import type { Clock } from "../../kernel/clock.ts";
import type { HealthReport } from "../../kernel/health.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import type { Backups } from "./backups.ts";
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

export function backupMetrics(parts: { backups: Pick<Backups, "summary">; metrics: Metrics; clock: Clock }): void {
  const { backups, metrics, clock } = parts;
  const seconds = (instant: Date) => instant.getTime() / 1000;
  metrics.figures(backups.summary, [
    {
      name: "pos_backup_age_seconds",
      help: "since the last good backup; before the first one, since there are backups",
      of: ({ since, lastGood }) => seconds(clock.now()) - seconds(lastGood?.startedAt ?? since),
    },
    { name: "pos_backup_size_bytes", help: "of the last good backup", of: ({ lastGood }) => lastGood?.bytes ?? 0 },
    {
      name: "pos_backup_duration_seconds",
      help: "that the last good backup took",
      of: ({ lastGood }) => (lastGood?.finishedAt ? seconds(lastGood.finishedAt) - seconds(lastGood.startedAt) : 0),
    },
    {
      name: "pos_backup_failed",
      help: "1: the last one that was tried failed",
      of: ({ last }) => Number(last?.state === "failed"),
    },
    {
      name: "pos_backup_drill_ok",
      help: "1: the last backup that was restored on trial was as the shop, and its books held; 0: it was not; none: none was",
      of: ({ lastDrill }) => lastDrill && Number(lastDrill.drill === "ok"),
    },
    {
      name: "pos_backup_drill_timestamp_seconds",
      help: "when a backup was restored on trial last; before the first one, since when there are backups",
      of: ({ since, lastDrill }) => seconds(lastDrill?.drillAt ?? since),
    },
    {
      name: "pos_backup_copy_ok",
      help: "1: the last good backup is in that place too",
      labels: ["place"],
      of: ({ lastGood }) => (lastGood?.copies ?? []).map(({ place, ok }) => [{ place }, Number(ok)] as const),
    },
  ]);
}
