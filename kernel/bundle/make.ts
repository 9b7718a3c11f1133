/**
 * `npm run build`, its second half: what a start loads as a few files instead of two thousand, which is most of its time.
 * Beside the compiled files, of which migrations, threads and commands still run.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative, resolve, sep } from "node:path";
import process from "node:process";
import { build, type Plugin } from "esbuild";
import { bundleFolder, pluginIn, pluginsIn, programIn } from "./place.ts";

const code = resolve(process.argv[2] ?? "dist");
const folder = bundleFolder(code);

/** What finds its own files by where it stands; what is loaded only when it is needed; what knex could use and we have not. */
const AS_THEY_ARE = [
  ...["pino", "pino-pretty", "ioredis", "pdfkit", "bwip-js", "nodemailer", "age-encryption", "@zxcvbn-ts/*"],
  ...["better-sqlite3", "mariadb", "mysql", "mysql2", "oracledb", "pg-native", "pg-query-stream", "sqlite3", "tedious"],
];

/** A file of ours says where it stands as before: threads and the project's folders are found from there. */
const standing: Plugin = {
  name: "standing",
  setup: (on) =>
    on.onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const isOurs = path.startsWith(code + sep) && !path.includes(`${sep}node_modules${sep}`);
      const text = isOurs ? await readFile(path, "utf8") : "";
      if (!text.includes("import.meta.url")) return undefined;
      const from = JSON.stringify(relative(folder, path).split(sep).join("/"));
      return { contents: text.replaceAll("import.meta.url", `new URL(${from}, import.meta.url).href`), loader: "js" };
    }),
};

/** What packages carry for others, a third of all there was to read: other databases, other languages, old alphabets. */
const forOthers: Plugin = {
  name: "for others",
  setup: (on) => {
    // these are loaded as they are, should anybody ever ask for one
    on.onResolve({ filter: /^\.\/[a-z]/ }, ({ path, importer }) =>
      importer.endsWith(join("knex", "lib", "dialects", "index.js")) && path !== "./postgres"
        ? { path: `knex/lib/dialects/${path.slice(2)}`, external: true }
        : undefined,
    );
    on.onResolve({ filter: /^\.\.\/encodings$/ }, ({ importer }) =>
      importer.endsWith(join("iconv-lite", "lib", "index.js"))
        ? { path: "iconv-lite/encodings", external: true }
        : undefined,
    );
    // our own sentences are in plugins/*/locales
    on.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "export {};" }));
  },
};

/** CommonJS among the packages asks for Node's own modules in its own way. */
const REQUIRE = `import { createRequire as makeRequireOfBundle } from "node:module";
const require = makeRequireOfBundle(import.meta.url);`;

const named = (file: string) => relative(folder, file).replace(/\.js$/, "");
const plugins = pluginsIn(code).map((name) => [named(pluginIn(folder, name)), join(code, "plugins", name, "index.js")]);
await build({
  entryPoints: { [named(programIn(folder))]: join(code, "kernel", "run.js"), ...Object.fromEntries(plugins) },
  outdir: folder,
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // less to read at the start; names stay, so that the log's stacks can be read
  minifyWhitespace: true,
  external: AS_THEY_ARE,
  banner: { js: REQUIRE },
  // one of two that differ by little
  alias: { "mime-db": createRequire(import.meta.url).resolve("mime-db") },
  plugins: [standing, forOthers],
  logLevel: "warning",
});
