/** What the HTTP side is made of: the parts of one kernel. */
import type { Logger } from "pino";
import type { Auditor } from "../audit.ts";
import type { OpenCache } from "../cache/index.ts";
import type { Clock } from "../clock.ts";
import type { KernelConfig } from "../config.ts";
import type { OpenDatabase } from "../db/connect.ts";
import type { Roots } from "../discover.ts";
import type { Outbox } from "../events/outbox.ts";
import type { HealthRegistry } from "../health/registry.ts";
import type { Locale, Text } from "../i18n.ts";
import type { Invariants } from "../invariants/index.ts";
import type { Ledgers } from "../ledgers/index.ts";
import type { Metrics } from "../metrics.ts";
import type { HomeCard } from "../plugin.ts";
import type { Member } from "../roster.ts";
import type { Setting, Settings } from "../settings/settings.ts";
import type { Stores } from "../stores/store.ts";
import type { MountedRoute } from "./mount.ts";

export interface HttpParts {
  config: KernelConfig;
  roots: Roots;
  roster: readonly Member[];
  db: OpenDatabase;
  cache: OpenCache;
  settings: Settings;
  stores: Stores;
  audit: Auditor;
  metrics: Metrics;
  texts: Readonly<Record<Locale, Text>>;
  log: Logger;
  clock: Clock;
  health: HealthRegistry;
  outbox: Outbox;
  ledgers: Ledgers;
  invariants: Invariants;
  phase: { ready: boolean };
  /** names of the migrations that the program has, and of those that the database has */
  migrations(): Promise<{ known: string[]; applied: string[] }>;
}

/** The kernel's own routes also know what the plugins brought. */
export interface ShellRouteParts extends HttpParts {
  routes(): readonly MountedRoute[];
  home(): HomeCard[];
  pluginSettings: Setting<unknown>[];
}
