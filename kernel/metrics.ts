/** What Prometheus reads: counters, gauges and histograms of one kernel, named `pos_...` with their unit at the end. */
import type { Logger } from "pino";
import { Counter, Gauge, Histogram, type LabelValues, type OpenMetricsContentType, Registry } from "prom-client";
import { within } from "./late.ts";

export interface MetricOptions<L extends string> {
  /** `pos_<noun>_<unit>`, counters end in `_total` */
  name: string;
  help: string;
  /** each has few values, known beforehand or bounded by the shop itself: never what a visitor can make up */
  labels?: readonly L[];
}

/** A gauge of facts that several of them are read from. */
export interface Figure<F> extends MetricOptions<string> {
  /** undefined, or no row: there is nothing to tell */
  of(facts: F): number | undefined | Iterable<readonly [labels: LabelValues<string>, value: number]>;
}

type Collect = () => Promise<void> | void;

/** A time in seconds, with who asked: an example of the bucket, in OpenMetrics. */
export interface Example<L extends string> {
  labels: LabelValues<L>;
  value: number;
  exemplarLabels: { request_id: string };
}

export interface Metrics {
  /** `collect`: sets it when somebody reads the metrics */
  counter<L extends string = never>(options: MetricOptions<L> & { collect?: Collect }): Counter<L>;
  /** `collect`: sets it when somebody reads the metrics; when it throws or takes too long: `otherwise`, or no value at all */
  gauge<L extends string = never>(options: MetricOptions<L> & { collect?: Collect; otherwise?: number }): Gauge<L>;
  /** Gauges that are read together: `load` is asked once for all of them. */
  figures<F>(load: () => Promise<F>, figures: readonly Figure<F>[]): void;
  /** `buckets`: upper bounds in the metric's unit */
  histogram<L extends string = never>(options: MetricOptions<L> & { buckets: number[] }): Histogram<L>;
  /** the same, whose observations name the request that they are of */
  exampled<L extends string>(options: MetricOptions<L> & { buckets: number[] }): { observe(example: Example<L>): void };
  /** in the text format of Prometheus, or in OpenMetrics */
  text(format?: MetricsFormat): Promise<string>;
  contentType(format?: MetricsFormat): string;
}

export type MetricsFormat = "plain" | "openmetrics";

/** What hangs is left out of the answer: Prometheus itself waits 10 s, and then knows nothing at all. */
export const COLLECT_MS = 800;

export interface MetricsOptions {
  /** what a reading may take */
  collectMs?: number;
  /** hears of a figure that cannot be read any more, once */
  log?: Pick<Logger, "warn">;
}

/** Each kernel has its own: two of them in one process do not count together. A name taken twice throws. */
export function createMetrics({ collectMs = COLLECT_MS, log }: MetricsOptions = {}): Metrics {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const common = <L extends string>({ name, help, labels = [] }: MetricOptions<L>) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  const leftOut = new Counter<"figure">(
    common({
      name: "pos_figures_left_out_total",
      help: "readings in which the figure could not be found out and was left out, or said the worst",
      labels: ["figure"],
    }),
  );
  const lost = new Set<string>();
  /** asks for a figure; `forget` keeps an old one from being taken for a new one */
  const patient = (figure: string, collect: Collect, forget: () => void) =>
    patiently(collect, collectMs, (outcome) => {
      if (outcome === "told") return void lost.delete(figure);
      forget();
      leftOut.inc({ figure });
      if (!lost.has(figure)) log?.warn({ figure, ...outcome }, "a figure cannot be read: it is left out until it can");
      lost.add(figure);
    });
  const gauge: Metrics["gauge"] = (options) => {
    const { collect } = options;
    if (!collect) return new Gauge(common(options));
    const forget = () => {
      if (options.otherwise !== undefined) made.set(options.otherwise);
      else if (options.labels?.length) made.reset();
      else made.remove();
    };
    const made = new Gauge({ ...common(options), collect: patient(options.name, collect, forget) });
    return made;
  };
  return {
    counter: (options) => {
      const { collect } = options;
      return new Counter({
        ...common(options),
        ...(collect ? { collect: patient(options.name, collect, () => {}) } : {}),
      });
    },
    gauge,
    figures: (load, figures) => {
      const facts = shared(load);
      for (const figure of figures) {
        const made = gauge<string>({
          ...figure,
          collect: async () => {
            const told = figure.of(await facts());
            made.reset();
            if (typeof told === "number") made.set(told);
            else if (told === undefined) made.remove();
            else for (const [labels, value] of told) made.set(labels, value);
          },
        });
      }
    },
    histogram: (options) => new Histogram({ ...common(options), buckets: options.buckets }),
    exampled: (options) => {
      const made = new Histogram({ ...common(options), buckets: options.buckets, enableExemplars: true });
      return { observe: (example) => made.observe(example as Parameters<typeof made.observe>[0]) };
    },
    text: async (format = "plain") => {
      const text = await registry.metrics();
      return format === "plain" ? plain(text) : text;
    },
    contentType: (format = "plain") =>
      format === "plain" ? Registry.PROMETHEUS_CONTENT_TYPE : Registry.OPENMETRICS_CONTENT_TYPE,
  };
}

/** Who asks while an answer is on its way gets that one. */
function shared<F>(load: () => Promise<F>): () => Promise<F> {
  let asking: Promise<F> | undefined;
  return () => {
    asking ??= load().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

type Outcome = "told" | { err?: unknown };

/** What hangs is not asked again until it answers. */
function patiently(collect: Collect, milliseconds: number, tell: (outcome: Outcome) => void): () => Promise<void> {
  const ask = shared(async () => collect());
  return async () => {
    const asked = ask().then(
      (): Outcome => "told",
      (err): Outcome => ({ err }),
    );
    tell(await within(milliseconds, asked, () => ({})));
  };
}

/** OpenMetrics names a counter without its `_total` where it describes it, and ends with a mark; examples are its own. */
function plain(text: string): string {
  const counters = new Set([...text.matchAll(/^# TYPE (\S+) counter$/gm)].map(([, name = ""]) => name));
  return text
    .replace(/^# (HELP|TYPE) (\S+) /gm, (whole, word: string, name: string) =>
      counters.has(name) ? `# ${word} ${name}_total ` : whole,
    )
    .replace(/ # \{request_id="[\w-]+"\} \S+ \S+$/gm, "")
    .replace(/^# EOF\n$/m, "");
}
