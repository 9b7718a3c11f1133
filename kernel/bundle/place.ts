/** Where the bundle stands, and when it is what runs. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** beside the compiled kernel and plugins */
const FOLDER = "bundle";

export interface Bundle {
  folder: string;
  /** the URL of what main.ts runs */
  program: string;
}

/** `code`: the folder of kernel and plugins. */
export const bundleFolder = (code: string): string => join(code, FOLDER);
export const programIn = (folder: string): string => join(folder, "run.js");
export const pluginIn = (folder: string, name: string): string => join(folder, `plugin-${name}.js`);

/** Names of the compiled plugins. */
export function pluginsIn(code: string): string[] {
  const folder = join(code, "plugins");
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => existsSync(join(folder, name, "index.js")));
}

/**
 * Undefined: the files are to run. Plugins from elsewhere (PLUGINS) import the kernel's files, and must not meet a second kernel;
 * nor must a plugin that was compiled after the bundle was made.
 */
export function bundleIn(code: URL, env: Readonly<Record<string, string | undefined>>): Bundle | undefined {
  const root = fileURLToPath(code);
  const folder = bundleFolder(root);
  const program = programIn(folder);
  if (!existsSync(program) || (env["PLUGINS"] ?? "").trim() !== "") return undefined;
  if (!pluginsIn(root).every((name) => existsSync(pluginIn(folder, name)))) return undefined;
  return { folder, program: pathToFileURL(program).href };
}
