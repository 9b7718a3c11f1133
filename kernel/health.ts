/** The state of each part, for /health. */
export type HealthState = "ok" | "degraded" | "down";

export interface HealthReport {
  status: HealthState;
  /** one short sentence for operators; never a secret */
  detail?: string;
  /** what programs compare */
  names?: readonly string[];
}

export type HealthCheck = () => Promise<HealthReport>;
