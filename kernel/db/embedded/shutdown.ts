/** The end of the server process. */
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import type { Binaries } from "./binaries.ts";
import type { Log } from "./log.ts";
import { errorCode, isAlive, run } from "./process.ts";

/**
 * Ends the server: SIGINT (it drops the connections, writes its checkpoint and goes); SIGQUIT when that takes longer
 * than `patienceMs` (it goes at once and recovers at the next start; nothing committed is lost).
 */
export async function endPostmaster(
  pid: number,
  { binaries, log }: { binaries: Pick<Binaries, "pgCtl">; log: Log },
  patienceMs = 30_000,
): Promise<void> {
  await signal(pid, "INT", binaries);
  if (await isGone(pid, patienceMs)) return;
  log.warn({ pid }, "PostgreSQL does not stop in time, ending it at once");
  await signal(pid, "QUIT", binaries);
  if (await isGone(pid, patienceMs)) return;
  log.error({ pid }, "PostgreSQL does not end; the next start will find it");
}

async function signal(pid: number, name: "INT" | "QUIT", { pgCtl }: Pick<Binaries, "pgCtl">): Promise<void> {
  // Windows has no signals; PostgreSQL brings its own there
  if (process.platform === "win32") {
    await run(pgCtl, ["kill", name, String(pid)]);
    return;
  }
  try {
    process.kill(pid, `SIG${name}`);
  } catch (error) {
    if (errorCode(error) !== "ESRCH") throw error;
  }
}

async function isGone(pid: number, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await pause(10);
  }
  return true;
}
