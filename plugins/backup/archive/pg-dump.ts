/** PostgreSQL's own pg_dump and pg_restore, where they are installed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { run, spawnAs } from "../../../kernel/db/embedded/process.ts";

/** where Debian keeps each version's */
const shelf = (major: number): string => `/usr/lib/postgresql/${major}/bin`;
const EXTENSIONS = ["pg_trgm", "unaccent"];

/**
 * The program, of that version exactly when it dumps: an older one cannot, a newer one writes what an older restore may not read.
 * To restore, that one or a newer.
 */
export async function findTool(tool: "pg_dump" | "pg_restore", major: number): Promise<string | undefined> {
  const folders = [shelf(major), ...(spawnAs(null).env?.["PATH"] ?? "").split(delimiter)];
  const files = [...new Set(folders.filter(Boolean).map((folder) => join(folder, tool)))].filter(existsSync);
  for (const file of files) {
    const { code, output } = await run(file, ["--version"]);
    const found = Number(/\(PostgreSQL\) (\d+)/.exec(output)?.[1]);
    if (code === 0 && (tool === "pg_dump" ? found === major : found >= major)) return file;
  }
  return undefined;
}

/** `snapshot`: what the counting transaction sees, it sees. Whoever stops reading ends the program, as does the signal. */
export async function* dump(
  tool: string,
  url: string,
  snapshot: string,
  { complain, signal }: { complain: (line: string) => void; signal: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const extensions = EXTENSIONS.flatMap((name) => ["--extension", name]);
  const args = ["--format=custom", "--compress=0", "--no-owner", "--no-acl", "--no-comments", "--snapshot", snapshot];
  const { child, ended } = start(tool, [...args, ...extensions], url, complain);
  child.stdin?.end();
  const kill = () => void child.kill("SIGKILL");
  signal.addEventListener("abort", kill);
  ended.catch(() => {});
  try {
    yield* child.stdout as Readable;
    await ended;
  } finally {
    signal.removeEventListener("abort", kill);
    kill();
  }
}

/** Into a database without tables, whole or not at all. */
export async function restore(
  tool: string,
  url: string,
  content: AsyncIterable<Uint8Array>,
  { complain, signal }: { complain: (line: string) => void; signal?: AbortSignal | undefined },
): Promise<void> {
  const args = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-acl", "--no-comments"];
  const { child, ended } = start(tool, [...args, `--dbname=${new URL(url).pathname.slice(1)}`], url, complain);
  ended.catch(() => {});
  child.stdout?.resume();
  const kill = () => void child.kill("SIGKILL");
  signal?.addEventListener("abort", kill);
  try {
    // what ends early has said why; a source that fails leaves it with half an archive, which it refuses
    await Promise.all([ended, pipeline(Readable.from(content), child.stdin as NodeJS.WritableStream)]);
  } finally {
    signal?.removeEventListener("abort", kill);
    kill();
  }
}

function start(tool: string, args: string[], url: string, complain: (line: string) => void) {
  const options = spawnAs(null);
  // the address by the environment: arguments are seen by everybody on the machine
  const child: ChildProcess = spawn(tool, args, {
    ...options,
    env: { ...options.env, ...addressOf(url) },
    stdio: "pipe",
  });
  let said = "";
  child.stderr?.on("data", (part) => {
    said = (said + part).slice(-4000);
  });
  const ended = once(child, "close").then(([code]) => {
    if (said.trim() !== "") complain(said.trim());
    if (code !== 0) throw new PgToolError(said.trim().split("\n").at(-1) ?? `it ended with ${code}`);
  });
  return { child, ended };
}

/** pg_dump or pg_restore said no. */
export class PgToolError extends Error {}

function addressOf(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const decoded = { PGUSER: username, PGPASSWORD: password, PGDATABASE: pathname.slice(1) };
  const ssl = searchParams.get("sslmode");
  const all = {
    PGHOST: searchParams.get("host") ?? hostname,
    PGPORT: port,
    ...Object.fromEntries(Object.entries(decoded).map(([name, value]) => [name, decodeURIComponent(value)])),
    ...(ssl === null ? {} : { PGSSLMODE: ssl === "no-verify" ? "require" : ssl }),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}
