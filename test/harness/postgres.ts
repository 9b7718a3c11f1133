/** A real PostgreSQL for the tests: one server for the whole run, a fresh database for each caller. */
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import pg from "pg";
import { startEmbedded } from "../../kernel/db/embedded/index.ts";

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

interface Server {
  url: string;
  stop(): Promise<void>;
}

/** of the server's address, for the processes that run tests beside this one */
const SHARED = "TEST_SHARED_SERVER";
/** of the run, so that a server may serve several */
const RUN = "TEST_RUN";

let running: Promise<Server> | undefined;
let template: Promise<string> | undefined;

/** An empty database. The server is TEST_DATABASE_URL (its user must be allowed to make databases), else an embedded one. */
export async function testDatabase(): Promise<TestDatabase> {
  running ??= start();
  const server = await running;
  const name = newName();
  await ask(server.url, `CREATE DATABASE ${name}`);
  return { url: urlOf(server, name), drop: () => dropDatabase(server.url, name) };
}

/** A database with the tables that `migrateAll` makes: they are made once for the run, and copied. */
export async function migratedDatabase(migrateAll: (url: string) => Promise<void>): Promise<TestDatabase> {
  running ??= start();
  const server = await running;
  template ??= makeTemplate(server, migrateAll);
  const name = newName();
  await ask(server.url, `CREATE DATABASE ${name} TEMPLATE ${await template}`);
  return { url: urlOf(server, name), drop: () => dropDatabase(server.url, name) };
}

/** By whoever asks first; the others wait for it. */
async function makeTemplate(server: Server, migrateAll: (url: string) => Promise<void>): Promise<string> {
  const name = templateName();
  const client = new pg.Client(server.url);
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [name]);
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) {
      const unfinished = newName();
      await client.query(`CREATE DATABASE ${unfinished}`);
      await migrateAll(urlOf(server, unfinished));
      await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
    }
    return name;
  } finally {
    await client.end();
  }
}

/** A test may start a run of its own: what that one inherits is of the run around it. */
export function beginRun(): void {
  process.env[RUN] = randomBytes(8).toString("hex");
  delete process.env[SHARED];
}

function templateName(): string {
  return `template_${process.env[RUN]}`;
}

function newName(): string {
  return `test_${randomBytes(8).toString("hex")}`;
}

function urlOf(server: Server, name: string): string {
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return url.href;
}

/** FORCE may not end an autovacuum worker, which is the superuser's; a plain DROP makes one leave by itself. */
async function dropDatabase(url: string, name: string): Promise<void> {
  try {
    await ask(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } catch (error) {
    const forbidden = error instanceof Error && "code" in error && error.code === "42501";
    if (!forbidden) throw error;
    await ask(url, `DROP DATABASE IF EXISTS ${name}`);
  }
}

/** For the hook before the run: processes that are started from here on use this server. */
export async function startTestServer(): Promise<void> {
  running ??= start();
  process.env[SHARED] = (await running).url;
}

/** For the hook after the run: what was copied is not needed any more. */
export async function removeTemplate(): Promise<void> {
  const server = await running;
  if (server) await dropDatabase(server.url, templateName());
}

/** Ends what was started here. */
export async function stopTestServer(): Promise<void> {
  const server = await running;
  running = undefined;
  template = undefined;
  await server?.stop();
}

async function start(): Promise<Server> {
  const given = process.env[SHARED] ?? process.env["TEST_DATABASE_URL"];
  if (given) return { url: given, stop: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), "pos-odata-test-"));
  // as root the server runs as another user, who must get in; else its cluster would go to another place and stay there
  await chmod(dataDir, 0o711);
  const server = await startEmbedded({ dataDir, log: quiet });
  return {
    url: server.connectionString,
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const quiet = { info() {}, warn() {}, error() {}, debug() {} };

async function ask(url: string, sql: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
