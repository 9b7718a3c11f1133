/** What must hold of every instance, whatever plugins it has. */
import { z } from "zod";
import { finding, type Validation, type Visit } from "../validation.ts";

const health = z.looseObject({
  status: z.enum(["ok", "degraded", "down"]),
  checks: z.record(
    z.string(),
    z.looseObject({ status: z.string(), detail: z.string().optional(), names: z.array(z.string()).optional() }),
  ),
});

const named = z.looseObject({ version: z.string() });

const READY: Validation = {
  name: "ready",
  first: true,
  run: async ({ get }) => {
    const { status } = await get("/health/ready");
    return status === 200 ? finding("passed", "yes") : finding("failed", "no", { status });
  },
};

const HEALTH: Validation = {
  name: "health",
  run: async (visit) => {
    const { status, checks } = await ask(visit);
    const ill = Object.entries(checks).filter(([, one]) => one.status !== "ok");
    if (ill.length === 0) return finding("passed", "well", { parts: Object.keys(checks).length });
    const parts = ill.map(([name, { detail }]) => (detail ? `${name} (${detail})` : name)).join("; ");
    return finding(status === "down" ? "failed" : "warned", "ill", { parts });
  },
};

const VERSION: Validation = {
  name: "version",
  run: async (visit) => {
    // everybody is told there
    const { version } = named.parse((await visit.get("/api/v1/health")).body);
    const wanted = visit.expected.version;
    if (version === wanted) return finding("passed", "right", { version });
    return finding("failed", "other", { version, wanted });
  },
};

const MIGRATIONS: Validation = {
  name: "migrations",
  run: async (visit) => {
    const { status, detail = "", names } = (await ask(visit)).checks["migrations"] ?? { status: "unknown" };
    if (status !== "ok") return finding("failed", "missing", { detail });
    if (names === undefined) return finding("skipped", "untold");
    // an instance of an older program misses none of its own
    const applied = new Set(names);
    const lacking = visit.expected.migrations.filter((name) => !applied.has(name));
    if (lacking.length === 0) return finding("passed", "all", { applied: applied.size });
    return finding("failed", "fewer", { count: lacking.length, lacking: lacking.join(", ") });
  },
};

export const KERNEL_CHECKS: readonly Validation[] = [READY, HEALTH, VERSION, MIGRATIONS];

async function ask({ inspect }: Visit) {
  return health.parse((await inspect("/health")).body);
}
