/** postmaster.pid, PostgreSQL's own lock file in the cluster: who runs there, and on which port. */
import { readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Log } from "./log.ts";
import { commandLine, errorCode, isAlive, isZombie } from "./process.ts";

export interface PidFile {
  pid: number;
  /** null while the server does not say that it is ready: it starts, recovers, or stops */
  port: number | null;
  /** the folder of its Unix socket */
  socket: string | undefined;
}

/**
 * The server that may be running on the folder, null when none is. A file that is certainly stale but would block
 * PostgreSQL (its pid now belongs to another program, or a machine crash left it empty) is taken away.
 */
export async function readPidFile(folder: string, log: Log): Promise<PidFile | null> {
  const file = join(folder, "postmaster.pid");
  const content = await readFilled(file);
  if (content === null) return null;
  const lines = content.split("\n");
  const pid = Number.parseInt(lines[0] ?? "", 10);
  if (!(pid > 0)) {
    log.warn({ file }, "removed an empty lock file of PostgreSQL that a machine crash left behind");
    await takeAway(file, content);
    return null;
  }
  if (!isAlive(pid)) {
    // PostgreSQL takes a dead one's file away by itself, but holds a zombie for alive; in a container without an init
    // process it stays one
    if (isZombie(pid)) await takeAway(file, content);
    return null;
  }
  if (!mayServe(await commandLine(pid), folder)) {
    log.warn({ file, pid }, "removed a stale lock file of PostgreSQL: its process id now belongs to another program");
    await takeAway(file, content);
    return null;
  }
  const port = Number.parseInt(lines[3] ?? "", 10);
  return { pid, port: port > 0 && lines[7]?.trim() === "ready" ? port : null, socket: lines[4]?.trim() || undefined };
}

/** A server that is just starting has made the file and not yet filled it: it gets a second to do so. */
async function readFilled(file: string): Promise<string | null> {
  for (let tries = 0; ; tries++) {
    const content = await readFile(file, "utf8").catch((error) => {
      if (errorCode(error) === "ENOENT") return null;
      throw error;
    });
    if (content === null || content.trim() !== "" || tries === 20) return content;
    await pause(50);
  }
}

/** Whether this can be the command line of a server on the folder. When it cannot be read: yes. */
function mayServe(command: string | null, folder: string): boolean {
  if (command === null) return true;
  const at = command.indexOf(" -D ");
  if (at < 0 || !command.includes("postgres")) return false;
  const served = command.slice(at + 4);
  // a relative folder (started by hand) may be ours
  return served.startsWith(folder) || !served.startsWith("/");
}

/** Removes the file unless another start has replaced it in the meantime. */
async function takeAway(file: string, judged: string): Promise<void> {
  const aside = `${file}.stale`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, "utf8")) === judged) await rm(aside);
    else await rename(aside, file);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
