/** Starts a system: discover, config, order, connect, set up, check, migrate, start, listen; and stops it in reverse. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import type { Logger } from "pino";
import { createAuditor } from "./audit-log.ts";
import { createCache, type OpenCache } from "./cache/index.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Environment, type KernelConfig, kernelConfigSchema, readConfig } from "./config.ts";
import { createDatabase, type OpenDatabase } from "./db/connect.ts";
import { startEmbedded } from "./db/embedded/index.ts";
import { migrate } from "./db/migrate.ts";
import { discoverPlugins, type FoundPlugin, projectRoots, type Roots } from "./discover.ts";
import { BootError } from "./errors.ts";
import { createOutbox, type Outbox } from "./events/outbox.ts";
import { orderPlugins } from "./graph.ts";
import { createHealthRegistry } from "./health/registry.ts";
import { buildHttp } from "./http/build.ts";
import { createListener, type ListenerLimits } from "./http/listener.ts";
import type { MountedRoute } from "./http/mount.ts";
import { housekeeping } from "./jobs/housekeeping.ts";
import { createJobRunner, type JobRunner } from "./jobs/runner.ts";
import { createLog } from "./log.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createUnwinder, withLimit } from "./phase.ts";
import type { Setup } from "./plugin.ts";
import { attempt, createRoster, type Member } from "./roster.ts";
import { setUp } from "./set-up.ts";
import { createSettings } from "./settings/store.ts";

export interface KernelOptions {
  env: Environment;
  log?: Logger;
  clock?: Clock;
  /** instead of the plugins folder and PLUGINS: tests build systems of their own */
  plugins?: FoundPlugin[];
  /** seconds a phase may take, where they differ from LIMITS */
  limits?: Partial<Limits>;
  /** where the HTTP server's own limits differ from those of http/listener.ts */
  listener?: Partial<ListenerLimits>;
}

type Limits = typeof LIMITS;

export interface Kernel {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  readonly port: number;
  readonly config: KernelConfig;
  readonly db: OpenDatabase;
  readonly cache: OpenCache;
  readonly outbox: Outbox;
  readonly jobs: JobRunner;
  readonly metrics: Metrics;
  readonly routes: readonly MountedRoute[];
  readonly plugins: readonly Member[];
  /** Requests in flight are finished, then jobs, events, plugins, cache and database end. Safe to call twice. */
  stop(): Promise<void>;
}

/** Seconds a phase may take; set-up and start count for each plugin. Migrations of a large shop are slow for good reason. */
const LIMITS = { discover: 30, connect: 60, setUp: 30, migrate: 1800, start: 60, listen: 10 };

/** @throws BootError naming what is wrong and its cure; whatever had been started is stopped again */
export async function startKernel(options: KernelOptions): Promise<Kernel> {
  const undo = createUnwinder();
  const limits = { ...LIMITS, ...options.limits };
  let log = options.log;
  try {
    const roots = projectRoots();
    const found = options.plugins ?? (await findPlugins(options.env, roots));
    const sources = found.flatMap(({ definition: { name, config } }) =>
      config ? [{ owner: name, schema: config }] : [],
    );
    const configs = readConfig(options.env, [{ owner: "kernel", schema: kernelConfigSchema }, ...sources]);
    const config = configs.get("kernel") as KernelConfig;
    log ??= createLog({ level: config.LOG_LEVEL, folder: config.LOG_DIR, pretty: config.NODE_ENV === "development" });
    const { clock = systemClock, listener } = options;
    return await boot({ config, configs, found, roots, log, clock, undo, limits, listener });
  } catch (error) {
    await undo.unwind((step, fault) => log?.error({ err: fault }, `${step} failed while giving up the start`));
    throw error;
  }
}

/** Before the configuration is read, so that the faults of all owners are told together. */
function findPlugins(env: Environment, roots: Roots): Promise<FoundPlugin[]> {
  const extra = (env["PLUGINS"] ?? "").split(",").map((name) => name.trim());
  return withLimit("finding plugins", LIMITS.discover, () => discoverPlugins(roots, extra.filter(Boolean)));
}

interface Boot {
  config: KernelConfig;
  configs: ReadonlyMap<string, unknown>;
  found: FoundPlugin[];
  roots: Roots;
  log: Logger;
  clock: Clock;
  undo: ReturnType<typeof createUnwinder>;
  limits: Limits;
  listener: Partial<ListenerLimits> | undefined;
}

