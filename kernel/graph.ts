/** The plugins' graph, checked as a whole before anything runs. Pure: plugins in, load order out, or one clear error. */
import { BootError } from "./errors.ts";
import { KERNEL_VERSION, type Plugin } from "./plugin.ts";
import type { Needs } from "./service.ts";

export const PLUGIN_NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** Plugins in load order: who provides comes before who needs, else by name. Throws a BootError naming plugin and cure. */
export function orderPlugins(plugins: readonly Plugin[]): Plugin[] {
  checkNames(plugins);
  const providers = findProviders(plugins);
  checkNeeds(plugins, providers);
  const ordered: Plugin[] = [];
  const state = new Map<string, "visiting" | "done">();
  const visit = (plugin: Plugin, path: string[]): void => {
    if (state.get(plugin.name) === "done") return;
    const here = [...path, plugin.name];
    if (state.get(plugin.name) === "visiting") {
      throw new BootError(
        `plugins need each other in a circle: ${here.slice(here.indexOf(plugin.name)).join(" -> ")}`,
        {
          cure: "turn one of these needs into an event that the other listens to",
        },
      );
    }
    state.set(plugin.name, "visiting");
    for (const need of providersOf(plugin, providers)) visit(need, here);
    state.set(plugin.name, "done");
    ordered.push(plugin);
  };
  for (const plugin of [...plugins].sort((a, b) => (a.name < b.name ? -1 : 1))) visit(plugin, []);
  return ordered;
}

function checkNames(plugins: readonly Plugin[]): void {
  const seen = new Set<string>(["kernel"]);
  for (const { name, kernel } of plugins) {
    if (!PLUGIN_NAME.test(name))
      throw new BootError(`"${name}" is not a plugin name`, { cure: "use lower case letters, digits and -" });
    if (seen.has(name))
      throw new BootError(`two plugins are called "${name}"`, { cure: "rename one, or take it out of PLUGINS" });
    seen.add(name);
    if (kernel !== KERNEL_VERSION) {
      throw new BootError(`plugin ${name} was written for kernel ${kernel}, this is kernel ${KERNEL_VERSION}`, {
        cure: `install a version of ${name} for kernel ${KERNEL_VERSION}`,
      });
    }
  }
}

function findProviders(plugins: readonly Plugin[]): Map<string, Plugin> {
  const providers = new Map<string, Plugin>();
  for (const plugin of plugins) {
    if (!plugin.provides) continue;
    const other = providers.get(plugin.provides.id);
    if (other) {
      throw new BootError(`plugins ${other.name} and ${plugin.name} both provide "${plugin.provides.id}"`, {
        cure: "remove one of them",
      });
    }
    providers.set(plugin.provides.id, plugin);
  }
  return providers;
}

function checkNeeds(plugins: readonly Plugin[], providers: Map<string, Plugin>): void {
  for (const plugin of plugins) {
    for (const ref of needsOf(plugin)) {
      if (ref.optional) continue;
      const provider = providers.get(ref.id);
      if (!provider) {
        throw new BootError(`plugin ${plugin.name} needs the service "${ref.id}", which no plugin provides`, {
          cure: `add the plugin that provides "${ref.id}", or remove ${plugin.name}`,
        });
      }
      if (provider.optional && !plugin.optional) {
        throw new BootError(
          `plugin ${plugin.name} must run, but needs "${ref.id}" of the optional plugin ${provider.name}`,
          {
            cure: `need it with optionalRef, or make ${plugin.name} optional`,
          },
        );
      }
    }
  }
}

function providersOf(plugin: Plugin, providers: Map<string, Plugin>): Plugin[] {
  return needsOf(plugin)
    .map((ref) => providers.get(ref.id))
    .filter((provider): provider is Plugin => provider !== undefined);
}

function needsOf(plugin: Plugin): Needs[string][] {
  return Object.values((plugin.needs ?? {}) as Needs);
}
