/** A PostgreSQL 15 of Debian's packages for one test, with settings of its own: a server as an operator would run it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";
import pg from "pg";
import { freePort } from "./free-port.ts";

export const BIN = "/usr/lib/postgresql/15/bin";
export const hasPostgres15 = existsSync(join(BIN, "postgres"));

export interface Server15 {
  /** of the folder that holds `data` and whatever the test wants to put there; the server's user owns it */
  home: string;
  port: number;
  /** of a database; its user is the superuser */
  url(database?: string): string;
  /** Runs a program as the server's user, with PostgreSQL's programs on the PATH; throws with what it said when it fails. */
  as(file: string, args: string[], env?: Record<string, string>): Promise<string>;
  /** Rows of one statement in the shop's database or another, on a connection of its own. */
  // biome-ignore lint/suspicious/noExplicitAny: as pg has them
  ask(sql: string, database?: string): Promise<any[]>;
  start(): Promise<void>;
  stop(mode?: "fast" | "immediate"): Promise<void>;
  /** It and all its processes stand still, as on a machine that swaps or a disk that hangs. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Stops it and removes all of it. */
  remove(): Promise<void>;
}

/** `settings`: for postgresql.conf, on top of what keeps it on this machine. `{home}` in a value is its folder. */
export function server15(settings: Record<string, string> = {}): Promise<Server15> {
  const initdb = ["-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"];
  return makeServer(settings, (as, data) => as("initdb", ["-D", data, ...initdb]));
}

/** A streaming replica of a server that runs; to be started. */
export function standby15(primary: Server15, settings: Record<string, string> = {}): Promise<Server15> {
  const from = ["-h", "127.0.0.1", "-p", String(primary.port), "-U", "postgres", "--checkpoint=fast", "--no-sync"];
  return makeServer(settings, (as, data) => as("pg_basebackup", ["-D", data, "--write-recovery-conf", ...from]));
}

type Make = (as: Server15["as"], data: string) => Promise<string>;

async function makeServer(settings: Record<string, string>, make: Make): Promise<Server15> {
  const home = await mkdtemp(join(tmpdir(), "pos-odata-pg15-"));
  const port = await freePort();
  const data = join(home, "data");
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) await run("chown", ["postgres:", home], {});
  await chmod(home, 0o755);

  const as = (file: string, args: string[], env: Record<string, string> = {}) => {
    const path = { PATH: `${BIN}:${process.env["PATH"] ?? ""}`, LC_ALL: "C.UTF-8", ...env };
    const words = isRoot
      ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", file, ...args]
      : [file, ...args];
    return run(words[0] ?? "", words.slice(1), path, home);
  };
  await make(as, data);
  const all = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    fsync: "off",
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll("{home}", home)}'`);
  await as("sh", ["-c", 'printf "%s\\n" "$@" >> data/postgresql.conf', "sh", ...lines]);
  const signal = async (name: "SIGSTOP" | "SIGCONT") => {
    const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
    const postmaster = Number.parseInt(text, 10);
    if (!(postmaster > 0)) return;
    process.kill(postmaster, name);
    for (const child of await childrenOf(postmaster))
      try {
        process.kill(child, name);
      } catch (error) {
        // it ended since it was listed
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
  };
  const url = (database = "postgres") => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const pgCtl = (...args: string[]) => as("pg_ctl", ["-D", data, "-w", "-t", "60", ...args]);

  return {
    home,
    port,
    url,
    as,
    ask: async (sql, database = "shop") => {
      const client = new pg.Client(url(database));
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    },
    start: async () => void (await pgCtl("-l", join(home, "log"), "start")),
    stop: async (mode = "fast") => void (await pgCtl("-m", mode, "stop")),
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    remove: async () => {
      await signal("SIGCONT").catch(() => {});
      await pgCtl("-m", "immediate", "stop").catch(() => {});
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function childrenOf(parent: number): Promise<number[]> {
  const found: number[] = [];
  for (const name of (await readdir("/proc")).filter((one) => /^\d+$/.test(one))) {
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    if (Number(stat.split(") ").at(-1)?.split(" ")[1]) === parent) found.push(Number(name));
  }
  return found;
}

/** Who owns what the server writes. */
export const serverUser = (): string => (process.geteuid?.() === 0 ? "postgres" : userInfo().username);

async function run(file: string, args: string[], env: Record<string, string>, cwd?: string): Promise<string> {
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(cwd ? { cwd } : {}),
  });
  let said = "";
  const keep = (part: Buffer) => {
    said += part;
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  // the server that pg_ctl starts keeps the pipes open
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${code}:\n${said}`);
  return said;
}
