/** pgbench, the peer of a sale: the same statements without a program around them. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface PgbenchRun {
  /** milliseconds of each transaction */
  samples: number[];
  seconds: number;
}

/** its connections are new ones each time: they read the catalogue and plan before they are what the program's are */
const WARM_SECONDS = 1;

/** Undefined where there is no pgbench. `script` may use :client_id. What its first second did does not count. */
export async function pgbench(url: string, clients: number, seconds: number, script: string) {
  const program = findPgbench();
  if (!program) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "pos-odata-pgbench-"));
  try {
    await writeFile(join(folder, "sale.sql"), script);
    const options = [
      "-n",
      "-f",
      "sale.sql",
      "-c",
      clients,
      "-j",
      "2",
      "-T",
      seconds + WARM_SECONDS,
      "-M",
      "prepared",
      "-l",
    ];
    await promisify(execFile)(program, [...options.map(String), url], { cwd: folder });
    return warm(await transactions(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Transaction {
  /** seconds since 1970 */
  end: number;
  ms: number;
}

/** Its log has client, number, microseconds, script, and the second and microsecond in which each transaction ended. */
async function transactions(folder: string): Promise<Transaction[]> {
  const logs = (await readdir(folder)).filter((name) => name.startsWith("pgbench_log"));
  const texts = await Promise.all(logs.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) =>
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => {
        const [, , took = 0, , second = 0, micro = 0] = line.split(" ").map(Number);
        // of a transaction that failed there is a word
        if (!Number.isFinite(took)) throw new Error(`a transaction of pgbench failed: ${line}`);
        return { end: second + micro / 1e6, ms: took / 1000 };
      }),
  );
}

function warm(all: readonly Transaction[]): PgbenchRun {
  const ends = all.map(({ end }) => end).sort((a, b) => a - b);
  const begun = Math.min(...all.map(({ end, ms }) => end - ms / 1000)) + WARM_SECONDS;
  const samples = all.flatMap(({ end, ms }) => (end >= begun ? [ms] : []));
  return { samples, seconds: (ends.at(-1) ?? Number.NaN) - begun };
}

function findPgbench(): string | undefined {
  const root = "/usr/lib/postgresql";
  const found = existsSync(root) ? readdirSync(root).map((version) => join(root, version, "bin/pgbench")) : [];
  return found.filter(existsSync).at(-1);
}
