/** The few parts of a workbook that are read, each bounded before it is unpacked and while it is. */
import type { Readable } from "node:stream";
import { type Entry, fromBufferPromise } from "yauzl";
import { SheetFault } from "./fault.ts";

const MEGABYTE = 1024 * 1024;
/** Unpacked bytes at most; fifty thousand products take about thirty of the sheet. */
export const MOST = { sheet: 100 * MEGABYTE, strings: 32 * MEGABYTE, other: 4 * MEGABYTE };
const MOST_ENTRIES = 5000;

export interface Workbook {
  has(name: string): boolean;
  /** Throws SheetFault `too_large` for a part that says, or turns out, to be larger than `most`. */
  open(name: string, most: number): Promise<Readable>;
}

/** Throws SheetFault `broken` for what is no zip. */
export async function openWorkbook(content: Buffer): Promise<Workbook> {
  const entries = new Map<string, Entry>();
  const zip = await unbroken(() => fromBufferPromise(content, { validateEntrySizes: true }));
  if (zip.entryCount > MOST_ENTRIES) throw new SheetFault("too_large");
  await unbroken(async () => {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  });
  return {
    has: (name) => entries.has(name),
    async open(name, most) {
      const entry = entries.get(name);
      if (!entry || entry.isEncrypted()) throw new SheetFault("broken");
      // what the directory says, before a byte is unpacked; yauzl stops a part that goes on longer than it says
      if (entry.uncompressedSize > most) throw new SheetFault("too_large");
      return unbroken(() => zip.openReadStreamPromise(entry));
    },
  };
}

async function unbroken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SheetFault) throw error;
    throw new SheetFault("broken", { cause: error });
  }
}
