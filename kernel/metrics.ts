/** What Prometheus reads: counters, gauges and histograms of one kernel, named `pos_...` with their unit at the end. */
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export interface MetricOptions<L extends string> {
  /** `pos_<noun>_<unit>`, counters end in `_total` */
  name: string;
  help: string;
  labels?: readonly L[];
}

export interface Metrics {
  counter<L extends string = never>(options: MetricOptions<L>): Counter<L>;
  /** `collect`: sets it when somebody reads the metrics; must not throw */
  gauge<L extends string = never>(options: MetricOptions<L> & { collect?: () => Promise<void> | void }): Gauge<L>;
  /** `buckets`: upper bounds in the metric's unit */
  histogram<L extends string = never>(options: MetricOptions<L> & { buckets: number[] }): Histogram<L>;
  /** the text format of Prometheus, and its content type */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Each kernel has its own: two of them in one process do not count together. A name taken twice throws. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const common = <L extends string>({ name, help, labels = [] }: MetricOptions<L>) => ({
    name,
    help,
    labelNames: [...labels],
    registers: [registry],
  });
  return {
    counter: (options) => new Counter(common(options)),
    gauge: (options) => new Gauge({ ...common(options), ...(options.collect ? { collect: options.collect } : {}) }),
    histogram: (options) => new Histogram({ ...common(options), buckets: options.buckets }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
