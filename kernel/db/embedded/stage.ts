/** Folders in which a cluster is being made: `postgres.new-PID-RANDOM`, left behind only by a start that was killed. */
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { isAlive } from "./process.ts";

/** Removes what killed starts left in the folder; a start that is at work keeps its own. */
export async function sweepStages(shelf: string): Promise<void> {
  for (const name of await readdir(shelf)) {
    const pid = Number(/^postgres\.new-(\d+)-/.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid)) continue;
    const stage = join(shelf, name);
    if (await isLeftover(stage, pid)) await rm(stage, { recursive: true, force: true });
  }
}

/** In a container the app has the same pid at every start, so its own pid says nothing: there the age decides. */
async function isLeftover(stage: string, pid: number): Promise<boolean> {
  if (pid !== process.pid) return !isAlive(pid);
  const made = (await stat(stage).catch(() => null))?.mtimeMs ?? 0;
  return made < Date.now() - process.uptime() * 1000;
}
