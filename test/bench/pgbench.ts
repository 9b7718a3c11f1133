/** pgbench, the peer of a sale: the same statements without a program around them. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export interface PgbenchRun {
  perSecond: number;
  /** milliseconds of each transaction */
  samples: number[];
}

/** Undefined where there is no pgbench. `script` may use :client_id. */
export async function pgbench(url: string, clients: number, seconds: number, script: string) {
  const program = findPgbench();
  if (!program) return undefined;
  const folder = await mkdtemp(join(tmpdir(), "pos-odata-pgbench-"));
  try {
    await writeFile(join(folder, "sale.sql"), script);
    const options = ["-n", "-f", "sale.sql", "-c", clients, "-j", "2", "-T", seconds, "-M", "prepared", "-l"];
    const { stdout } = await promisify(execFile)(program, [...options.map(String), url], { cwd: folder });
    const tps = Number(/tps = ([\d.]+)/.exec(stdout)?.[1]);
    return { perSecond: tps, samples: await latencies(folder) } satisfies PgbenchRun;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Its log has the microseconds of each transaction in the third column. */
async function latencies(folder: string): Promise<number[]> {
  const logs = (await readdir(folder)).filter((name) => name.startsWith("pgbench_log"));
  const texts = await Promise.all(logs.map((name) => readFile(join(folder, name), "utf8")));
  return texts.flatMap((text) =>
    text
      .trim()
      .split("\n")
      .map((line) => Number(line.split(" ")[2]) / 1000),
  );
}

function findPgbench(): string | undefined {
  const root = "/usr/lib/postgresql";
  const found = existsSync(root) ? readdirSync(root).map((version) => join(root, version, "bin/pgbench")) : [];
  return found.filter(existsSync).at(-1);
}
