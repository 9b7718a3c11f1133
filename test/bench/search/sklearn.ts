/** scikit-learn in the same run, where Python has it (Debian: python3-sklearn). */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import process from "node:process";

/** One of its ways to find texts. */
export interface SklearnPeer {
  /** ids, best first, for each query that was asked */
  rankings: string[][];
  /** processor time, of all threads: of the fit, and of each query that was asked */
  buildMs: number;
  ms: number[];
  /** of its matrices and its words */
  megabytes: number;
}

export interface Decomposition {
  buildMs: number;
  singularValues: number[];
  /** terms x dimensions, float32, base64 */
  components: string;
}

const MOST_BYTES = 512 * 1024 * 1024;

/** A Python that has scikit-learn; undefined: there is none. BENCH_PYTHON names one. */
export function pythonWithSklearn(): string | undefined {
  const { BENCH_PYTHON } = process.env;
  const tried = BENCH_PYTHON ? [BENCH_PYTHON] : ["python3", "/usr/bin/python3"];
  return tried.find((python) => spawnSync(python, ["-c", "import sklearn"]).status === 0);
}

/** `mostMs`: a way that has spent more is asked no further query; 0: all are asked. */
export function sklearnPeers(
  python: string,
  documents: readonly { id: string; text: string }[],
  queries: readonly string[],
  { limit, mostMs = 0 }: { limit: number; mostMs?: number },
): { tfidf: SklearnPeer; svd: SklearnPeer } {
  type Answer = Omit<SklearnPeer, "rankings"> & { rankings: number[][] };
  const order = { texts: documents.map(({ text }) => text), queries, limit, mostMs };
  const { tfidf, svd } = run<{ tfidf: Answer; svd: Answer }>(python, "tfidf.py", order);
  const withIds = (one: Answer): SklearnPeer => ({
    ...one,
    rankings: one.rankings.map((places) => places.map((place) => documents[place]?.id ?? "")),
  });
  return { tfidf: withIds(tfidf), svd: withIds(svd) };
}

/** `texts`: terms apart by spaces. */
export function sklearnSubspaces(
  python: string,
  order: { texts: readonly string[]; terms: readonly string[]; dimensions: number },
): { idf: number[]; exact: Decomposition; randomized: Decomposition } {
  return run(python, "subspace.py", order);
}

function run<Answer>(python: string, script: string, order: unknown): Answer {
  const options = { input: JSON.stringify(order), encoding: "utf8", maxBuffer: MOST_BYTES } as const;
  const { status, stdout, stderr, error } = spawnSync(python, [join(import.meta.dirname, script)], options);
  if (status !== 0) throw new Error(`scikit-learn: ${error?.message ?? stderr}`);
  return JSON.parse(stdout) as Answer;
}
