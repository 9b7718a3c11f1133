/** When backups are made by themselves: by the clock, and as soon as possible after a night in which the PC was off. */
import { Cron } from "croner";
import type { Clock } from "../../kernel/clock.ts";
import type { Job } from "../../kernel/jobs.ts";
import type { Backups } from "./backups.ts";
import type { BackupConfig } from "./config.ts";
import type { Trigger } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Summary } from "./queries/journal.ts";

export function backupJobs(
  backups: Pick<Backups, "begin" | "summary">,
  { BACKUP_CRON: cron }: Pick<BackupConfig, "BACKUP_CRON">,
  clock: Clock,
): Job[] {
  async function make(trigger: Trigger): Promise<void> {
    const { done } = await backups.begin(trigger);
    const { state, fault, drill } = await done;
    if (state !== "good") throw new Error(`the backup failed: ${fault ?? "nobody could write down how it ended"}`);
    if (drill === "failed") throw new Error("the backup could not be restored");
  }
  if (cron === "off") return [];
  return [
    { name: "backup", cron, madeUp: false, run: () => make("schedule") },
    {
      name: "catch_up",
      cron: "25 * * * *",
      run: async () => {
        if (!isDue(await backups.summary(), cron, clock.now())) return;
        await make("schedule").catch((error) => {
          // by now somebody else does it
          if (error.code !== errors.BACKUP_RUNNING().code) throw error;
        });
      },
    },
  ];
}

/** The last turn has passed without a good backup since: the machine was off, or it failed and is tried again. */
export function isDue({ since, lastGood }: Pick<Summary, "since" | "lastGood">, cron: string, now: Date): boolean {
  const [turn] = new Cron(cron, { timezone: "UTC", paused: true }).previousRuns(1, now);
  return turn !== undefined && (lastGood?.startedAt ?? since).getTime() < turn.getTime();
}
