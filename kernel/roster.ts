/** The plugins of one kernel while it starts and runs: their setup, and whether an optional one is down. */
import type { Logger } from "pino";
import type { FoundPlugin } from "./discover.ts";
import type { Plugin, Setup } from "./plugin.ts";

export interface Member {
  plugin: Plugin;
  folder: string;
  codeFolder: string;
  /** its part of the environment, as its schema has read it */
  config: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: services of every shape
  setup: Setup<any> | undefined;
  /** why it is down; undefined while it runs */
  down: string | undefined;
}

export function createRoster(
  ordered: readonly Plugin[],
  found: readonly FoundPlugin[],
  configs: ReadonlyMap<string, unknown>,
): Member[] {
  return ordered.map((plugin) => {
    const { folder, codeFolder } = found.find((one) => one.definition === plugin) ?? { folder: "", codeFolder: "" };
    const config = configs.get(plugin.name) ?? {};
    return { plugin, folder, codeFolder, config, setup: undefined, down: undefined };
  });
}

/** Runs a step for a plugin. A fault of an optional plugin is logged and puts it down; any other stops the start. */
export async function attempt(member: Member, log: Logger, step: string, work: () => Promise<void>): Promise<void> {
  if (member.down !== undefined) return;
  try {
    await work();
  } catch (error) {
    if (!member.plugin.optional) throw error;
    member.down = `${step} failed`;
    log.error({ err: error, plugin: member.plugin.name }, `optional plugin is down: ${step} failed; the rest goes on`);
  }
}

/**
 * The services a plugin asked for, as getters: an optional one reads as undefined from the moment its provider is down,
 * so read `host.services.x` when it is used and do not keep it.
 */
export function servicesFor(member: Member, roster: readonly Member[]): Record<string, unknown> {
  const services: Record<string, unknown> = {};
  for (const [name, ref] of Object.entries((member.plugin.needs ?? {}) as Record<string, { id: string }>)) {
    const provider = roster.find((one) => one.plugin.provides?.id === ref.id);
    Object.defineProperty(services, name, {
      enumerable: true,
      get: () => (provider?.down === undefined ? provider?.setup?.service : undefined),
    });
  }
  return services;
}
