/** The process itself: processor, memory, event loop, garbage collection, under the names that dashboards know them by. */
import { totalmem } from "node:os";
import { constants, monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import process from "node:process";
import { getHeapStatistics } from "node:v8";
import type { Metrics } from "../../kernel/metrics.ts";

const MICROSECONDS = 1e6;
const NANOSECONDS = 1e9;
const MILLISECONDS = 1000;
/** how often the loop's delay is sampled, milliseconds */
const SAMPLE_MS = 20;
/** pauses in seconds */
const PAUSES = [0.001, 0.01, 0.1, 1];

export interface Watch {
  start(): void;
  stop(): void;
}

export function watchProcess(metrics: Metrics): Watch {
  measureCpu(metrics);
  measureMemory(metrics);
  const watches = [watchLoop(metrics), watchCollections(metrics)];
  return {
    start: () => {
      for (const watch of watches) watch.start();
    },
    stop: () => {
      for (const watch of watches) watch.stop();
    },
  };
}

function measureCpu(metrics: Metrics): void {
  const cpu = metrics.counter({
    name: "process_cpu_seconds_total",
    help: "user and system processor time of the process",
    collect: () => {
      const { user, system } = process.cpuUsage();
      cpu.reset();
      cpu.inc((user + system) / MICROSECONDS);
    },
  });
  const uptime = metrics.gauge({
    name: "pos_uptime_seconds",
    help: "since the process was started",
    collect: (): void => uptime.set(process.uptime()),
  });
}

function measureMemory(metrics: Metrics): void {
  const memory = async () => ({ ...process.memoryUsage(), heapLimit: getHeapStatistics().heap_size_limit });
  metrics.figures(memory, [
    { name: "process_resident_memory_bytes", help: "memory of the process in RAM", of: ({ rss }) => rss },
    { name: "nodejs_heap_size_used_bytes", help: "of JavaScript's heap", of: ({ heapUsed }) => heapUsed },
    { name: "nodejs_heap_size_total_bytes", help: "that the heap takes now", of: ({ heapTotal }) => heapTotal },
    {
      name: "nodejs_heap_size_limit_bytes",
      help: "that the heap may take before the process ends",
      of: ({ heapLimit }) => heapLimit,
    },
    {
      name: "nodejs_external_memory_bytes",
      help: "buffers and the like, outside of the heap",
      of: ({ external }) => external,
    },
    { name: "pos_memory_limit_bytes", help: "RAM of the machine, or of the container", of: memoryLimit },
  ]);
}

/** A container without a limit says none, or more than the machine has. */
function memoryLimit(): number {
  const machine = totalmem();
  const container = process.constrainedMemory?.() ?? 0;
  return container > 0 ? Math.min(container, machine) : machine;
}

/** How late a timer comes: everything that waits for this process waits as long. Since the last reading. */
function watchLoop(metrics: Metrics): Watch {
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  const lag = (nanoseconds: number) =>
    Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / NANOSECONDS - SAMPLE_MS / MILLISECONDS) : 0;
  const read = async () => {
    const found = { mean: lag(delay.mean), p99: lag(delay.percentile(99)), max: lag(delay.max) };
    delay.reset();
    return found;
  };
  metrics.figures(read, [
    { name: "nodejs_eventloop_lag_mean_seconds", help: "mean delay of the event loop", of: ({ mean }) => mean },
    { name: "nodejs_eventloop_lag_p99_seconds", help: "delay of the slowest turn in a hundred", of: ({ p99 }) => p99 },
    { name: "nodejs_eventloop_lag_max_seconds", help: "delay of the slowest turn", of: ({ max }) => max },
  ]);
  return { start: () => void delay.enable(), stop: () => void delay.disable() };
}

const KINDS = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weak"],
]);

/** Nothing where the runtime does not tell (Deno). */
function watchCollections(metrics: Metrics): Watch {
  const duration = metrics.histogram<"kind">({
    name: "nodejs_gc_duration_seconds",
    help: "pauses for garbage collection",
    labels: ["kind"],
    buckets: PAUSES,
  });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as { duration: number; detail?: { kind?: number } }[]) {
      const kind = KINDS.get(entry.detail?.kind ?? -1) ?? "other";
      duration.observe({ kind }, entry.duration / MILLISECONDS);
    }
  });
  const { supportedEntryTypes: told = [] } = PerformanceObserver as { supportedEntryTypes?: readonly string[] };
  return {
    start: () => void (told.includes("gc") && observer.observe({ entryTypes: ["gc"] })),
    stop: () => observer.disconnect(),
  };
}
