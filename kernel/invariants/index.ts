/** The invariants of one kernel: what is new is checked every few minutes, everything each night and by command. */
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { Database, Tx } from "../db/database.ts";
import { BootError } from "../errors.ts";
import type { HealthCheck } from "../health.ts";
import type { Invariant, Scope } from "../invariant.ts";
import { isDue } from "../jobs/night.ts";
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
/** between two invariants of a look at new documents, in times of what the one before took: a till at full load goes on beside it */
const REST = 3;

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

  /** `signal`: in the background; a look at new documents then rests in between, until the signal ends the rest. */
  async function check(
    scope: CheckResult["scope"],
    tell: (line: string) => void,
    signal?: AbortSignal,
  ): Promise<number> {
    const now = clock.now();
    const since = scope === "whole" ? undefined : await recentFrom(now);
    const gently = scope === "recent" && signal !== undefined;
    const results: CheckResult[] = [];
    let restMs = 0;
    for (const { name, whole, check } of invariants()) {
      if (whole && scope === "recent") continue;
      // who is told to end looks at the rest at once: half a look tells nothing
      if (gently && restMs > 0) await pause(restMs, undefined, { ref: false, signal }).catch(() => {});
      const started = performance.now();
      const lines = await violationsOf(db, { name, check }, { since, limit: NAMED }, log, { gently });
      for (const line of lines) tell(`${name}: ${line}`);
      results.push({ invariant: name, scope, checkedAt: now, violations: lines.length });
      restMs = (performance.now() - started) * REST;
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

/** What breaks one of them in a database, whatever keeps it from being told included. `gently`: beside a till that sells. */
export function violationsOf(
  db: Database,
  { name, check }: Invariant,
  scope: Scope,
  log: Pick<Logger, "error">,
  { gently = false } = {},
): Promise<string[]> {
  return readOnly(db, gently, (tx) => check(tx, scope)).catch((error) => {
    // what cannot be asked is not known to hold, and the others are checked all the same
    log.error({ err: error, invariant: name }, "an invariant cannot be checked");
    return [`cannot be checked: ${String(error)}`];
  });
}

/** One snapshot: documents that are posted meanwhile are in it whole or not at all. A large shop takes its time. */
function readOnly<T>(db: Database, gently: boolean, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.primary.transaction(
    async (tx) => {
      await tx.raw("SET LOCAL statement_timeout = 0");
      // of two cores one is left to the till
      if (gently) await tx.raw("SET LOCAL max_parallel_workers_per_gather = 0");
      return work(tx);
    },
    { isolationLevel: "repeatable read", readOnly: true },
  );
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
