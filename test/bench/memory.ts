/** What a process holds of the machine's memory, as Linux counts it; undefined where there is no such count. */
import { readFile, writeFile } from "node:fs/promises";

export const residentMegabytes = (pid: number): Promise<number | undefined> => line(pid, "VmRSS");
export const peakMegabytes = (pid: number): Promise<number | undefined> => line(pid, "VmHWM");

/** The largest size is counted from now on. */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5").catch(() => {});
}

async function line(pid: number, name: string): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}
