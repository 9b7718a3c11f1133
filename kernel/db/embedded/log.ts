/** What the server says: its log file in DATA_DIR, kept bounded, and the last lines of it for an error message. */
import { copyFile, open, stat, truncate } from "node:fs/promises";
import type { Logger } from "pino";

export type Log = Pick<Logger, "info" | "warn" | "error" | "debug">;

const MAX_BYTES = 10 * 1024 * 1024;
const TAIL_BYTES = 16 * 1024;

/**
 * Keeps the log under `maxBytes` at each start; one older file stays beside it as `.1`.
 * Copy and truncate, because a server that outlived its app goes on appending to the same file.
 */
export async function boundLog(file: string, maxBytes: number = MAX_BYTES): Promise<void> {
  const size = await sizeOf(file);
  if (size <= maxBytes) return;
  await copyFile(file, `${file}.1`);
  await truncate(file, 0);
}

/** Bytes in the file, 0 when it does not exist. */
export async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}

/** What was appended to the file after `from` bytes, at most its last 16 KB. */
export async function readSince(file: string, from: number): Promise<string> {
  const end = await sizeOf(file);
  const start = Math.max(from, end - TAIL_BYTES, 0);
  if (end <= start) return "";
  const handle = await open(file, "r");
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(end - start), position: start });
    return buffer.subarray(0, bytesRead).toString("utf8");
  } finally {
    await handle.close();
  }
}

/** The last lines of a program's output, indented, to be put under an error message. */
export function lastLines(output: string, count = 8): string {
  const lines = output
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  return lines
    .slice(-count)
    .map((line) => `\n    ${line}`)
    .join("");
}
