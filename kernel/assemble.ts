/** What the app and a command have in common: plugins found, configuration read, database reached, plugins set up. Nothing runs yet. */
import { join, resolve } from "node:path";
import type { Logger } from "pino";
import type { Auditor } from "./audit.ts";
import { createAuditor } from "./audit-log.ts";
import { createCache, type OpenCache } from "./cache/index.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Environment, type KernelConfig, kernelConfigIn, kernelConfigSchema, readConfig } from "./config.ts";
import { createDatabase, type OpenDatabase } from "./db/connect.ts";
import type { Tx } from "./db/database.ts";
import type { MigrationFolder } from "./db/migrate.ts";
import { discoverPlugins, type FoundPlugin, projectRoots, type Roots } from "./discover.ts";
import { createOutbox, type Outbox } from "./events/outbox.ts";
import { orderPlugins } from "./graph.ts";
import { createTexts, type Locale, type Text } from "./i18n.ts";
import { createInvariants, type Invariants, invariantsOf } from "./invariants/index.ts";
import { ledgersOf } from "./ledgers/declared.ts";
import { createLedgers, type Ledgers } from "./ledgers/index.ts";
import { readCatalogue } from "./locales.ts";
import { measureDatabase } from "./measure/database.ts";
import { countServed, measureReplica } from "./measure/replica.ts";
import { COLLECT_MS, createMetrics, type Metrics } from "./metrics.ts";
import { type Unwinder, withLimit } from "./phase.ts";
import type { Plugin, Setup } from "./plugin.ts";
import { createRoster, type Member } from "./roster.ts";
import { setUp } from "./set-up.ts";
import type { Settings } from "./settings/settings.ts";
import { createSettings } from "./settings/store.ts";
import type { Stores } from "./stores/store.ts";
import { createStores } from "./stores/stores.ts";
import { createSystem } from "./system.ts";

/** Seconds a phase may take; set-up and start count for each plugin. Migrations of a large shop are slow for good reason. */
export const LIMITS = { discover: 30, connect: 60, setUp: 30, migrate: 1800, start: 60, listen: 10 };

export type Limits = typeof LIMITS;

export interface Assembled {
  config: KernelConfig;
  roots: Roots;
  log: Logger;
  clock: Clock;
  roster: Member[];
  db: OpenDatabase;
  cache: OpenCache;
  settings: Settings;
  stores: Stores;
  audit: Auditor;
  metrics: Metrics;
  texts: Readonly<Record<Locale, Text>>;
  /** takes events; delivers none before it is started */
  outbox: Outbox;
  ledgers: Ledgers;
  invariants: Invariants;
}

export interface AssembleOptions {
  env: Environment;
  clock?: Clock | undefined;
  plugins?: FoundPlugin[] | undefined;
  /** the folder of the bundled plugins */
  bundle?: string | undefined;
  limits: Limits;
  undo: Unwinder;
  openLog(config: KernelConfig): Logger;
  /** the address of the database; what it starts it has undone */
  reach(config: KernelConfig, log: Logger, plugins: readonly Plugin[]): Promise<string>;
  /** whether `reach` may begin before the plugins are known */
  early?(config: KernelConfig): boolean;
  /** whether no other instance works on the database; undefined: where it is the embedded one */
  alone?: boolean | undefined;
  /** how many times longer than usual figures and Redis are waited for */
  patience?: number;
}

