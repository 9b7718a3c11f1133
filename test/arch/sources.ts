/** The project's own TypeScript files with what they import, for rules about who may know whom. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";

export const root = join(import.meta.dirname, "../..");

export interface Import {
  /** as written */
  from: string;
  /** of a project file: its path from the root with slashes; of a package: its name */
  target: string;
  typeOnly: boolean;
}

export interface Source {
  /** from the root, with slashes */
  path: string;
  text: string;
  /** without comments and the contents of strings, lines kept */
  code: string;
  imports: Import[];
}

/** Every .ts file below these folders of the project. */
export function sourcesIn(...folders: string[]): Source[] {
  return folders
    .flatMap(filesIn)
    .filter((path) => path.endsWith(".ts"))
    .map(read);
}

export function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

function read(path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  return { path, text, code: withoutTexts(text), imports: importsOf(path, text) };
}

const IMPORT = /^\s*(?:import|export)\s+(type\s+)?([^;"']*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

export function importsOf(path: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map(([, type, names = "", fixed, dynamic]) => {
    const from = fixed ?? dynamic ?? "";
    const target = from.startsWith(".") ? posix.normalize(posix.join(dirname(path), from)) : packageOf(from);
    const named = /\{([^}]*)\}/.exec(names)?.[1];
    const allTypes = named?.split(",").every((one) => /^\s*(type\s.*)?$/.test(one)) ?? false;
    return { from, target, typeOnly: type !== undefined || (allTypes && !/\w\s*,\s*\{/.test(names)) };
  });
}

function packageOf(from: string): string {
  const parts = from.split("/");
  return from.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? from);
}

/** Rules look at code only: a comment may speak of Date.now, a sentence may hold the word let. */
function withoutTexts(text: string): string {
  const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return text.replace(TOKEN, (token) => {
    const keep = token.startsWith('"') || token.startsWith("'");
    // the keys of process.env are of interest, the rest is not
    return keep ? `"${token.slice(1, -1).replace(/[^\w]/g, " ")}"` : token.replace(/[^\n]/g, " ");
  });
}
