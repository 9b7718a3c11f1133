/** A real Redis of one test, which may be killed, frozen and started again on its port. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { freePort, listenAgain } from "./free-port.ts";

export interface TestRedis {
  url: string;
  /** host:port */
  node: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** undefined, or why there is none here. */
export function whyNoRedis(): string | undefined {
  return spawnSync("redis-server", ["--version"]).status === 0 ? undefined : "redis-server is not on the PATH";
}

export async function testRedis(settings: string[] = []): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), "pos-odata-redis-"));
  const port = await freePort();
  const node = `127.0.0.1:${port}`;
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder, ...settings];
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    server = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    for await (const chunk of server.stdout ?? []) {
      said += String(chunk);
      if (said.includes("Ready to accept connections")) break;
    }
    if (!said.includes("Ready to accept connections")) throw new Error(`redis-server did not start:\n${said}`);
  }

  async function kill(): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  }

  /** not by the child's own kill: on Deno it takes any signal for the end of the child */
  function signal(name: "SIGSTOP" | "SIGCONT"): void {
    if (server?.pid !== undefined) process.kill(server.pid, name);
  }

  await start();
  return {
    url: `redis://${node}`,
    node,
    start: () => listenAgain(start),
    kill,
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    close: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
