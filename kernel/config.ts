/** The environment, read once. All faults, of the kernel and of every plugin, are reported together. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { BootError } from "./errors.ts";
import { type ProxyTrust, readProxyTrust } from "./http/proxy.ts";
import type { LogPlace } from "./log.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const port = z.coerce.number().int().min(0).max(65_535);

/** `10/m,50/h,200/d` as windows, all of which count at once. */
const rateLimit = z.string().transform((text, context): RateWindow[] => {
  const unit: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };
  return text.split(",").map((part) => {
    const match = /^\s*(\d{1,7})\/([smhd])\s*$/.exec(part);
    if (match) return { max: Number(match[1]), seconds: unit[match[2] ?? "m"] ?? 60 };
    context.issues.push({ code: "custom", input: text, message: "write it like 10/m,50/h,200/d" });
    return z.NEVER;
  });
});

export interface RateWindow {
  max: number;
  seconds: number;
}

const proxyTrust = z.string().transform((text, context): ProxyTrust => {
  const trust = readProxyTrust(text);
  if (trust !== undefined) return trust;
  context.issues.push({ code: "custom", input: text, message: "write true, false, or addresses: loopback,10.0.0.0/8" });
  return z.NEVER;
});

/** pino's names, or those that operators know. */
const logLevel = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(["trace", "debug", "info", "warn", "warning", "error", "critical", "fatal", "silent"]))
  .transform((level) => (level === "warning" ? "warn" : level === "critical" ? "fatal" : level));

export const kernelConfigSchema = z.object({
  NODE_ENV: z.enum(["production", "development", "test"]).optional().describe("production makes secrets mandatory"),
  PORT: port.default(3000).describe("TCP port; 0 takes a free one"),
  HOST: z.string().default("127.0.0.1").describe("address to listen on; 0.0.0.0 lets other machines in"),
  DATA_DIR: z.string().default("./data").describe("embedded database and secrets; keep it, back it up"),
  DATABASE_URL: z.url().optional().describe("PostgreSQL 15 or newer; unset: the kernel runs its own in DATA_DIR"),
  DATABASE_REPLICA_URL: z.url().optional().describe("a streaming replica for lists and reports"),
  DATABASE_REPLICA_WAIT_MS: z.coerce
    .number()
    .int()
    .min(1)
    .max(5000)
    .default(100)
    .describe("how long a list waits for the replica to have all that is committed, before the primary answers it"),
  DATABASE_DIRECT_URL: z
    .url()
    .optional()
    .describe("past PgBouncer to the server itself, for pg_dump; unset: DATABASE_URL"),
  DATABASE_POOL_MAX: z.coerce.number().int().min(5).max(500).default(20).describe("connections of this process"),
  REDIS_URL: z.url().optional().describe("shared cache and rate limits of several instances"),
  REDIS_CLUSTER_NODES: z.string().optional().describe("host:port,host:port of a Redis Cluster, instead of REDIS_URL"),
  CORS_ORIGINS: z.string().default("").describe("origins that may call the API from a browser, comma separated"),
  RATE_LIMIT_ANONYMOUS: rateLimit
    .default([
      { max: 10, seconds: 60 },
      { max: 50, seconds: 3600 },
      { max: 200, seconds: 86_400 },
    ])
    .describe("requests of a visitor, by address (10/m,50/h,200/d)"),
  RATE_LIMIT_USER: rateLimit.default([{ max: 600, seconds: 60 }]).describe("requests of a signed-in person (600/m)"),
  RATE_LIMIT_LOGIN: rateLimit.default([{ max: 5, seconds: 60 }]).describe("tries to sign in to one account (5/m)"),
  RATE_LIMIT_CODES: rateLimit
    .default([
      { max: 30, seconds: 60 },
      { max: 300, seconds: 3600 },
    ])
    .describe("codes of gift cards and store credit that one person types (30/m,300/h)"),
  RATE_LIMIT_LETTERS: rateLimit
    .default([
      { max: 10, seconds: 60 },
      { max: 200, seconds: 86_400 },
    ])
    .describe("receipts that one person sends by e-mail (10/m,200/d)"),
  TRUST_PROXY: proxyTrust
    .default(false)
    .describe(
      "whose X-Forwarded-* to believe: addresses of proxies (loopback,10.0.0.0/8); true: any peer's, only when nobody else can reach the port",
    ),
  DRAIN_SECONDS: z.coerce
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe("when it stops: how long it still answers with /health/ready at 503, so that a balancer sends no more"),
  LOG_LEVEL: logLevel
    .default("info")
    .describe("the least that is logged: DEBUG, INFO, WARNING, ERROR, CRITICAL; trace and silent too"),
  LOG_DIR: z.string().default("./logs").describe("app.log and validation.log stand there"),
  LOG_FILE_MB: z.coerce.number().min(0.01).max(10_240).default(10).describe("app.log begins anew beyond so many MB"),
  LOG_FILES: z.coerce
    .number()
    .int()
    .min(0)
    .max(1000)
    .default(10)
    .describe("files of app.log that are kept, itself included; 0: the log goes to the standard output alone"),
  PLUGINS: z.string().default("").describe("further plugins: npm packages or folders, comma separated"),
});

