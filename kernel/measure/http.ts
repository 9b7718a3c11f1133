/** How long requests take, by the route's template: what a visitor types makes no new series. */
import type { Metrics } from "../metrics.ts";

export interface RequestMeasure {
  begin(): void;
  end(request: { id: string; method: string; route: string; status: number; seconds: number }): void;
  /** a fault that nobody expected */
  fault(): void;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** seconds; a till feels half a second */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export function measureRequests(metrics: Metrics): RequestMeasure {
  const flight = metrics.gauge({ name: "pos_http_requests_in_flight", help: "requests that are being answered" });
  const duration = metrics.exampled<"method" | "route" | "status">({
    name: "pos_http_request_duration_seconds",
    help: "from the first line of a request to its answer; (none): an address that leads nowhere",
    labels: ["method", "route", "status"],
    buckets: BUCKETS,
  });
  const faults = metrics.counter({
    name: "pos_faults_total",
    help: "faults that nobody expected: each has a line of level error in the log",
  });
  return {
    begin: () => flight.inc(),
    end: ({ id, method, route, status, seconds }) => {
      flight.dec();
      const labels = { method: METHODS.has(method) ? method : "other", route, status: String(status) };
      duration.observe({ labels, value: seconds, exemplarLabels: { request_id: id } });
    },
    fault: () => faults.inc(),
  };
}
