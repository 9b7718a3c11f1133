/** A thread of its own for work that would stop everything else: it runs what we run, the build or the source. */
import { createRequire } from "node:module";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * Starts `name` (without its ending) that stands beside `from`, an `import.meta.url`. Its environment is empty.
 * On Node 20 tsx teaches TypeScript to the first thread alone: there the new one is told to learn it.
 */
export function startThread(name: string, from: string, options: Pick<WorkerOptions, "workerData" | "transferList">) {
  const isSource = new URL(from).pathname.endsWith(".ts");
  const file = new URL(`${name}.${isSource ? "ts" : "js"}`, from);
  const thread = { ...options, env: {} };
  if (!isSource || readsTypes()) return new Worker(file, thread);
  // found as a require finds it; the one beside it, for imports, is the one that works
  const teacher = pathToFileURL(
    createRequire(import.meta.url)
      .resolve("tsx/esm/api")
      .replace(/cjs$/, "mjs"),
  );
  const [learn, run] = [teacher, file].map(({ href }) => `import(${JSON.stringify(href)})`);
  const script = `${learn}.then(({ register }) => { register(); return ${run}; })`;
  return new Worker(script, { ...thread, eval: true });
}

/** Deno does, and so does Node from 22.18 on. */
function readsTypes(): boolean {
  const { typescript } = process.features as { typescript?: string | false };
  return "deno" in process.versions || Boolean(typescript);
}
