/** scikit-learn in the same run, where Python has it (Debian: python3-sklearn). */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";

export interface Rankings {
  tfidf: string[][];
  svd: string[][];
}

const MOST_BYTES = 256 * 1024 * 1024;

/** A Python that has scikit-learn; undefined: there is none. BENCH_PYTHON names one. */
export function pythonWithSklearn(): string | undefined {
  const { BENCH_PYTHON } = process.env;
  const tried = BENCH_PYTHON ? [BENCH_PYTHON] : ["python3", "/usr/bin/python3"];
  return tried.find((python) => spawnSync(python, ["-c", "import sklearn"]).status === 0);
}

export function sklearnRankings(
  python: string,
  documents: readonly { id: string; text: string }[],
  queries: readonly string[],
  limit: number,
): Rankings {
  const input = JSON.stringify({ texts: documents.map(({ text }) => text), queries, limit });
  const script = join(import.meta.dirname, "tfidf.py");
  const ran = spawnSync(python, [script], { input, encoding: "utf8", maxBuffer: MOST_BYTES });
  if (ran.status !== 0) throw new Error(`scikit-learn: ${ran.stderr}`);
  const answer = JSON.parse(ran.stdout) as { tfidf: number[][]; svd: number[][] };
  const ids = (rankings: number[][]) => rankings.map((places) => places.map((place) => documents[place]?.id ?? ""));
  return { tfidf: ids(answer.tfidf), svd: ids(answer.svd) };
}
