/** The folder with the data, found and checked before anything touches it. */
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import process from "node:process";
import { BootError } from "../../errors.ts";
import type { Account } from "./account.ts";
import { canEnter } from "./places.ts";
import { errorCode } from "./process.ts";

/** Where DATA_DIR keeps its cluster: a folder, or a link to one. */
export function clusterPlace(dataDir: string): string {
  return join(dataDir, "postgres");
}

/**
 * The real folder of the cluster in DATA_DIR, null when there is none yet.
 * @throws BootError when something else is in its place, or it belongs to another user or another major version
 */
export async function findCluster(dataDir: string, major: string, account: Account | null): Promise<string | null> {
  const place = clusterPlace(dataDir);
  const folder = await realpath(place).catch(async (cause) => {
    const dangling = (await readdir(dataDir)).includes(basename(place));
    if (!dangling) return null;
    throw new BootError(`${place} is a link to a folder that is gone`, {
      cure: "bring that folder back or restore a backup; remove the link only to start with an empty database",
      cause,
    });
  });
  if (folder === null) return null;
  const empty = await readdir(folder).then(
    (names) => names.length === 0,
    () => false, // another user's; told apart below
  );
  if (empty) return null;
  await requireMajor(folder, major);
  await requireOwner(folder, account);
  if (!(await canEnter(folder, account))) {
    throw new BootError(`${folder} cannot be reached by user ${account?.name}, who runs PostgreSQL`, {
      cure: `let other users pass through its parent folders (chmod o+x), or move DATA_DIR`,
    });
  }
  return folder;
}

async function requireOwner(folder: string, account: Account | null): Promise<void> {
  const needed = account?.uid ?? process.geteuid?.();
  const { uid } = await stat(folder);
  if (needed === undefined || uid === needed) return;
  throw new BootError(`${folder} belongs to user ${uid}, but PostgreSQL would run as ${account?.name ?? needed}`, {
    cure: `start as the user who made it, or stop everything and run: chown -R ${needed} '${folder}'`,
  });
}

async function requireMajor(folder: string, major: string): Promise<void> {
  const found = await readFile(join(folder, "PG_VERSION"), "utf8").catch((cause) => {
    if (errorCode(cause) !== "ENOENT") return null; // not for us to read: its owner is the matter
    throw new BootError(`${folder} is not empty and holds no PostgreSQL data (no PG_VERSION)`, {
      cure: "move that folder away, or set DATA_DIR to another one",
      cause,
    });
  });
  if (found === null || found.trim() === major) return;
  throw new BootError(`${folder} was made by PostgreSQL ${found.trim()}, this app brings PostgreSQL ${major}`, {
    cure:
      `start the app's version that brings PostgreSQL ${found.trim()}, back up, and restore into an empty DATA_DIR; ` +
      "or run that PostgreSQL yourself and set DATABASE_URL. The data was not touched",
  });
}
