/** Gives every plugin its host and collects what it sets up. */
import type { Logger } from "pino";
import type { Auditor } from "./audit.ts";
import type { Cache } from "./cache/cache.ts";
import type { Clock } from "./clock.ts";
import type { Database } from "./db/database.ts";
import type { Emit } from "./events/event.ts";
import type { Outbox } from "./events/outbox.ts";
import type { Locale, Text } from "./i18n.ts";
import type { Metrics } from "./metrics.ts";
import { withLimit } from "./phase.ts";
import type { DeclaredPermission, Host, Permission, Setup } from "./plugin.ts";
import { attempt, type Member, servicesFor } from "./roster.ts";
import type { Settings } from "./settings/settings.ts";
import type { Stores } from "./stores/store.ts";
import type { System } from "./system.ts";

export interface SetUpParts {
  roster: readonly Member[];
  db: Database;
  cache: Cache;
  log: Logger;
  clock: Clock;
  settings: Settings;
  stores: Stores;
  audit: Auditor;
  metrics: Metrics;
  texts: Readonly<Record<Locale, Text>>;
  system: System;
  /** there once every plugin is set up */
  outbox(): Outbox | undefined;
  /** that each plugin may take */
  seconds: number;
}

/** Permissions of the kernel's own pages. */
export const KERNEL_PERMISSIONS: Record<string, Permission> = {
  "settings.manage": { roles: ["manager"] },
  "audit.read": { roles: [] },
  "stores.manage": { roles: [] },
  "health.read": { roles: [] },
};

export async function setUp(parts: SetUpParts): Promise<void> {
  const permissions = declaredPermissions(parts.roster);
  for (const member of parts.roster) {
    await attempt(member, parts.log, "setup", async () => {
      const host = hostFor(member, parts, permissions);
      member.setup = await withLimit<Setup<unknown>>(`setting up ${member.plugin.name}`, parts.seconds, () =>
        member.plugin.setup(host),
      );
    });
  }
}

export function declaredPermissions(roster: readonly Member[]): ReadonlyMap<string, DeclaredPermission> {
  const declare = (owner: string, permissions: Record<string, Permission>) =>
    Object.entries(permissions).map(([name, permission]): [string, DeclaredPermission] => [
      name,
      { ...permission, owner, text: `${owner}.permissions.${name.replaceAll(".", "_")}` },
    ]);
  return new Map([
    ...declare("kernel", KERNEL_PERMISSIONS),
    ...roster.flatMap(({ plugin }) => declare(plugin.name, plugin.permissions ?? {})),
  ]);
}

function hostFor(
  member: Member,
  { roster, db, cache, log, clock, settings, stores, audit, metrics, texts, system, outbox }: SetUpParts,
  permissions: ReadonlyMap<string, DeclaredPermission>,
): Host<unknown, never> {
  const { name, emits = [] } = member.plugin;
  const declared = new Set(emits.map((event) => event.name));
  const emit: Emit = async (tx, event, payload) => {
    const box = outbox();
    if (!box) throw new Error(`plugin ${name} emits ${event.name} during setup`);
    if (!declared.has(event.name)) throw new Error(`plugin ${name} emits ${event.name} without declaring it`);
    await box.emit(tx, event, payload);
  };
  return {
    name,
    config: member.config,
    services: servicesFor(member, roster) as never,
    db,
    cache,
    log: log.child({ plugin: name }),
    clock,
    settings,
    stores,
    permissions,
    emit,
    audit,
    metrics,
    texts,
    system,
  };
}
