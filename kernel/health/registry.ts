/** Asks every part how it is, all at once, so that /health answers within a second whatever hangs. */
import type { HealthCheck, HealthReport, HealthState } from "../health.ts";
import { within } from "../late.ts";

export interface CheckedPart extends HealthReport {
  /** the whole is down without it */
  critical: boolean;
}

export interface HealthSummary {
  status: HealthState;
  checks: Record<string, CheckedPart>;
}

export interface HealthRegistry {
  register(name: string, check: HealthCheck, options?: { critical?: boolean }): void;
  /** down: a critical part is down; degraded: any part is not ok */
  run(): Promise<HealthSummary>;
}

interface Part {
  check: HealthCheck;
  critical: boolean;
  /** a check that hangs is not asked again until it answers */
  asking: Promise<HealthReport> | undefined;
}

/** what a part may take: with all of them /health is there within a second */
export const PART_MS = 700;

export function createHealthRegistry({ limitMs = PART_MS }: { limitMs?: number } = {}): HealthRegistry {
  const parts = new Map<string, Part>();

  async function examine([name, part]: [string, Part]): Promise<[string, CheckedPart]> {
    part.asking ??= ask(part.check).finally(() => {
      part.asking = undefined;
    });
    const late = (): HealthReport => ({ status: "down", detail: `no answer within ${limitMs} ms` });
    const report = await within(limitMs, part.asking, late);
    return [name, { ...report, critical: part.critical }];
  }

  return {
    register: (name, check, { critical = false } = {}) => {
      if (parts.has(name)) throw new Error(`two health checks are called ${name}`);
      parts.set(name, { check, critical, asking: undefined });
    },
    run: async () => {
      const checks = Object.fromEntries(await Promise.all([...parts].map(examine)));
      return { status: overall(Object.values(checks)), checks };
    },
  };
}

/** What a fault says may hold addresses or names: people who read /health get its code alone. */
async function ask(check: HealthCheck): Promise<HealthReport> {
  try {
    return await check();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    return { status: "down", detail: `the check failed${code}` };
  }
}

function overall(parts: CheckedPart[]): HealthState {
  if (parts.some(({ critical, status }) => critical && status === "down")) return "down";
  return parts.every(({ status }) => status === "ok") ? "ok" : "degraded";
}
