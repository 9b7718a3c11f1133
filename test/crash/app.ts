/** The program itself (`npm start`, from its sources if nothing else is said) in a process of its own, so that it can be killed and started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { freePort } from "../harness/free-port.ts";
import { people } from "../harness/shop.ts";

export interface RunningApp {
  readonly url: string;
  /** of the process that runs now */
  pid(): number;
  /** resolves when the app that runs now answers; a killed one is replaced before this resolves again */
  ready(): Promise<void>;
  /** kill -9; ends when the process is gone. */
  kill(): Promise<void>;
  /** kill -9, and a start on the same folder, port and database. */
  killAndRestart(): Promise<void>;
  /** As an operator stops it, however it is. */
  stop(): Promise<void>;
}

/** What `npm start` gives to Node, once it is built. */
export const BUILT: string[] = (
  JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as { scripts: { start: string } }
).scripts.start
  .split(" ")
  .slice(1);

const SOURCES = ["--import", "tsx", "kernel/main.ts"];

/** `env` is added to what every such shop needs: an administrator, no rate limits, a free port. `program`: what Node is given to run. */
export async function startApp(env: Record<string, string>, program = SOURCES): Promise<RunningApp> {
  const port = await freePort();
  const full = {
    PATH: process.env["PATH"] ?? "",
    NODE_ENV: "test",
    PORT: String(port),
    ADMIN_USERNAME: people.admin.username,
    ADMIN_PASSWORD: people.admin.password,
    LOG_LEVEL: "info",
    LOG_FILES: "0",
    RATE_LIMIT_ANONYMOUS: "100000/m",
    RATE_LIMIT_USER: "100000/m",
    RATE_LIMIT_LOGIN: "100000/m",
    RATE_LIMIT_CODES: "100000/m",
    RATE_LIMIT_LETTERS: "100000/m",
    ...env,
  };
  const start = () => {
    const child = spawn(process.execPath, program, {
      env: full,
      stdio: ["ignore", "pipe", "inherit"],
    });
    return { child, opened: opened(child) };
  };
  let now = start();
  await now.opened;
  const end = async (signal: NodeJS.Signals) => {
    const { child } = now;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    // one that a test froze, and left so because it failed, hears of it only then
    if (child.pid !== undefined) process.kill(child.pid, "SIGCONT");
    await gone;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    pid: () => now.child.pid ?? 0,
    ready: () => now.opened,
    kill: () => end("SIGKILL"),
    killAndRestart: () => {
      const { child } = now;
      const next: Promise<void> = end("SIGKILL").then(() => {
        const started = start();
        now = { child: started.child, opened: next };
        return started.opened;
      });
      // whoever asks from here on waits for the next one
      now = { child, opened: next };
      return next;
    },
    stop: () => end("SIGTERM"),
  };
}

async function opened(child: ChildProcess): Promise<void> {
  if (child.stdout === null) throw new Error("the app has no output");
  const last: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on("line", (line) => {
      last.push(line);
      if (last.length > 20) last.shift();
      if (line.includes("POS O'data is open")) resolve();
    });
    child.once("exit", (code, signal) =>
      reject(new Error(`the app ended with ${code ?? signal}:\n${last.join("\n")}`)),
    );
  });
}
