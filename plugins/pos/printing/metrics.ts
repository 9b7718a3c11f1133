/** What Prometheus reads of the print queue. */
import type { Clock } from "../../../kernel/clock.ts";
import type { Metrics } from "../../../kernel/metrics.ts";
import type { Printing } from "./printing.ts";

export function measurePrinting(metrics: Metrics, printing: Pick<Printing, "stats">, clock: Clock): void {
  metrics.figures(printing.stats, [
    {
      name: "pos_print_jobs",
      help: "print jobs that wait, and those that were given up",
      labels: ["state"],
      of: ({ waiting, failed }) => [[{ state: "waiting" }, waiting] as const, [{ state: "failed" }, failed] as const],
    },
    {
      name: "pos_print_oldest_seconds",
      help: "age of the print job that waits longest; 0: none does",
      of: ({ oldest }) => (oldest === undefined ? 0 : (clock.now().getTime() - oldest.getTime()) / 1000),
    },
  ]);
}
