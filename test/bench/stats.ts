/** Samples to figures, and the table that is printed. */
import process from "node:process";
import { goalOf, numberText } from "./report/bars.ts";

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** the limit of the goal, or what the peer measured beside it reached */
  beside: string;
  samples: number[];
  /** raw samples of the peer that was measured between them */
  peer?: number[];
  /** where samples are of whole rounds: the milliseconds of each request behind them, by who answered */
  raw?: Record<string, number[]>;
  /** what the issue asks of the value; drawn beside it */
  goal?: { atMost: number } | { atLeast: number };
}

export const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);

export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map((one) => {
    const judged = goalOf(one);
    const goal = judged && `goal ${judged.text}, ${judged.met ? "met" : "not met"}`;
    const beside = [goal, one.beside].filter(Boolean).join("; ");
    return [one.name, `${numberText(one.value)} ${one.unit}`, beside];
  });
  const head = ["figure", "measured", "limit or peer in the same run"];
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Runs `work` `count` times by each of `clients` at once; milliseconds of each. */
export async function timed(
  clients: number,
  count: number,
  work: (client: number) => Promise<void>,
): Promise<number[]> {
  const samples: number[] = [];
  const run = async (client: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) {
      const started = performance.now();
      await work(client);
      samples.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
  return samples;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/**
 * Each in turn, round after round: what slows the machine down for a while slows all of them. Every second round goes backwards, so
 * that what one leaves to the database does not always fall to the same other.
 */
export async function interleaved<T>(rounds: number, works: (() => Promise<T>)[]): Promise<T[][]> {
  const results: T[][] = works.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [index, work] of turns(works, round)) results[index]?.push(await work());
  return results;
}

const turns = <T>(works: readonly T[], round: number): [number, T][] =>
  round % 2 === 0 ? [...works.entries()] : [...works.entries()].reverse();