/** @throws BootError naming what is wrong and its cure; `undo` has what had been opened */
export async function assemble(options: AssembleOptions): Promise<Assembled> {
  const { clock = systemClock, limits, undo, patience = 1 } = options;
  const roots = projectRoots();
  const begun = reachEarly(options);
  const { config, log, roster, texts } = await plan(options, roots).catch(async (error: unknown) => {
    // what was begun is waited for, so that `undo` has it
    await begun?.catch(() => {});
    throw error;
  });
  const plugins = roster.map(({ plugin }) => plugin);
  const url = await (begun ?? reached(options, config, log, plugins));
  const metrics = createMetrics({ log, collectMs: COLLECT_MS * patience });
  const db = createDatabase({
    url,
    replicaUrl: config.DATABASE_REPLICA_URL,
    replicaWaitMs: config.DATABASE_REPLICA_WAIT_MS,
    poolMax: config.DATABASE_POOL_MAX,
    patience,
    log,
    tellServed: countServed(metrics, config.DATABASE_REPLICA_URL !== undefined),
  });
  undo.push("the database pool", () => db.close());
  const { REDIS_URL: redisUrl, REDIS_CLUSTER_NODES: clusterNodes } = config;
  // the embedded database lets one app in
  const alone = options.alone ?? config.DATABASE_URL === undefined;
  measureDatabase(db, metrics, config.DATABASE_POOL_MAX);
  measureReplica(db, metrics);
  const cache = await createCache({ redisUrl, clusterNodes, log, clock, alone, metrics, patience });
  undo.push("the cache", () => cache.close());
  const settings = createSettings({ db, clock });

  const late: { outbox?: Outbox } = {};
  const audit = createAuditor();
  const hasDocuments = async (tx: Tx, storeId: number) => {
    for (const { setup } of roster) if (await setup?.hasDocuments?.(tx, storeId)) return true;
    return false;
  };
  const isUsed = async (tx: Tx, storeId: number) => {
    for (const { setup } of roster) if (await setup?.hasUsed?.(tx, storeId)) return true;
    return hasDocuments(tx, storeId);
  };
  const stores = createStores({ db, clock, settings, audit, hasDocuments, isUsed });
  const box = () => late.outbox;
  const system = createSystem({
    roots,
    log,
    databaseUrl: config.DATABASE_DIRECT_URL ?? url,
    folders: () => [kernelMigrations(roots), ...roster.map(migrationsOf)],
    ledgers: () => ledgersOf(roster)(),
    invariants: () => invariantsOf(roster)(),
  });
  await setUp({
    roster,
    db,
    cache,
    log,
    clock,
    settings,
    stores,
    audit,
    metrics,
    texts,
    system,
    outbox: box,
    seconds: limits.setUp,
  });
  const outbox = createOutbox({ db, log, clock, subscriptions: owned(roster, (setup) => setup.on) });
  late.outbox = outbox;
  const invariants = createInvariants({ db, log, clock, metrics, invariants: invariantsOf(roster) });
  const ledgers = createLedgers({ db, log, clock, metrics, ledgers: ledgersOf(roster), invariants });
  return {
    config,
    roots,
    log,
    clock,
    roster,
    db,
    cache,
    settings,
    stores,
    audit,
    metrics,
    texts,
    outbox,
    ledgers,
    invariants,
  };
}

/** Which plugins there are, how all is configured and what it says: what needs no database. */
async function plan({ env, plugins, bundle, openLog }: AssembleOptions, roots: Roots) {
  const found = plugins ?? (await findPlugins(env, roots, bundle));
  const sources = found.flatMap(({ definition: { name, config } }) =>
    config ? [{ owner: name, schema: config }] : [],
  );
  const configs = readConfig(env, [{ owner: "kernel", schema: kernelConfigSchema }, ...sources]);
  const config = configs.get("kernel") as KernelConfig;
  const log = openLog(config);
  const roster = createRoster(orderPlugins(found.map(({ definition }) => definition)), found, configs);
  const folders = roster.map(({ plugin, folder }): [string, string] => [plugin.name, folder]);
  const texts = createTexts(readCatalogue(new Map([["kernel", join(roots.assets, "kernel")], ...folders])));
  return { config, log, roster, texts };
}

/** A database takes about as long to come up as plugins to be read. What is wrong with the configuration is told later, all together. */
function reachEarly(options: AssembleOptions): Promise<string> | undefined {
  const config = kernelConfigIn(options.env);
  if (config === undefined || !options.early?.(config)) return undefined;
  const begun = reached(options, config, options.openLog(config), []);
  // whoever waits for it hears of its fault
  begun.catch(() => {});
  return begun;
}

function reached(
  { limits, reach }: AssembleOptions,
  config: KernelConfig,
  log: Logger,
  plugins: readonly Plugin[],
): Promise<string> {
  return withLimit("connecting to the database", limits.connect, () => reach(config, log, plugins));
}

/** Before the configuration is read, so that the faults of all owners are told together. */
function findPlugins(env: Environment, roots: Roots, bundle: string | undefined): Promise<FoundPlugin[]> {
  const extra = (env["PLUGINS"] ?? "").split(",").map((name) => name.trim());
  return withLimit("finding plugins", LIMITS.discover, () => discoverPlugins(roots, extra.filter(Boolean), bundle));
}

/** What the plugins of the roster set up of one kind, each with its owner's name. */
export function owned<T extends object>(
  roster: readonly Member[],
  of: (setup: Setup<unknown>) => T[] | undefined,
): ({ plugin: string } & T)[] {
  return roster.flatMap(({ plugin, setup }) =>
    ((setup && of(setup)) ?? []).map((one) => ({ plugin: plugin.name, ...one })),
  );
}

export function kernelMigrations(roots: Roots): MigrationFolder {
  return { owner: "kernel", folder: resolve(roots.code, "migrations") };
}

export function migrationsOf({ plugin, codeFolder }: Member): MigrationFolder {
  return { owner: plugin.name, folder: resolve(codeFolder, "migrations") };
}
