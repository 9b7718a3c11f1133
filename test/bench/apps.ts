/** The built program in processes of its own, on a database of the bench's server. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Knex } from "knex";
import { createDatabase } from "../../kernel/db/connect.ts";
import { BUILT, type RunningApp, startApp } from "../crash/app.ts";
import { createApiClient } from "../harness/api-client.ts";
import { memoryLog } from "../harness/log.ts";
import { migrateEverything } from "../harness/migrated.ts";
import { migratedDatabase } from "../harness/postgres.ts";
import { people } from "../harness/shop.ts";

export interface Apps {
  /** those that run now */
  readonly all: RunningApp[];
  db: Knex;
  /** of the administrator */
  token: string;
  headers: Record<string, string>;
  /** Headers of a token that is new: one lasts an hour. */
  signIn(): Promise<Record<string, string>>;
  /** Ends those that run and starts so many. */
  start(count: number): Promise<void>;
  /** Ends when nothing that they told is left to be heard. */
  heard(): Promise<void>;
  close(): Promise<void>;
}

const SECRET = "instances of one shop share what signs their tokens";

export async function startApps(count: number): Promise<Apps> {
  execFileSync("npm", ["run", "build"], { stdio: "ignore" });
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const database = await migratedDatabase(migrateEverything);
    undo.push(() => database.drop());
    const folder = await mkdtemp(join(tmpdir(), "odata-bench-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const db = createDatabase({ url: database.url, poolMax: 2, log: memoryLog().log });
    undo.push(() => db.close());
    const env = {
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      JWT_SECRET: SECRET,
      DATABASE_POOL_MAX: "10",
      RATE_LIMIT_USER: "1000000/m",
    };
    const all: RunningApp[] = [];
    const stop = async () => {
      for (const app of all.splice(0)) await app.stop();
    };
    undo.push(stop);
    const start = async (count: number) => {
      await stop();
      while (all.length < count) all.push(await startApp(env, BUILT));
    };
    await start(count);
    const newToken = async () => {
      const { username, password } = people.admin;
      const login = await createApiClient(() => all[0]?.url ?? "").post<{ access_token: string }>(
        "/api/v1/auth/login",
        { username, password },
      );
      return login.body.access_token;
    };
    const headersOf = (token: string) => ({ authorization: `Bearer ${token}`, "content-type": "application/json" });
    const token = await newToken();
    const headers = headersOf(token);
    const signIn = async () => headersOf(await newToken());
    return { all, db: db.primary, token, headers, signIn, start, heard: () => heard(db.primary), close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

/** Those of several processes too: the rows of the outbox say it. */
async function heard(db: Knex): Promise<void> {
  const left = async () =>
    (await db.raw("SELECT EXISTS (SELECT FROM outbox_deliveries WHERE done_at IS NULL AND dead_at IS NULL) AS left"))
      .rows[0].left as boolean;
  while (await left()) await pause(20);
}
