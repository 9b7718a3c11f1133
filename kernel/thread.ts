/** Threads for work that would keep the till waiting. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";

/**
 * A thread that runs the module `name`, without its ending, beside the caller: `startThread(import.meta.url, "worker")`. The same
 * line serves compiled code, code that the runtime reads as it is, and tsx, whose reader of TypeScript a thread does not inherit.
 */
export function startThread(caller: string, name: string, options: WorkerOptions = {}): Worker {
  const compiled = caller.endsWith(".js");
  const file = new URL(`./${name}.${compiled ? "js" : "ts"}`, caller);
  const reads = compiled || "Deno" in globalThis || "typescript" in process.features;
  if (reads) return new Worker(file, options);
  // its module for import: the one for require registers nothing in a thread
  const tsx = createRequire(import.meta.url)
    .resolve("tsx/esm/api")
    .replace(/\.cjs$/, ".mjs");
  const reader = `import { register } from ${JSON.stringify(pathToFileURL(tsx).href)}; register();`;
  const execArgv = ["--import", `data:text/javascript,${encodeURIComponent(reader)}`];
  return new Worker(file, { ...options, execArgv });
}
