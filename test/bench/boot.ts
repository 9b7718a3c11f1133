/** From what `npm start` runs on an existing DATA_DIR to the first answer of /health, and memory at rest. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { BUILT } from "../crash/app.ts";
import { freePort } from "../harness/free-port.ts";
import { type Figure, percentile } from "./stats.ts";

const ROOT = join(import.meta.dirname, "../..");
const ROUNDS = 5;

export async function boot(): Promise<Figure[]> {
  execFileSync("npm", ["run", "build"], { cwd: ROOT, stdio: "ignore" });
  const folder = mkdtempSync(join(tmpdir(), "pos-odata-bench-"));
  chmodSync(folder, 0o711);
  try {
    await round(folder);
    const starts: number[] = [];
    const memory: number[] = [];
    for (let turn = 0; turn < ROUNDS; turn++) {
      const { milliseconds, megabytes } = await round(folder);
      starts.push(milliseconds);
      if (megabytes !== undefined) memory.push(megabytes);
    }
    return [
      {
        name: "start with an existing database to /health, median of 5",
        value: percentile(starts, 0.5),
        unit: "ms",
        beside: `slowest ${Math.max(...starts).toFixed(0)} ms`,
        samples: starts,
        goal: { atMost: 1000 },
      },
      {
        name: "memory at rest, median of 5",
        value: percentile(memory, 0.5),
        unit: "MB",
        beside: "the database is another process",
        samples: memory,
        goal: { atMost: 150 },
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function round(folder: string): Promise<{ milliseconds: number; megabytes: number | undefined }> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), DATA_DIR: folder, DATABASE_URL: "", LOG_LEVEL: "warn" };
  const started = performance.now();
  const app = spawn(process.execPath, BUILT, { cwd: ROOT, env, stdio: "ignore" });
  await answers(`http://127.0.0.1:${port}/health`, app);
  const milliseconds = performance.now() - started;
  await pause(2000);
  const status = `/proc/${app.pid}/status`;
  const kilobytes = existsSync(status) ? /VmRSS:\s+(\d+)/.exec(readFileSync(status, "utf8"))?.[1] : undefined;
  const exit = once(app, "exit");
  app.kill("SIGTERM");
  await exit;
  return { milliseconds, megabytes: kilobytes === undefined ? undefined : Number(kilobytes) / 1024 };
}

async function answers(url: string, app: ChildProcess): Promise<void> {
  while (app.exitCode === null) {
    const answer = await fetch(url, { headers: { connection: "close" } }).catch(() => undefined);
    if (answer?.ok) return;
    await pause(5);
  }
  throw new Error("the app ended before it answered");
}
