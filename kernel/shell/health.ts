/** /health for operators, /health/live and /health/ready for whoever restarts and balances, /api/v1/health for programs. */
import { z } from "zod";
import type { HttpParts } from "../http/parts.ts";
import { json } from "../http/reply.ts";
import { type Request, type Route, route } from "../http/route.ts";
import { readVersion } from "../system.ts";
import { isOperator, statesOf } from "./operator.ts";

const OLD_EVENT_SECONDS = 300;

/** The kernel's parts and the plugins' own checks. */
export function registerHealth(parts: HttpParts): void {
  const { health, db, cache, config, outbox, ledgers, invariants, roster, migrations } = parts;
  health.register(
    "database",
    async () => {
      await db.ping();
      return { status: "ok" };
    },
    { critical: true },
  );
  if (config.REDIS_URL !== undefined || config.REDIS_CLUSTER_NODES !== undefined) {
    health.register("redis", async () => {
      await cache.probe();
      return cache.state() === "redis"
        ? { status: "ok" }
        : { status: "degraded", detail: "does not answer; memory serves instead" };
    });
  }
  if (db.replicaReport() !== undefined) {
    health.register("replica", async () => {
      const { state, lagSeconds } = db.replicaReport() ?? { state: "away" };
      if (state === "level") return { status: "ok" };
      const since = lagSeconds === undefined ? "" : ` since ${Math.round(lagSeconds)} s`;
      return { status: "degraded", detail: `${state}${since}; the primary serves lists instead` };
    });
  }
  health.register("migrations", async () => {
    const { known, applied } = await migrations();
    const there = new Set(applied);
    const missing = known.filter((name) => !there.has(name));
    const said = `${applied.length} applied, the last one ${applied.at(-1)}`;
    if (missing.length > 0)
      return { status: "degraded", detail: `${said}; not applied: ${missing.join(", ")}`, names: applied };
    return { status: "ok", detail: said, names: applied };
  });
  health.register("events", async () => {
    const { pending, dead, oldestSeconds } = await outbox.stats();
    const late = dead > 0 || oldestSeconds > OLD_EVENT_SECONDS;
    return late ? { status: "degraded", detail: `${pending} pending, ${dead} given up` } : { status: "ok" };
  });
  health.register("ledgers", ledgers.health);
  health.register("invariants", invariants.health);
  for (const member of roster) {
    const own = member.setup?.health;
    health.register(`plugin ${member.plugin.name}`, async () => {
      if (member.down !== undefined) return { status: "degraded", detail: member.down };
      return own ? own() : { status: "ok" };
    });
  }
}

const answer = z.strictObject({
  status: z.enum(["ok", "degraded", "down"]),
  version: z.string(),
  checks: z.record(z.string(), z.looseObject({ status: z.enum(["ok", "degraded", "down"]) })),
});

type Probe = Request<unknown, unknown, unknown, "public", false>;

export function healthRoutes({ health, roots, phase, roster }: HttpParts): Route[] {
  const version = readVersion(roots);
  /** `named`: its contract names the version, which everybody is told there */
  const report = async (request: Probe, named = false) => {
    const [{ status, checks }, knows] = await Promise.all([health.run(), isOperator({ roster }, request)]);
    const told = knows || named ? { version } : {};
    return json({ status, ...told, checks: knows ? checks : statesOf(checks) }, status === "down" ? 503 : 200);
  };
  const summary = "State of the system and of each of its parts";
  return [
    route({
      method: "GET",
      path: "/health",
      surface: "ops",
      access: "public",
      probe: true,
      summary,
      handle: (request) => report(request),
    }),
    route({
      method: "GET",
      path: "/health/live",
      surface: "ops",
      access: "public",
      probe: true,
      summary: "The process answers",
      handle: async () => json({ status: "ok" }),
    }),
    route({
      method: "GET",
      path: "/health/ready",
      surface: "ops",
      access: "public",
      probe: true,
      summary: "Requests are welcome",
      handle: async (request) => {
        if (!phase.ready) return json({ status: "down" }, 503);
        return report(request);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/health",
      surface: "v1",
      access: "public",
      probe: true,
      summary,
      returns: { 200: answer },
      handle: (request) => report(request, true),
    }),
  ];
}
