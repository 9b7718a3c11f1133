/** Finds plugins: folders of plugins/ with an index file, and the packages or folders named in PLUGINS. */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { pluginIn } from "./bundle/place.ts";
import { BootError } from "./errors.ts";
import type { Plugin } from "./plugin.ts";

export interface FoundPlugin {
  definition: Plugin;
  /** views, public, locales */
  folder: string;
  /** where its code was loaded from: differs from `folder` when the code was compiled to dist */
  codeFolder: string;
}

export interface Roots {
  /** the project: views, public, plugins' assets, node_modules */
  assets: string;
  /** the code that runs: the project itself, or its dist */
  code: string;
}

export function projectRoots(): Roots {
  const code = dirname(dirname(fileURLToPath(import.meta.url)));
  return { code, assets: basename(code) === "dist" ? dirname(code) : code };
}

/** `bundle`: a folder that has each plugin of plugins/ as one file, and the kernel that asks. */
export async function discoverPlugins(roots: Roots, extra: string[], bundle?: string): Promise<FoundPlugin[]> {
  const found: FoundPlugin[] = [];
  const folder = join(roots.assets, "plugins");
  const names = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  for (const entry of names.filter((one) => one.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const codeFolder = join(roots.code, "plugins", entry.name);
    const index = indexOf(codeFolder);
    if (index === undefined) continue;
    const code = bundle === undefined ? index : pluginIn(bundle, entry.name);
    found.push(await load(code, join(folder, entry.name), codeFolder));
  }
  for (const name of extra) found.push(await loadExtra(name, roots));
  return found;
}

function indexOf(folder: string): string | undefined {
  return ["index.ts", "index.js"].map((file) => join(folder, file)).find(existsSync);
}

async function loadExtra(name: string, roots: Roots): Promise<FoundPlugin> {
  if (name.startsWith(".") || isAbsolute(name)) {
    const folder = resolve(roots.assets, name);
    const index = indexOf(folder);
    if (!index)
      throw new BootError(`PLUGINS names ${name}, but there is no index.ts or index.js`, {
        cure: "mend the path in PLUGINS",
      });
    return load(index, folder, folder);
  }
  const require = createRequire(join(roots.assets, "package.json"));
  let index: string;
  try {
    index = require.resolve(name);
  } catch (cause) {
    throw new BootError(`PLUGINS names the package ${name}, which is not installed`, {
      cure: `npm install ${name}`,
      cause,
    });
  }
  return load(index, dirname(index), dirname(index));
}

async function load(index: string, folder: string, codeFolder: string): Promise<FoundPlugin> {
  let module: { plugin?: Plugin };
  try {
    module = await import(pathToFileURL(index).href);
  } catch (cause) {
    throw new BootError(`the plugin in ${folder} does not load: ${cause instanceof Error ? cause.message : cause}`, {
      cure: "mend it, or remove its folder",
      cause,
    });
  }
  if (!module.plugin || typeof module.plugin.setup !== "function") {
    throw new BootError(`${index} does not export a plugin`, { cure: "export const plugin = definePlugin({...})" });
  }
  return { definition: module.plugin, folder, codeFolder };
}
