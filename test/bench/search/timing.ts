/** How long each query takes. */
import process from "node:process";

/** what has spent so much is asked no further query */
export const MOST_MS = 5_000;

export interface Times {
  /** milliseconds */
  samples: number[];
  /** the query that took longest */
  worst: string;
}

/** Processor time of this process in milliseconds: on a shared machine the clock tells how busy the others are. */
export async function processorMs(): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** `spentMs`: milliseconds that whoever does the work has spent up to now. */
export async function timesOf(
  queries: readonly string[],
  work: (query: string) => unknown,
  spentMs: () => Promise<number> = processorMs,
): Promise<Times> {
  const samples: number[] = [];
  let [worst, most, all] = ["", 0, 0];
  for (const query of queries) {
    if (all > MOST_MS) break;
    const before = await spentMs();
    await work(query);
    const took = (await spentMs()) - before;
    if (took > most) [most, worst] = [took, query];
    samples.push(took);
    all += took;
  }
  return { samples, worst };
}
