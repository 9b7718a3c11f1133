/** The way of a command to the PostgreSQL in DATA_DIR: as a guest of the app that runs it, else it runs it for a moment. */
import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { BootError } from "../../errors.ts";
import { addressOf } from "./app-database.ts";
import { clusterPlace } from "./cluster.ts";
import { startEmbedded } from "./index.ts";
import { findHolder } from "./lock.ts";
import type { Log } from "./log.ts";
import { readPassword } from "./password.ts";
import { readPidFile } from "./pid-file.ts";
import { tryServer } from "./server-connection.ts";

export interface Visit {
  connectionString: string;
  /** Stops the server unless it is the app's. */
  end(): Promise<void>;
}

/** `make`: a new database where there is none. @throws BootError with its cure: no database there yet, and whatever keeps one from starting */
export async function visitEmbedded(options: { dataDir: string; log: Log; make?: boolean }): Promise<Visit> {
  const dataDir = resolve(options.dataDir);
  const isThere = existsSync(clusterPlace(dataDir));
  if (!isThere && !options.make) {
    throw new BootError(`there is no database in DATA_DIR ${dataDir} yet`, {
      cure: "start the app once, or set DATA_DIR or DATABASE_URL to the shop's",
    });
  }
  const guest = isThere ? await asGuest(dataDir, options.log) : undefined;
  if (guest !== undefined) return { connectionString: guest, end: async () => {} };
  try {
    const server = await startEmbedded({ dataDir, log: options.log });
    return { connectionString: server.connectionString, end: () => server.stop() };
  } catch (error) {
    // an app that was just starting has been quicker
    const late = await asGuest(dataDir, options.log).catch(() => undefined);
    if (late === undefined) throw error;
    return { connectionString: late, end: async () => {} };
  }
}

/** Undefined unless an app runs on it: a server that a killed app left behind is to be taken over properly. */
async function asGuest(dataDir: string, log: Log): Promise<string | undefined> {
  const folder = await realpath(clusterPlace(dataDir));
  const password = await readPassword(dataDir);
  const file = await readPidFile(folder, log);
  if (password === undefined || !file?.port) return undefined;
  const found = await tryServer({ ...file, port: file.port, password: password.superuser }, folder);
  if (found.kind !== "ours") return undefined;
  try {
    return (await findHolder(found.client)) === null ? undefined : addressOf(found.address, password.app);
  } finally {
    await found.client.end();
  }
}