async function boot({ config, configs, found, roots, log, clock, undo, limits, listener }: Boot): Promise<Kernel> {
  const ordered = orderPlugins(found.map(({ definition }) => definition));
  const roster = createRoster(ordered, found);

  const url = await withLimit("connecting to the database", limits.connect, () => databaseUrl(config, log, undo));
  const db = createDatabase({ url, replicaUrl: config.DATABASE_REPLICA_URL, poolMax: config.DATABASE_POOL_MAX, log });
  undo.push("the database pool", () => db.close());
  const metrics = createMetrics();
  const cache = createCache({
    redisUrl: config.REDIS_URL,
    clusterNodes: config.REDIS_CLUSTER_NODES,
    log,
    clock,
    // the embedded database lets one app in
    alone: config.DATABASE_URL === undefined,
    metrics,
  });
  undo.push("the cache", () => cache.close());
  const settings = createSettings({ db, clock });

  const late: { outbox?: Outbox } = {};
  const audit = createAuditor();
  const box = () => late.outbox;
  await setUp({ roster, configs, db, cache, log, clock, settings, audit, metrics, outbox: box, seconds: limits.setUp });
  const subscriptions = owned(roster, (setup) => setup.on);
  const outbox = createOutbox({ db, log, clock, subscriptions });
  late.outbox = outbox;
  const jobs = createJobRunner({
    db,
    log,
    clock,
    jobs: [...housekeeping({ db, outbox }), ...owned(roster, (setup) => setup.jobs)],
  });
  const health = createHealthRegistry();
  const phase = { ready: false };
  const { app, routes } = buildHttp({
    config,
    roots,
    roster,
    db,
    cache,
    settings,
    audit,
    metrics,
    log,
    clock,
    health,
    outbox,
    phase,
  });

  await withLimit("migrating", limits.migrate, () => migrateAll(db, roster, roots.code, log));
  for (const member of roster) {
    await attempt(member, log, "start", async () => {
      await withLimit(`starting ${member.plugin.name}`, limits.start, () => member.setup?.start?.());
      const stop = member.setup?.stop;
      if (stop) undo.push(member.plugin.name, () => stop());
    });
  }
  outbox.start();
  undo.push("events", () => outbox.stop());
  jobs.start();
  undo.push("jobs", () => jobs.stop());

  const server = createListener(app.callback(), listener);
  await withLimit("listening", limits.listen, () => listen(server, config));
  undo.push("the listener", () => close(server));
  phase.ready = true;
  undo.push("readiness", () => {
    phase.ready = false;
  });
  const { port } = server.address() as AddressInfo;
  const shown = config.HOST === "0.0.0.0" || config.HOST === "::" ? "127.0.0.1" : config.HOST;
  log.info({ url: `http://${shown}:${port}`, plugins: ordered.map(({ name }) => name) }, "POS O'data is open");
  return {
    url: `http://${shown}:${port}`,
    port,
    config,
    db,
    cache,
    outbox,
    jobs,
    metrics,
    routes,
    plugins: roster,
    stop: () => undo.unwind((step, error) => log.error({ err: error }, `${step} failed while stopping`)),
  };
}

/** What the plugins of the roster set up of one kind, each with its owner's name. */
function owned<T extends object>(
  roster: readonly Member[],
  of: (setup: Setup<unknown>) => T[] | undefined,
): ({ plugin: string } & T)[] {
  return roster.flatMap(({ plugin, setup }) =>
    ((setup && of(setup)) ?? []).map((one) => ({ plugin: plugin.name, ...one })),
  );
}

async function databaseUrl(
  config: KernelConfig,
  log: Logger,
  undo: ReturnType<typeof createUnwinder>,
): Promise<string> {
  if (config.DATABASE_URL !== undefined) return config.DATABASE_URL;
  const server = await startEmbedded({ dataDir: resolve(config.DATA_DIR), log });
  undo.push("the embedded database", () => server.stop());
  return server.connectionString;
}

/** Kernel first, then plugins in graph order, one owner at a time, so that a faulty optional plugin stops only itself. */
async function migrateAll(db: OpenDatabase, roster: readonly Member[], code: string, log: Logger): Promise<void> {
  const folders = [{ owner: "kernel", folder: resolve(code, "migrations") }];
  await migrateThose(db, folders, log);
  for (const member of roster) {
    folders.push({ owner: member.plugin.name, folder: resolve(member.codeFolder, "migrations") });
    await attempt(member, log, "migration", () => migrateThose(db, folders, log));
    if (member.down !== undefined) folders.pop();
  }
}

async function migrateThose(
  db: OpenDatabase,
  folders: { owner: string; folder: string }[],
  log: Logger,
): Promise<void> {
  await migrate({ knex: db.primary, folders, log });
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