export type KernelConfig = z.output<typeof kernelConfigSchema>;

export interface ConfigSource {
  owner: string;
  schema: z.ZodType;
}

/**
 * One config per owner; throws a BootError that lists every fault of every owner. An empty value counts as unset. Of each key
 * `KEY_FILE` may name a file that holds the value: a secret that is mounted is in no environment.
 */
export function readConfig(env: Environment, sources: ConfigSource[]): Map<string, unknown> {
  const values = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const faults = readFiles(values, sources);
  const configs = new Map<string, unknown>();
  for (const { owner, schema } of sources) {
    const result = schema.safeParse(values);
    if (result.success) configs.set(owner, result.data);
    else
      for (const issue of result.error.issues)
        faults.push(`  ${issue.path.join(".") || "(together)"} (${owner}): ${issue.message}`);
  }
  if (faults.length > 0) {
    throw new BootError(`the configuration has ${faults.length} fault(s):\n${faults.join("\n")}`, {
      cure: "set these environment variables (see .env.example)",
    });
  }
  return configs;
}

/** What the kernel alone is told; undefined when something of that is wrong. */
export function kernelConfigIn(env: Environment): KernelConfig | undefined {
  try {
    return readConfig(env, [{ owner: "kernel", schema: kernelConfigSchema }]).get("kernel") as KernelConfig;
  } catch (error) {
    if (error instanceof BootError) return undefined;
    throw error;
  }
}

/** Where `app.log` stands and how long it gets. */
export function logPlace({ LOG_DIR: folder, LOG_FILE_MB: megabytes, LOG_FILES: files }: KernelConfig): LogPlace {
  return { folder: resolve(folder), maxBytes: Math.round(megabytes * 1024 * 1024), files };
}

/** Adds to `values` what stands in files; gives the faults. */
function readFiles(values: Record<string, string | undefined>, sources: readonly ConfigSource[]): string[] {
  const faults: string[] = [];
  for (const { owner, schema } of sources) {
    for (const key of Object.keys(shapeOf(schema))) {
      const file = values[`${key}_FILE`];
      if (file === undefined || values[key] !== undefined) continue;
      try {
        const text = readFileSync(file, "utf8").trim();
        if (text !== "") values[key] = text;
      } catch (cause) {
        faults.push(`  ${key}_FILE (${owner}): ${file} cannot be read (${(cause as NodeJS.ErrnoException).code})`);
      }
    }
  }
  return faults;
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> {
  return schema instanceof z.ZodObject ? (schema.shape as Record<string, z.ZodType>) : {};
}

/** The text of `.env.example`: every key of every owner with its description and default. */
export function describeConfig(sources: ConfigSource[]): string {
  const seen = new Set<string>();
  const blocks = sources.map(({ owner, schema }) => {
    const lines = Object.entries(shapeOf(schema))
      .filter(([key]) => !seen.has(key))
      .map(([key, field]) => {
        seen.add(key);
        const fallback = field instanceof z.ZodDefault ? field.def.defaultValue : undefined;
        const shown = typeof fallback === "object" || fallback === undefined ? "" : String(fallback);
        return `# ${field.description ?? ""}\n#${key}=${shown}`;
      });
    return lines.length === 0 ? "" : `## ${owner}\n${lines.join("\n")}\n`;
  });
  return `# Everything is optional on one PC. Copy to .env or set in the environment.\n# KEY_FILE instead of KEY names a file that holds the value.\n\n${blocks.filter(Boolean).join("\n")}`;
}
