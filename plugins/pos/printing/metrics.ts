/** What Prometheus reads of the print queue. */
import type { Clock } from "../../../kernel/clock.ts";
import type { Metrics } from "../../../kernel/metrics.ts";
import type { Printing } from "./printing.ts";

export function measurePrinting(metrics: Metrics, printing: Pick<Printing, "stats">, clock: Clock): void {
  // while the database is away there is no figure, which is better than an old one
  const stats = () => printing.stats().catch(() => undefined);
  const jobs = metrics.gauge({
    name: "pos_print_jobs",
    help: "Print jobs that wait, and those that were given up",
    labels: ["state"],
    async collect() {
      const now = await stats();
      jobs.reset();
      if (now === undefined) return;
      jobs.set({ state: "waiting" }, now.waiting);
      jobs.set({ state: "failed" }, now.failed);
    },
  });
  const oldest = metrics.gauge({
    name: "pos_print_oldest_seconds",
    help: "Age of the print job that waits longest; 0 when none does",
    async collect() {
      const since = (await stats())?.oldest;
      oldest.set(since === undefined ? 0 : (clock.now().getTime() - since.getTime()) / 1000);
    },
  });
}
