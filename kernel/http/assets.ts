/**
 * Static files, read once and kept with their gzip, brotli and hash. `url("app.css")` carries the hash, so browsers keep a file for
 * a year and still get every change. Names: the shell's `app.css`, a plugin's `pos/register.js`, and `htmx.js`. A folder
 * called like a file (`app.css/`) is that file in parts, put together in the order of their names.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { brotliCompress, gzipSync } from "node:zlib";
import type { Context } from "koa";

interface Asset {
  body: Buffer;
  gzip: Buffer | undefined;
  /** comes a moment later: the best of it takes long, and is made beside everything else */
  brotli: Buffer | undefined;
  hash: string;
  type: string;
}

export interface Assets {
  url(name: string): string;
  /** Answers `/assets/...`; false when the path is not one of ours. */
  serve(context: Context): boolean;
}

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".webp": "image/webp",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};
const PREFIX = "/assets/";
const YEAR = "public, max-age=31536000, immutable";

/** `folders` maps a plugin's name ("" for the shell) to its public folder. `live` reads files anew at each request. */
export function createAssets(options: { root: string; folders: Map<string, string>; live: boolean }): Assets {
  const paths = new Map<string, string[]>();
  for (const [owner, folder] of options.folders) collect(folder, owner === "" ? "" : `${owner}/`, paths);
  const require = createRequire(join(options.root, "package.json"));
  paths.set("htmx.js", [require.resolve("htmx.org/dist/htmx.min.js")]);
  const cache = new Map<string, Asset>();
  const find = (name: string): Asset | undefined => {
    const parts = paths.get(name);
    if (parts === undefined) return undefined;
    const known = options.live ? undefined : cache.get(name);
    if (known) return known;
    const asset = read(name, parts);
    cache.set(name, asset);
    if (!options.live && asset.gzip) squeeze(asset, asset.gzip);
    return asset;
  };
  return {
    url: (name) => {
      const asset = find(name);
      if (!asset) throw new Error(`no static file is called "${name}"`);
      return `${PREFIX}${name}?v=${asset.hash}`;
    },
    serve: (context) => {
      if (!context.path.startsWith(PREFIX) || (context.method !== "GET" && context.method !== "HEAD")) return false;
      const asset = find(context.path.slice(PREFIX.length));
      if (!asset) return false;
      send(context, asset);
      return true;
    },
  };
}

function send(context: Context, asset: Asset): void {
  context.status = 200;
  context.set("Cache-Control", context.query["v"] === asset.hash ? YEAR : "no-cache");
  context.set("Vary", "Accept-Encoding");
  context.etag = asset.hash;
  if (context.fresh) {
    context.status = 304;
    return;
  }
  context.type = asset.type;
  const forms = { br: asset.brotli, gzip: asset.gzip };
  // the smaller one wherever it is taken: browsers name gzip first and like both as much
  for (const [coding, body] of Object.entries(forms))
    if (body !== undefined && context.acceptsEncodings(coding) === coding) {
      context.set("Content-Encoding", coding);
      context.body = body;
      return;
    }
  context.body = asset.body;
}

function read(name: string, parts: readonly string[]): Asset {
  const body = Buffer.concat(parts.map((path) => readFileSync(path)));
  const small = gzipSync(body, { level: 9 });
  return {
    body,
    gzip: small.length < body.length * 0.9 ? small : undefined,
    brotli: undefined,
    hash: createHash("sha256").update(body).digest("base64url").slice(0, 10),
    type: TYPES[extname(name)] ?? "application/octet-stream",
  };
}

/** Until it is done, and if it fails, the file goes out by gzip. */
function squeeze(asset: Asset, gzip: Buffer): void {
  brotliCompress(asset.body, (error, small) => {
    if (!error && small.length < gzip.length) asset.brotli = small;
  });
}

function collect(folder: string, prefix: string, into: Map<string, string[]>): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const known = TYPES[extname(entry.name)] !== undefined;
    if (entry.isDirectory() && known)
      into.set(
        prefix + entry.name,
        readdirSync(path)
          .sort()
          .map((part) => join(path, part)),
      );
    else if (entry.isDirectory()) collect(path, `${prefix}${entry.name}/`, into);
    else if (known) into.set(prefix + entry.name, [path]);
  }
}
