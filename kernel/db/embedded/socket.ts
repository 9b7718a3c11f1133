/** The Unix socket beside TCP: a way there and back takes about two thirds of the time (ADR 2), and the folder lets in nobody but the server's user and root. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { errorCode } from "./process.ts";

/** macOS has room for 103 bytes, Linux for 107 */
const LONGEST = 103;

/** Where the server of this cluster puts its socket: the cluster's own folder. Undefined where none can be. */
export function socketFolder(folder: string): string | undefined {
  const longest = Buffer.byteLength(join(folder, ".s.PGSQL.65535"));
  // the setting is a list with quotes of its own
  const isPlain = !/[",]/.test(folder);
  return process.platform !== "win32" && isPlain && longest <= LONGEST ? folder : undefined;
}

/** A power cut leaves the socket's files of its port behind; only for who holds DATA_DIR: nobody starts another server then. */
export async function sweepSockets(folder: string, port: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const found = /^\.s\.PGSQL\.(\d+)(\.lock)?$/.exec(name);
    if (found === null || Number(found[1]) === port) continue;
    await rm(join(folder, name)).catch((error) => {
      if (errorCode(error) !== "ENOENT") throw error;
    });
  }
}
