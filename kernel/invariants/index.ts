/** The invariants of one kernel: what is new is checked every few minutes, everything each night and by command. */
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { snapshot } from "../db/snapshot.ts";
import { BootError } from "../errors.ts";
import type { HealthCheck } from "../health.ts";
import type { Invariant, Scope } from "../invariant.ts";
import { isDue } from "../jobs/night.ts";
import { restAfter } from "../jobs/rest.ts";
import type { OwnedJob } from "../jobs/runner.ts";
import type { Metrics } from "../metrics.ts";
import type { Member } from "../roster.ts";
import { type CheckResult, keepChecks, lastChecks } from "./results.ts";

export interface Invariants {
  /** Checks and keeps the result. `tell` hears each violation; answers how many there are. */
  check(scope: CheckResult["scope"], tell: (line: string) => void): Promise<number>;
  /** those that did not hold when they were last checked */
  broken(): Promise<string[]>;
  readonly health: HealthCheck;
  readonly jobs: OwnedJob[];
}

/** What is named of one invariant; how many more there are is counted no further. */
const NAMED = 100;
/** a look at new documents goes back over three of its turns; after a pause, to a while before the last one */
const RECENT_MS = 15 * 60_000;
const OVERLAP_MS = 10 * 60_000;

/** @throws BootError for two of one name */
export function invariantsOf(roster: readonly Member[]): () => Invariant[] {
  const ofPlugin = ({ setup }: Member): Invariant[] => setup?.invariants ?? [];
  const names = new Set<string>();
  for (const { name } of roster.flatMap(ofPlugin)) {
    if (names.has(name)) throw new BootError(`two invariants are called ${name}`, { cure: "give each its own name" });
    names.add(name);
  }
  return () => roster.filter(({ down }) => down === undefined).flatMap(ofPlugin);
}

export function createInvariants(parts: {
  db: Database;
  log: Logger;
  clock: Clock;
  metrics: Metrics;
  invariants(): readonly Invariant[];
}): Invariants {
  const { db, log, clock, metrics, invariants } = parts;
  measure(db, metrics);

  /** `signal`: in the background; it then rests in between, until the signal ends the rests. */
  async function check(
    scope: CheckResult["scope"],
    tell: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<number> {
    const now = clock.now();
    const since = scope === "whole" ? undefined : await recentFrom(now);
    const gently = signal !== undefined;
    const results: CheckResult[] = [];
    // who is told to end looks at the rest at once: half a look tells nothing
    const rest = gently ? (tookMs: number) => restAfter(tookMs, signal) : undefined;
    for (const one of invariants()) {
      if (one.whole && scope === "recent") continue;
      const lines = await violationsOf(db, one, { since, limit: NAMED }, log, rest);
      for (const line of lines) tell(`${one.name}: ${line}`);
      results.push({ invariant: one.name, scope, checkedAt: now, violations: lines.length });
    }
    await keepChecks(db, scope, results);
    return results.reduce((sum, { violations }) => sum + violations, 0);
  }

  async function recentFrom(now: Date): Promise<Date> {
    const last = (await lastChecks(db)).find(({ scope }) => scope === "recent")?.checkedAt.getTime();
    const from = now.getTime() - RECENT_MS;
    return new Date(last === undefined ? from : Math.min(from, last - OVERLAP_MS));
  }

  const broken = async () => [
    ...new Set((await lastChecks(db)).filter(({ violations }) => violations > 0).map(({ invariant }) => invariant)),
  ];
  const job = (name: string, cron: string, scope: CheckResult["scope"], due: () => Promise<boolean>): OwnedJob => ({
    plugin: "kernel",
    name,
    cron,
    run: async ({ log, signal }) => {
      if (await due()) await check(scope, (line) => log.error(`invariant broken: ${line}`), signal);
    },
  });
  const wholeIsDue = async () => {
    const times = (await lastChecks(db)).flatMap(({ scope, checkedAt }) => (scope === "whole" ? [checkedAt] : []));
    return isDue(clock.now(), times);
  };

  return {
    check,
    broken,
    health: async () =>
      (await broken()).length === 0
        ? { status: "ok" }
        : { status: "degraded", detail: "the books do not add up: run the command verify on the server" },
    jobs: [
      job("check_recent_documents", "*/5 * * * *", "recent", async () => true),
      job("check_invariants", "45 * * * *", "whole", wholeIsDue),
    ],
  };
}

/** What breaks one of them in a database, whatever keeps it from being told included. `rest`: beside a till that sells, after each question. */
export async function violationsOf(
  db: Database,
  { name, check, parts = [check] }: Pick<Invariant, "name" | "check" | "parts">,
  scope: Scope,
  log: Pick<Logger, "error">,
  rest?: (tookMs: number) => Promise<void>,
): Promise<string[]> {
  const found: string[] = [];
  for (const part of parts) {
    if (found.length >= scope.limit) break;
    const started = performance.now();
    const left = { ...scope, limit: scope.limit - found.length };
    try {
      found.push(...(await snapshot(db, (tx) => part(tx, left), { gently: rest !== undefined })));
    } catch (error) {
      // what cannot be asked is not known to hold, and the others are asked all the same
      log.error({ err: error, invariant: name }, "an invariant cannot be checked");
      found.push(`cannot be checked: ${String(error)}`);
    }
    await rest?.(performance.now() - started);
  }
  return found;
}

function measure(db: Database, metrics: Metrics): void {
  const labels = ["invariant", "scope"];
  metrics.figures(
    () => lastChecks(db),
    [
      {
        name: "pos_invariant_violations",
        help: "documents that broke the invariant when it was checked last, at most 100",
        labels,
        of: (checks) => checks.map(({ invariant, scope, violations }) => [{ invariant, scope }, violations] as const),
      },
      {
        name: "pos_invariant_checked_timestamp_seconds",
        help: "when the invariant was checked last",
        labels,
        of: (checks) =>
          checks.map(({ invariant, scope, checkedAt }) => [{ invariant, scope }, checkedAt.getTime() / 1000] as const),
      },
    ],
  );
}
