/** Folders: DATA_DIR, and the place for what the database's user cannot reach there. */
import { chmod, mkdir, open, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import process from "node:process";
import { BootError } from "../../errors.ts";
import type { Account } from "./account.ts";
import { run } from "./process.ts";

/** Where root keeps what another user must be able to reach (binaries, clusters). */
export const STORE = "/var/lib/pos-odata";

/** Makes DATA_DIR and gives its absolute path without symlinks. */
export async function openDataDir(dataDir: string): Promise<string> {
  const absolute = resolve(dataDir);
  try {
    await mkdir(absolute, { recursive: true });
    return await realpath(absolute);
  } catch (cause) {
    throw new BootError(`DATA_DIR ${absolute} cannot be made or entered: ${String(cause)}`, {
      cure: "set DATA_DIR to a folder that this user may write",
      cause,
    });
  }
}

/** A folder under the store that everybody may pass through. */
export async function openStore(name: string, store: string = STORE): Promise<string> {
  const folder = join(store, name);
  try {
    await mkdir(folder, { recursive: true });
    // whatever the umask of the one who starts the app
    for (const made of [store, folder]) await chmod(made, 0o755);
    return folder;
  } catch (cause) {
    throw new BootError(`${folder} cannot be made: ${String(cause)}`, {
      cure: "put the project and DATA_DIR where other users may enter (not under /root), or set DATABASE_URL",
      cause,
    });
  }
}

/** Whether the account may pass through the folder. Tried, not computed, so that access lists count too. */
export async function canEnter(folder: string, account: Account | null): Promise<boolean> {
  if (account === null) return true;
  return (await run("/bin/sh", ["-c", 'cd -- "$1"', "sh", folder], account)).code === 0;
}

/** Makes a rename in the folder survive a power cut. Windows cannot open a folder and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
