/** Starts a system: discover, config, order, connect, set up, check, migrate, start, listen; and stops it in reverse. */
import { existsSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { type Assembled, assemble, kernelMigrations, LIMITS, type Limits, migrationsOf, owned } from "./assemble.ts";
import type { OpenCache } from "./cache/index.ts";
import type { Clock } from "./clock.ts";
import { type Environment, type KernelConfig, logPlace } from "./config.ts";
import type { OpenDatabase } from "./db/connect.ts";
import { clusterPlace } from "./db/embedded/cluster.ts";
import { startEmbedded } from "./db/embedded/index.ts";
import { appliedNames, type MigrationFolder, namesIn } from "./db/migrate.ts";
import { whyAway } from "./db/why-away.ts";
import type { FoundPlugin } from "./discover.ts";
import { BootError } from "./errors.ts";
import type { Outbox } from "./events/outbox.ts";
import { createHealthRegistry, PART_MS } from "./health/registry.ts";
import { buildHttp } from "./http/build.ts";
import { createListener, type ListenerLimits } from "./http/listener.ts";
import type { MountedRoute } from "./http/mount.ts";
import { createProxyTest } from "./http/proxy.ts";
import type { Invariants } from "./invariants/index.ts";
import { housekeeping } from "./jobs/housekeeping.ts";
import { createJobRunner, type JobRunner } from "./jobs/runner.ts";
import type { Ledgers } from "./ledgers/index.ts";
import { createLog } from "./log.ts";
import { measureEvents, measureJobs } from "./measure/work.ts";
import type { Metrics } from "./metrics.ts";
import { createUnwinder, type Unwinder, withLimit } from "./phase.ts";
import { attempt, type Member } from "./roster.ts";
import { upgrade } from "./upgrade.ts";

export interface KernelOptions {
  env: Environment;
  log?: Logger;
  clock?: Clock;
  /** instead of the plugins folder and PLUGINS: tests build systems of their own */
  plugins?: FoundPlugin[];
  /** the folder of the bundled plugins, when this is the bundled kernel */
  bundle?: string | undefined;
  /** seconds a phase may take, where they differ from LIMITS */
  limits?: Partial<Limits>;
  /** no other instance works on the database of DATABASE_URL, as it is with the embedded one: for measuring one PC */
  alone?: boolean;
  /** where the HTTP server's own limits differ from those of http/listener.ts */
  listener?: Partial<ListenerLimits>;
  /** how many times longer than usual figures, parts of /health and Redis are waited for: tests load a machine fully */
  patience?: number;
  /** false: jobs run only when told to, none by the clock */
  ticks?: boolean;
}

export interface Kernel {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  readonly port: number;
  readonly config: KernelConfig;
  readonly log: Logger;
  readonly db: OpenDatabase;
  readonly cache: OpenCache;
  readonly outbox: Outbox;
  readonly jobs: JobRunner;
  readonly ledgers: Ledgers;
  readonly invariants: Invariants;
  readonly metrics: Metrics;
  readonly routes: readonly MountedRoute[];
  readonly plugins: readonly Member[];
  /** Requests in flight are finished, then jobs, events, plugins, cache and database end. Safe to call twice. */
  stop(): Promise<void>;
}

/** @throws BootError naming what is wrong and its cure; whatever had been started is stopped again */
export async function startKernel(options: KernelOptions): Promise<Kernel> {
  const { env, clock, plugins, bundle, alone, patience = 1, ticks = true } = options;
  const undo = createUnwinder();
  const limits = { ...LIMITS, ...options.limits };
  let log = options.log;
  const openLog = (config: KernelConfig) => {
    log ??= createLog({
      level: config.LOG_LEVEL,
      place: logPlace(config),
      pretty: config.NODE_ENV === "development",
    });
    return log;
  };
  const reach = (config: KernelConfig, to: Logger) => databaseUrl(config, to, undo);
  // one that is there already: a start that is told of a fault makes none
  const early = ({ DATABASE_URL, DATA_DIR }: KernelConfig) =>
    DATABASE_URL === undefined && existsSync(clusterPlace(resolve(DATA_DIR)));
  try {
    const parts = await assemble({ env, clock, plugins, bundle, limits, undo, openLog, reach, early, alone, patience });
    return await boot(parts, undo, { limits, listener: options.listener, patience, ticks });
  } catch (fault) {
    const error = whyAway(fault);
    log?.fatal({ err: error }, "the start failed");
    await undo.unwind((step, fault) => log?.error({ err: fault }, `${step} failed while giving up the start`));
    throw error;
  }
}

interface BootOptions {
  limits: Limits;
  listener: Partial<ListenerLimits> | undefined;
  patience: number;
  ticks: boolean;
}

async function boot(
  parts: Assembled,
  undo: Unwinder,
  { limits, listener, patience, ticks }: BootOptions,
): Promise<Kernel> {
  const { config, roots, log, clock, roster, db, cache, metrics, outbox, ledgers, invariants } = parts;
  // the first connection comes up while all of this is put together; what is wrong with it the migrations tell
  db.ping().catch(() => {});
  const jobsOfAll = [
    ...housekeeping({ db, outbox }),
    ledgers.job,
    ...invariants.jobs,
    ...owned(roster, (setup) => setup.jobs),
  ];
  const jobs = createJobRunner({ db, log, clock, jobs: jobsOfAll });
  measureEvents(outbox, metrics);
  measureJobs(db, jobsOfAll, metrics);
  const health = createHealthRegistry({ limitMs: PART_MS * patience });
  const phase = { ready: false };
  const { app, routes } = buildHttp({
    ...parts,
    health,
    phase,
    migrations: migrationsIn(db, roster, kernelMigrations(roots)),
  });

  const limited = (work: () => Promise<void>) => withLimit("migrating", limits.migrate, work);
  await upgrade({ db, roster, own: kernelMigrations(roots), log, limited });
  for (const member of roster) {
    await attempt(member, log, "start", async () => {
      await withLimit(`starting ${member.plugin.name}`, limits.start, () => member.setup?.start?.());
      const stop = member.setup?.stop;
      if (stop) undo.push(member.plugin.name, () => stop());
    });
  }
  ledgers.start();
  undo.push("ledgers", () => ledgers.stop());
  outbox.start();
  undo.push("events", () => outbox.stop());
  if (ticks) jobs.start();
  undo.push("jobs", () => jobs.stop());

  const server = createListener(app.callback(), listener, createProxyTest(config.TRUST_PROXY));
  await withLimit("listening", limits.listen, () => listen(server, config));
  undo.push("the listener", () => close(server));
  phase.ready = true;
  undo.push("readiness", async () => {
    phase.ready = false;
    // the port stays open until who balances has seen that
    if (config.DRAIN_SECONDS > 0) await pause(config.DRAIN_SECONDS * 1000);
  });
  const { port } = server.address() as AddressInfo;
  const shown = config.HOST === "0.0.0.0" || config.HOST === "::" ? "127.0.0.1" : config.HOST;
  log.info({ url: `http://${shown}:${port}`, plugins: roster.map(({ plugin }) => plugin.name) }, "POS O'data is open");
  return {
    url: `http://${shown}:${port}`,
    port,
    config,
    log,
    db,
    cache,
    outbox,
    jobs,
    ledgers,
    invariants,
    metrics,
    routes,
    plugins: roster,
    stop: () => undo.unwind((step, error) => log.error({ err: error }, `${step} failed while stopping`)),
  };
}

async function databaseUrl(config: KernelConfig, log: Logger, undo: Unwinder): Promise<string> {
  if (config.DATABASE_URL !== undefined) return config.DATABASE_URL;
  const server = await startEmbedded({ dataDir: resolve(config.DATA_DIR), log });
  undo.push("the embedded database", () => server.stop());
  return server.connectionString;
}

/** Those of a plugin that is down are not missed: its own line in /health says it. The program's own do not change while it runs. */
function migrationsIn(db: OpenDatabase, roster: readonly Member[], own: MigrationFolder) {
  const found = new Map<string, string[]>();
  const namesOf = (folder: MigrationFolder) => {
    const names = found.get(folder.owner) ?? namesIn([folder]);
    found.set(folder.owner, names);
    return names;
  };
  return async () => {
    const folders = [own, ...roster.filter(({ down }) => down === undefined).map(migrationsOf)];
    return { known: folders.flatMap(namesOf), applied: await appliedNames(db.primary) };
  };
}

function listen(server: Server, config: KernelConfig): Promise<void> {
  return new Promise((done, fail) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      fail(
        cause.code === "EADDRINUSE"
          ? new BootError(`port ${config.PORT} is taken by another program`, { cure: "set PORT to a free one", cause })
          : new BootError(`cannot listen on ${config.HOST}:${config.PORT}: ${cause.message}`, {
              cure: "mend HOST or PORT",
              cause,
            }),
      );
    });
    server.listen(config.PORT, config.HOST, done);
  });
}

/** Takes no new connection, lets answers under way end, then closes idle ones. */
function close(server: Server): Promise<void> {
  return new Promise((done) => {
    // the connection of an answer under way is not kept for a next request
    server.keepAliveTimeout = 1;
    server.close(() => done());
    server.closeIdleConnections();
    const force = setTimeout(() => server.closeAllConnections(), 10_000);
    server.once("close", () => clearTimeout(force));
  });
}
