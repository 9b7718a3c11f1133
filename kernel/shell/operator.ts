/** Who runs the system is told how its parts are in detail; everybody else only that they are well or not. */
import type { HealthSummary } from "../health/registry.ts";
import type { HealthReport, HealthState } from "../health.ts";
import type { HttpParts } from "../http/parts.ts";
import { isAskedHere } from "../http/proxy.ts";
import type { Session } from "../http/session.ts";
import { within } from "../late.ts";

/** The permission of whoever reads it on the own account. */
export const READS_HEALTH = "health.read";
/** a probe is answered within a second, also while nobody can say whose session it is */
const LIMIT_MS = 700;
const PLUGIN = "plugin ";

interface Asking {
  address: string;
  direct: boolean;
  origin: string;
  bearer: string | undefined;
  whoAsks(): Promise<Session | undefined>;
}

/**
 * Whom a plugin knows by its token; where there is none this machine, by its own name and with nobody in between; or somebody who is signed in and may. With a
 * token this machine needs it too: a proxy here may say nothing of itself.
 */
export async function isOperator({ roster }: Pick<HttpParts, "roster">, asking: Asking): Promise<boolean> {
  const { bearer = "", whoAsks } = asking;
  const running = roster.filter(({ down }) => down === undefined);
  const known = running.flatMap(({ setup }) => setup?.isOperator?.(bearer) ?? []);
  if (known.length === 0 ? isAskedHere(asking) : known.includes(true)) return true;
  const nobody = () => undefined;
  const session = await within(LIMIT_MS, whoAsks().catch(nobody), nobody);
  return session !== undefined && session.hold === undefined && session.permissions.has(READS_HEALTH);
}

/** No name of a plugin, no sentence, no list: whoever looks for a hole learns nothing of what runs here. */
export function statesOf(checks: HealthSummary["checks"]): Record<string, Pick<HealthReport, "status">> {
  const states: Record<string, { status: HealthState }> = {};
  for (const [part, { status }] of Object.entries(checks)) {
    const name = part.startsWith(PLUGIN) ? "plugins" : part;
    states[name] = { status: worse(states[name]?.status ?? "ok", status) };
  }
  return states;
}

function worse(one: HealthState, other: HealthState): HealthState {
  const order: HealthState[] = ["ok", "degraded", "down"];
  return order.indexOf(other) > order.indexOf(one) ? other : one;
}
