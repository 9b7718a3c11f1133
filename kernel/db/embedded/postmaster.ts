/** The server process: take over one that runs on the folder, or start one. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";
import { BootError } from "../../errors.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { type Log, lastLines, readSince, sizeOf } from "./log.ts";
import { readPidFile } from "./pid-file.ts";
import { freePort } from "./port.ts";
import { spawnAs } from "./process.ts";
import { type Address, tryServer } from "./server-connection.ts";
import { settings } from "./settings.ts";
import { endPostmaster } from "./shutdown.ts";
import { socketFolder } from "./socket.ts";

export interface Postmaster {
  pid: number;
  /** how it was reached */
  address: Address;
  adopted: boolean;
  /** the superuser's connection through which it was recognised */
  client: pg.Client;
}

export interface Ground {
  folder: string;
  account: Account | null;
  binaries: Binaries;
  /** of the superuser */
  password: string;
  logFile: string;
  log: Log;
}

/** Recovery after a power cut replays the write-ahead log; on a slow disk that takes a while. */
const PATIENCE_MS = 120_000;

/**
 * A server on the folder that answers. One that is there already (left by a killed app, or of another app: the lock
 * tells which) is taken; one that is just starting or stopping is waited for.
 * @throws BootError when it does not come up, with the last lines of its log
 */
export async function runPostmaster(ground: Ground, choosePort: () => Promise<number> = freePort): Promise<Postmaster> {
  let said = "";
  let socket = socketFolder(ground.folder);
  for (let tries = 0; tries < 5; tries++) {
    const found = await findRunning(ground);
    if (found !== null) return found;
    const started = await launch(ground, await choosePort(), socket);
    if ("client" in started) return started;
    said = started.said;
    if (NO_SOCKET.test(said)) socket = undefined;
    await pause(tries * 100);
  }
  throw new BootError(`PostgreSQL did not start in five tries:${lastLines(said)}`, {
    cure: "end what the last lines name, then start again",
  });
}

async function findRunning({ folder, password, log }: Ground): Promise<Postmaster | null> {
  const deadline = Date.now() + PATIENCE_MS;
  let reason: unknown = "it has not opened its port";
  for (;;) {
    const file = await readPidFile(folder, log);
    if (file === null) return null;
    if (file.port !== null) {
      const attempt = await tryServer({ ...file, port: file.port, password }, folder);
      if (attempt.kind === "ours") return { ...attempt, pid: file.pid, adopted: true };
      if (attempt.kind === "refused") throw refused(attempt.error, `end the server (kill -INT ${file.pid}), `);
      if (attempt.kind === "not-ready") reason = attempt.error;
    }
    if (Date.now() > deadline) {
      throw new BootError(`a PostgreSQL (pid ${file.pid}) holds ${folder} and does not answer: ${String(reason)}`, {
        cure: `wait and start again; if it stays so, end it with: kill -INT ${file.pid}`,
        cause: reason,
      });
    }
    await pause(50);
  }
}

function refused(cause: unknown, first: string): BootError {
  return new BootError("the PostgreSQL of this DATA_DIR does not accept DATA_DIR/postgres.password", {
    cure: `bring the old file back; or ${first}remove the file and start: a new password is made`,
    cause,
  });
}

/** a file system without sockets, as of a folder that a container shares with another system */
const NO_SOCKET = /could not create any Unix-domain sockets/;
/**
 * What passes by itself: the port was taken in between, another server was quicker, or the processes of one that was
 * killed are still going away; and what can be done without.
 */
const PASSING = new RegExp(
  `postmaster\\.pid" already exists|could not create any TCP/IP sockets|pre-existing shared memory block|${NO_SOCKET.source}`,
);

/** Starts a server. Gives what it said when it ended for a reason that passes. */
async function launch(
  ground: Ground,
  port: number,
  socket: string | undefined,
): Promise<Postmaster | { said: string }> {
  const { folder, password, logFile } = ground;
  const from = await sizeOf(logFile);
  const child = await spawnServer(ground, port, socket);
  const pid = child.pid ?? 0;
  const deadline = Date.now() + PATIENCE_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const file = await readPidFile(folder, ground.log);
    if (file?.pid === pid && file.port === port) {
      const attempt = await tryServer({ port, socket: file.socket, password }, folder);
      if (attempt.kind === "ours") return { ...attempt, pid, adopted: false };
      if (attempt.kind === "refused") {
        await endPostmaster(pid, ground);
        throw refused(attempt.error, "");
      }
    }
    if (Date.now() > deadline) {
      throw new BootError(`PostgreSQL (pid ${pid}) is not ready yet:${lastLines(await readSince(logFile, from))}`, {
        cure: "it goes on recovering; start again in a while",
      });
    }
    await pause(10);
  }
  const output = await readSince(logFile, from);
  if (PASSING.test(output)) return { said: output };
  throw new BootError(`PostgreSQL did not start:${lastLines(output)}`, {
    cure: `look at ${logFile}; most often the disk is full or the folder's owner was changed`,
  });
}

/**
 * Detached: in a session of its own the terminal's Ctrl-C does not reach the server before the app has closed its
 * work, and a crash of the app leaves it running for the next start.
 */
async function spawnServer(
  { folder, account, binaries, logFile }: Ground,
  port: number,
  socket: string | undefined,
): Promise<ChildProcess> {
  const sink = await open(logFile, "a", 0o600);
  try {
    const child = spawn(binaries.postgres, ["-D", folder, "-p", String(port), ...settings(binaries, socket)], {
      ...spawnAs(account),
      stdio: ["ignore", sink.fd, sink.fd],
      detached: true,
      windowsHide: true,
    });
    await once(child, "spawn");
    child.unref();
    return child;
  } catch (cause) {
    throw new BootError(`PostgreSQL could not be started: ${String(cause)}`, { cause });
  } finally {
    await sink.close();
  }
}
