/** The shop's PC for these tests: folders, apps in processes of their own, and what is left of the server after them. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { chmod, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach } from "mocha";
import pg from "pg";
import { databaseAccount } from "../../kernel/db/embedded/account.ts";
import { findBinaries, packagedFolder } from "../../kernel/db/embedded/binaries.ts";
import { type EmbeddedServer, type Log, startEmbedded } from "../../kernel/db/embedded/index.ts";
import type { Ground } from "../../kernel/db/embedded/postmaster.ts";
import { isAlive, run } from "../../kernel/db/embedded/process.ts";
import { memoryLog } from "../harness/log.ts";
import { until } from "../harness/until.ts";

export const isRoot = process.geteuid?.() === 0;

export interface AppEnd {
  code: number | null;
  signal: string | null;
}

export interface App {
  pid: number;
  /** resolves when its server answers; rejects with what it said when it failed */
  up: Promise<EmbeddedServer>;
  /** resolves with the message of its error */
  failed: Promise<string>;
  ended: Promise<AppEnd>;
  lines: Record<string, unknown>[];
  kill(signal: NodeJS.Signals): void;
}

export interface ShopPc {
  /** A folder for one test, reachable for every user. */
  folder(): Promise<string>;
  /** A DATA_DIR whose database has been made before, stopped: a copy of one that all tests of the run share. */
  shop(): Promise<string>;
  /** Starts an app; `through` is a command that runs it (`sh -c ...`), `group` gives it a process group of its own. */
  app(dataDir: string, options?: AppOptions): App;
  /** Has a server that this process started stopped when the test ends. */
  keep(server: EmbeddedServer): EmbeddedServer;
}

export interface AppOptions {
  account?: { uid: number; gid: number };
  cwd?: string;
  through?: string[];
  group?: boolean;
  /** it ends by itself without stopping its server */
  leave?: boolean;
}

/** To be called inside `describe`: everything that a test leaves behind is ended and removed after it. */
export function shopPc(): ShopPc {
  const folders: string[] = [];
  const apps: { child: ChildProcess; dataDir: string }[] = [];
  const servers: EmbeddedServer[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    for (const { child, dataDir } of apps.splice(0)) await endApp(child, dataDir);
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });

  return {
    folder: async () => {
      const folder = await makeFolder();
      folders.push(folder);
      return folder;
    },
    shop: async () => {
      const folder = await makeFolder();
      folders.push(folder);
      template ??= makeTemplate();
      const copied = await run("cp", ["-a", `${await template}/.`, folder]);
      if (copied.code !== 0) throw new Error(copied.output);
      return folder;
    },
    keep: (server) => {
      servers.push(server);
      return server;
    },
    app: (dataDir, options = {}) => {
      const child = spawnApp(dataDir, options);
      apps.push({ child, dataDir: resolve(options.cwd ?? "", dataDir) });
      return watch(child, (server) => folders.push(server.dataFolder));
    },
  };
}

let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
  const folder = await makeFolder();
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await (await startEmbedded({ dataDir: folder, log: memoryLog().log })).stop();
  return folder;
}

/** A temporary folder that every user may enter. */
export async function makeFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "pos-odata-embedded-")));
  await chmod(folder, 0o755);
  return folder;
}

function spawnApp(dataDir: string, options: AppOptions): ChildProcess {
  const { account, cwd, through = [], group = false, leave = false } = options;
  const script = fileURLToPath(new URL("app.ts", import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const app = [process.execPath, "--import", tsx, script, dataDir, ...(leave ? ["leave"] : [])];
  const [file = "", ...args] = [...through, ...app];
  return spawn(file, args, {
    stdio: ["ignore", "pipe", "inherit"],
    detached: group,
    ...(account ?? {}),
    ...(cwd === undefined ? {} : { cwd }),
  });
}

function watch(child: ChildProcess, onUp: (server: EmbeddedServer) => void): App {
  const lines: Record<string, unknown>[] = [];
  const ended = once(child, "close").then(([code, signal]): AppEnd => ({ code, signal }));
  let up: (server: EmbeddedServer) => void = () => {};
  let failed: (message: string) => void = () => {};
  const isUp = new Promise<EmbeddedServer>((resolve, reject) => {
    up = resolve;
    void ended.then(() => reject(new Error(`the app ended: ${JSON.stringify(lines)}`)));
  });
  const hasFailed = new Promise<string>((resolve, reject) => {
    failed = resolve;
    void ended.then(() => reject(new Error(`the app said no error: ${JSON.stringify(lines)}`)));
  });
  isUp.catch(() => {});
  hasFailed.catch(() => {});
  if (child.stdout === null) throw new Error("the app has no output");
  createInterface(child.stdout).on("line", (text) => {
    const line = JSON.parse(text) as { up?: EmbeddedServer; failed?: { name: string; message: string } };
    lines.push({ ...line });
    if (line.up) {
      onUp(line.up);
      up(line.up);
    }
    if (line.failed) failed(`${line.failed.name}: ${line.failed.message}`);
  });
  return {
    pid: child.pid ?? 0,
    up: isUp,
    failed: hasFailed,
    ended,
    lines,
    kill: (signal) => void child.kill(signal),
  };
}

/** An app that a test left behind is ended; the server that outlives it is found by the lock file and ended too. */
async function endApp(child: ChildProcess, dataDir: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const pid = await postmasterOf(join(dataDir, "postgres"));
  if (pid !== null) await endNow(pid);
}

/** The living server of the cluster by its lock file, null when there is none. */
export async function postmasterOf(cluster: string): Promise<number | null> {
  const text = await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return pid > 0 && isAlive(pid) ? pid : null;
}

export async function endNow(pid: number, signal: NodeJS.Signals = "SIGQUIT"): Promise<void> {
  process.kill(pid, signal);
  await until(() => !isAlive(pid));
}

/** What a server on that cluster needs, to be started without the app. */
export async function groundOf(folder: string, dataDir: string, log: Log): Promise<Ground> {
  const account = await databaseAccount(folder, log);
  const binaries = await findBinaries({ account, log, packaged: await packagedFolder() });
  const password = String((await superuser(dataDir)).password);
  return { folder, account, binaries, password, log, logFile: join(dataDir, "postgres.log") };
}

/** Asks the server on the way that the app takes. */
export function askAsGiven(server: Pick<EmbeddedServer, "connectionString">, sql: string) {
  return asked(new pg.Client(server.connectionString), sql);
}

/** Asks the server by TCP as the app's role, or with other details of the connection. */
export async function ask<T extends pg.QueryResultRow>(
  server: Pick<EmbeddedServer, "connectionString">,
  sql: string,
  other: pg.ClientConfig = {},
): Promise<T[]> {
  const url = new URL(server.connectionString);
  const client = new pg.Client({
    host: url.hostname,
    port: Number(url.port),
    user: url.username,
    password: url.password,
    database: url.pathname.slice(1),
    ...other,
  });
  return asked<T>(client, sql);
}

async function asked<T extends pg.QueryResultRow>(client: pg.Client, sql: string): Promise<T[]> {
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The superuser's details, from the file that an operator would read. */
export async function superuser(dataDir: string): Promise<pg.ClientConfig> {
  const password = (await readFile(join(dataDir, "postgres.password"), "utf8")).trim();
  return { user: "postgres", password, database: "postgres" };
}
