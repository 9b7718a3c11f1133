/** `npm run new-plugin -- NAME`: writes plugins/NAME, a small plugin that works: a table, a page, two languages, a test. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { projectRoots } from "./discover.ts";
import { BootError } from "./errors.ts";
import { PLUGIN_NAME } from "./graph.ts";

const root = projectRoots().assets;
/** each `index.ts.txt` becomes `index.ts`; `{{name}}` and `{{table}}` are filled in */
const TEMPLATES = join(root, "kernel/scaffold");

/** Writes the folder and gives its path. @throws BootError: not a name, or already there */
export function writePlugin(name: string, plugins = join(root, "plugins")): string {
  if (!PLUGIN_NAME.test(name))
    throw new BootError(`"${name}" is not a plugin name`, { cure: "use lower case letters, digits and -" });
  const folder = join(plugins, name);
  if (existsSync(folder)) throw new BootError(`${folder} is there already`, { cure: "choose another name" });
  for (const entry of readdirSync(TEMPLATES, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const template = join(entry.parentPath, entry.name);
    const path = join(folder, relative(TEMPLATES, template).replace(/\.txt$/, ""));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, fillIn(readFileSync(template, "utf8"), name));
  }
  return folder;
}

function fillIn(template: string, name: string): string {
  return template.replaceAll("{{name}}", name).replaceAll("{{table}}", name.replaceAll("-", "_"));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    const name = process.argv[2] ?? "";
    const folder = writePlugin(name);
    process.stdout.write(`${folder}\nStart with npm run dev and open /${name}; its test is in ${name}/test.\n`);
  } catch (error) {
    if (!(error instanceof BootError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
