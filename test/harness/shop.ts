/** A whole shop for a test: a kernel with all plugins on a fresh database, its people, and their ways in. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Knex } from "knex";
import type { Logger } from "pino";
import type { Clock } from "../../kernel/clock.ts";
import { startKernel } from "../../kernel/kernel.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";
import { type Browser, createBrowser } from "./browser.ts";
import { migrateEverything } from "./migrated.ts";
import { migratedDatabase, type TestDatabase, testDatabase } from "./postgres.ts";

export type Role = "admin" | "manager" | "employee";
export type RunningKernel = Awaited<ReturnType<typeof startKernel>>;

export interface ShopOptions {
  /** added to the shop's environment; wins over it */
  env?: Record<string, string>;
  /** further plugins: folders or packages, as in PLUGINS */
  plugins?: string[];
  /** where its lines go instead of nowhere */
  log?: Logger;
  /** holds time still, or moves it */
  clock?: Clock;
  /** no other instance works on its database: what one may remember is remembered, as on one PC */
  alone?: boolean;
  /** 1: waits no longer than a real one for what may be late, where that is what the test is about */
  patience?: number;
}

/** How kernels of tests run: no machine is too slow for them, and no job runs but when a test says so. */
export const CALM = { patience: 10, ticks: false };

export interface Shop {
  /** origin without a slash at the end; may change with a restart */
  readonly url: string;
  readonly kernel: RunningKernel;
  /** its environment, for another instance on the same database: it takes a port of its own */
  readonly env: Record<string, string>;
  /** the shop's own database, for checks */
  readonly db: Knex;
  /** A bearer client of a person of that role, who is hired on first use; without a role a stranger. */
  api(role?: Role): Promise<ApiClient>;
  /** A new browser without JavaScript, signed in through the login page; without a role a visitor. */
  browser(role?: Role): Promise<Browser>;
  /** Stops the kernel and starts it again on the same database, folder and, unless it was taken meanwhile, port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Who works in a test's shop, and how they sign in. */
export const people: Readonly<Record<Role, { username: string; password: string; fullName: string }>> = {
  admin: { username: "admin", password: "correct horse battery", fullName: "Administrador" },
  manager: { username: "manuela", password: "manuela opens the shop", fullName: "Manuela Mora" },
  employee: { username: "emilio", password: "emilio rings the sales", fullName: "Emilio Estrada" },
};

/** Opens a shop, or cleans up after itself and throws. */
export async function openShop(options: ShopOptions = {}): Promise<Shop> {
  const undo: (() => Promise<void>)[] = [];
  try {
    const folder = await mkdtemp(join(tmpdir(), "pos-odata-shop-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const given = options.env?.["DATABASE_URL"];
    const database = given ? { url: given, drop: async () => {} } : await freshDatabase(options);
    undo.push(() => database.drop());
    const env = environment(database.url, folder, options);
    let running: RunningKernel | undefined = await startKernel({ env, ...toldKernel(options) });
    const stop = async () => {
      const stopping = running;
      running = undefined;
      await stopping?.stop();
    };
    undo.push(stop);
    const kernel = () => running ?? fail("the shop's kernel is not running");
    const restart = async () => {
      const { port } = kernel();
      await stop();
      running = await startAgain(env, port, options);
    };
    return shopAround(env, kernel, restart, () => undoAll(undo));
  } catch (error) {
    await undoAll(undo).catch(() => {});
    throw error;
  }
}

/** Further plugins bring tables of their own, which a start makes. */
function freshDatabase({ plugins }: ShopOptions): Promise<TestDatabase> {
  return plugins === undefined ? migratedDatabase(migrateEverything) : testDatabase();
}

function shopAround(
  env: Record<string, string>,
  kernel: () => RunningKernel,
  restart: () => Promise<void>,
  close: () => Promise<void>,
): Shop {
  const url = () => kernel().url.replace(/\/$/, "");
  const clients = new Map<Role, Promise<ApiClient>>();
  const stranger = createApiClient(url);
  const hired = new Map<Role, Promise<void>>([["admin", Promise.resolve()]]);

  const api = async (role?: Role): Promise<ApiClient> => {
    if (role === undefined) return stranger;
    return once(clients, role, async () => {
      await hire(role);
      const { username, password } = people[role];
      const answer = await stranger.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
      if (answer.status !== 200) throw new Error(`${username} could not sign in: ${answer.status} ${answer.text}`);
      return createApiClient(url, answer.body.access_token);
    });
  };

  const hire = (role: Role): Promise<void> =>
    once(hired, role, async () => {
      const { username, password, fullName } = people[role];
      const admin = await api("admin");
      const answer = await admin.post("/api/v1/users", { username, password, full_name: fullName, role });
      if (answer.status !== 201) throw new Error(`${username} could not be hired: ${answer.status} ${answer.text}`);
    });

  const browser = async (role?: Role): Promise<Browser> => {
    const visitor = createBrowser(url);
    if (role === undefined) return visitor;
    await hire(role);
    const { username, password } = people[role];
    const page = await (await visitor.get("/login")).submit("input[name=password]", { username, password });
    if (page.status !== 200 || page.url.startsWith("/login")) {
      throw new Error(`${username} could not sign in: ${page.status} ${page.url} ${page.text}`);
    }
    return visitor;
  };

  return {
    env,
    get url() {
      return url();
    },
    get kernel() {
      return kernel();
    },
    get db() {
      return kernel().db.primary;
    },
    api,
    browser,
    restart,
    close,
  };
}

function environment(databaseUrl: string, folder: string, { env, plugins }: ShopOptions): Record<string, string> {
  return {
    NODE_ENV: "test",
    PORT: "0",
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    JWT_SECRET: randomBytes(32).toString("hex"),
    ADMIN_USERNAME: people.admin.username,
    ADMIN_PASSWORD: people.admin.password,
    LOG_LEVEL: process.env["TEST_LOG"] ?? "silent",
    LOG_FILES: "0",
    RATE_LIMIT_ANONYMOUS: "100000/m",
    RATE_LIMIT_USER: "100000/m",
    RATE_LIMIT_LOGIN: "100000/m",
    RATE_LIMIT_CODES: "100000/m",
    RATE_LIMIT_LETTERS: "100000/m",
    // a backup that some test makes by the way need not be restored as well
    BACKUP_DRILL: "false",
    ...(plugins === undefined ? {} : { PLUGINS: plugins.join(",") }),
    ...env,
  };
}

function toldKernel({ log, clock, alone, patience = CALM.patience }: ShopOptions) {
  return { ...CALM, patience, ...(log ? { log } : {}), ...(clock ? { clock } : {}), ...(alone ? { alone } : {}) };
}

async function startAgain(env: Record<string, string>, port: number, options: ShopOptions): Promise<RunningKernel> {
  const more = toldKernel(options);
  try {
    return await startKernel({ env: { ...env, PORT: String(port) }, ...more });
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    return startKernel({ env: { ...env, PORT: "0" }, ...more });
  }
}

function isPortTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "EADDRINUSE") || isPortTaken(error.cause);
}

/** The promise made for a key before, or a new one; a failed one is forgotten, so that the next try is a fresh one. */
function once<K, V>(made: Map<K, Promise<V>>, key: K, make: () => Promise<V>): Promise<V> {
  const before = made.get(key);
  if (before) return before;
  const promise = make();
  made.set(key, promise);
  promise.catch(() => made.delete(key));
  return promise;
}

function fail(message: string): never {
  throw new Error(message);
}

/** Newest first, each one whatever became of the others; empties the list, so that a second call does nothing. */
async function undoAll(undo: (() => Promise<void>)[]): Promise<void> {
  const faults: unknown[] = [];
  for (const step of undo.splice(0).reverse()) await step().catch((fault: unknown) => faults.push(fault));
  if (faults.length === 1) throw faults[0];
  if (faults.length > 1) throw new AggregateError(faults, "the shop did not close cleanly");
}
