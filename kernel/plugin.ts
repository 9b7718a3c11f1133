/** The contract between the kernel and a plugin. A plugin is a folder with an index.ts that exports `plugin`. */
import type { Logger } from "pino";
import type { z } from "zod";
import type { Auditor } from "./audit.ts";
import type { Cache } from "./cache/cache.ts";
import type { Clock } from "./clock.ts";
import type { Command } from "./command.ts";
import type { Database, Tx } from "./db/database.ts";
import type { ErrorFactory } from "./errors.ts";
import type { Emit, EventRef, Subscription } from "./events/event.ts";
import type { HealthCheck } from "./health.ts";
import type { Model } from "./http/reply.ts";
import type { Request, Route } from "./http/route.ts";
import type { Locale, Text } from "./i18n.ts";
import type { Invariant } from "./invariant.ts";
import type { Job } from "./jobs.ts";
import type { Ledger } from "./ledger.ts";
import type { Metrics } from "./metrics.ts";
import type { Needs, ServiceRef, ServicesOf } from "./service.ts";
import type { Setting, Settings } from "./settings/settings.ts";
import type { Stores } from "./stores/store.ts";
import type { System } from "./system.ts";
import type { Validation } from "./validation.ts";

/** The version of this contract. A plugin names the one it was written for. */
export const KERNEL_VERSION = 1;

export interface Permission {
  /** the roles that have it on a new system; admin has all */
  roles: readonly ("manager" | "employee")[];
  /** nobody but an administrator may ever have it: who had it could make himself one */
  adminOnly?: boolean;
}

/** A permission as the system knows it. */
export interface DeclaredPermission extends Permission {
  /** the plugin that declares it, or `kernel` */
  owner: string;
  /** the locale key of its sentence, e.g. `pos.permissions.pos_sell` */
  text: string;
}

/** What a plugin is given. Nothing else of the system is in its reach. */
export interface Host<C, S> {
  readonly name: string;
  readonly config: C;
  readonly services: S;
  readonly db: Database;
  readonly cache: Cache;
  readonly log: Logger;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly stores: Stores;
  /** every declared permission of every plugin by its name, in graph order */
  readonly permissions: ReadonlyMap<string, DeclaredPermission>;
  /** records an event in the transaction that caused it; delivered after commit, at least once */
  readonly emit: Emit;
  readonly audit: Auditor;
  readonly metrics: Metrics;
  /** what is said where nobody's page is drawn: a printed receipt, a letter */
  readonly texts: Readonly<Record<Locale, Text>>;
  /** for what keeps the shop as a whole: backups */
  readonly system: System;
}

/** An entry of the main menu. The label is the locale key `<plugin>.nav.<key>`. */
export interface NavItem {
  key: string;
  path: string;
  permission: string;
  /** smaller comes first */
  order: number;
  /** true: not for every day; it stands behind "Administration" */
  rare?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: home needs no params, query or body
export type PageRequest = Request<any, any, any, "signed-in", false>;

/** A card on the home page: a view with its model, or undefined when there is nothing to say to this person. */
export interface HomeCard {
  order: number;
  load(request: PageRequest): Promise<{ view: string; model: Model } | undefined>;
}

export interface Setup<S> {
  service?: S;
  routes?: Route[];
  on?: Subscription[];
  jobs?: Job[];
  health?: HealthCheck;
  /** whether who sends this bearer token runs the system: then /health tells how each part is in detail. Without such a plugin this machine is believed */
  isOperator?(bearer: string): boolean;
  nav?: NavItem[];
  home?: HomeCard[];
  commands?: Command[];
  /** tables whose rows are never changed: the kernel seals and verifies them */
  ledgers?: Ledger[];
  /** what must hold of its books: the kernel checks it and tells */
  invariants?: Invariant[];
  /** whether it has written money down in that store: then the store's currency stays */
  hasDocuments?(tx: Tx, storeId: number): Promise<boolean>;
  /**
   * Before pending migrations change a database that has been in use; tables are still those of the version before, and no other
   * instance changes them. What it throws keeps everything as it is, and the program from starting.
   */
  beforeUpgrade?(upgrade: { pending: readonly string[] }): Promise<void>;
  /** whether anything else of its own happened in that store: then it stays one for training, or none */
  hasUsed?(tx: Tx, storeId: number): Promise<boolean>;
  /** after every plugin is set up, before the port opens */
  start?(): Promise<void>;
  /** in reverse order, after the last request */
  stop?(): Promise<void>;
}

export interface PluginDefinition<C extends z.ZodType = z.ZodType, N extends Needs = Needs, S = unknown> {
  name: string;
  /** KERNEL_VERSION of the contract it was written for */
  kernel: number;
  /** true: when it fails to start, the rest goes on without it */
  optional?: boolean;
  /** of an optional plugin: the path prefixes that answer 503 when it is down before its routes are known */
  paths?: string[];
  /** of its commands: those that work on a database without tables; the embedded one is made for them */
  restores?: string[];
  provides?: ServiceRef<S>;
  needs?: N;
  /** environment keys of its own, as a zod object */
  config?: C;
  /** `noun.verb`, said to people by the locale key `<plugin>.permissions.<noun.verb with the dot as _>` */
  permissions?: Record<string, Permission>;
  /** the tables made by defineErrors, so that the loader can check their sentences */
  errors?: Record<string, ErrorFactory>;
  emits?: EventRef<unknown>[];
  /**
   * What an operator sets so that a newer version changes the database without asking this plugin's `beforeUpgrade`; undefined: it is
   * not to be asked. While it cannot be asked, because it is optional and down, nothing is changed.
   */
  withoutAsking?(config: z.output<C>): string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: settings of every type
  settings?: Setting<any>[];
  /** checks of a running instance from outside, by `npm run validate` */
  validations?: readonly Validation[];
  setup(host: Host<z.output<C>, ServicesOf<N>>): Setup<S> | Promise<Setup<S>>;
}

/** A plugin with its types forgotten, as the kernel keeps it. */
// biome-ignore lint/suspicious/noExplicitAny: plugins of every shape stand in one list
export type Plugin = PluginDefinition<any, any, any>;

export function definePlugin<C extends z.ZodType, N extends Needs, S>(definition: PluginDefinition<C, N, S>): Plugin {
  return definition;
}
