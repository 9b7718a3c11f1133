/** Processes of the operating system: run one as the right user, ask whether one lives, send one a signal. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { parse } from "node:path";
import process from "node:process";
import type { Account } from "./account.ts";

/** Only what a program needs to run: PGDATA and the like would change the server, JWT_SECRET is none of its business. */
const INHERITED = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot", "SYSTEMROOT"];

/** Options for `spawn`: the account (null: the user who runs this), a folder that everybody may enter, English output. */
export function spawnAs(account: Account | null): SpawnOptions {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    cwd: parse(process.cwd()).root,
    env: { ...Object.fromEntries(inherited), LC_ALL: "C" },
    ...(account === null ? {} : { uid: account.uid, gid: account.gid }),
  };
}

export interface Outcome {
  /** exit code; null when it could not start or was ended by a signal */
  code: number | null;
  /** stdout and stderr together */
  output: string;
}

/** Runs a program to its end. Never throws: a program that cannot start has code null and the reason as output. */
export function run(file: string, args: string[], account: Account | null = null, input = ""): Promise<Outcome> {
  return new Promise<Outcome>((resolve) => {
    let output = "";
    let child: ChildProcess;
    try {
      child = spawn(file, args, { ...spawnAs(account), stdio: "pipe", windowsHide: true });
    } catch (error) {
      resolve({ code: null, output: String(error) });
      return;
    }
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-64 * 1024);
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    child.once("error", (error) => resolve({ code: null, output: `${output}\n${error.message}` }));
    child.once("close", (code) => resolve({ code, output }));
  });
}

/** Whether a process lives. A zombie does not: it has ended, only nobody has asked for its exit code. */
export function isAlive(pid: number): boolean {
  return hasPid(pid) && !isZombie(pid);
}

export function isZombie(pid: number): boolean {
  const state = readProc(pid, "stat");
  return state !== null && /^\) [ZX] /.test(state.slice(state.lastIndexOf(")")));
}

function hasPid(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** The command line of a process with single spaces between its words, null when it cannot be read. */
export async function commandLine(pid: number): Promise<string | null> {
  const words = readProc(pid, "cmdline");
  if (words !== null) return words.split("\0").join(" ").trim();
  if (process.platform === "win32") return null;
  const { code, output } = await run("ps", ["-p", String(pid), "-o", "command="]);
  return code === 0 ? output.trim() : null;
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

function readProc(pid: number, name: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return null;
  }
}
