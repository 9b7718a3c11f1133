/** The program itself, in the conditions that a log is for. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { after, before, describe, it } from "mocha";
import { freePort } from "../harness/free-port.ts";
import { migrateEverything } from "../harness/migrated.ts";
import { migratedDatabase, type TestDatabase } from "../harness/postgres.ts";
import { until } from "../harness/until.ts";

const root = join(import.meta.dirname, "../..");

/** A plugin that has a fault which nobody catches, as an error of the database with a row in it. */
const FAULTY = `
import { json } from ${JSON.stringify(pathToFileURL(join(root, "kernel/http/reply.ts")).href)};
import { route } from ${JSON.stringify(pathToFileURL(join(root, "kernel/http/route.ts")).href)};
export const plugin = { name: "faulty", kernel: 1, setup: () => ({ routes: [route({
  method: "GET", path: "/api/v1/fault", surface: "v1", access: "public",
  handle: async () => {
    setTimeout(() => { throw Object.assign(new Error("nobody caught it"), { detail: "Key (name)=(Juana) exists" }); }, 1);
    return json({});
  },
})] }) };`;

describe("the program's log", () => {
  let folder: string;
  let database: TestDatabase;
  let app: ChildProcess | undefined;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-process-"));
    database = await migratedDatabase(migrateEverything);
    await mkdir(join(folder, "faulty"));
    await writeFile(join(folder, "faulty", "index.ts"), FAULTY);
  });
  after(async () => {
    if (app !== undefined && app.exitCode === null && app.signalCode === null) {
      app.kill("SIGKILL");
      await once(app, "exit");
    }
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const log = join("logs", "app.log");
  const lines = (): Record<string, unknown>[] =>
    readFileSync(join(folder, log), "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const start = async (env: Record<string, string>, output: number | "pipe") => {
    const port = await freePort();
    const child = spawn(process.execPath, ["--import", "tsx", join(root, "kernel/main.ts")], {
      cwd: root,
      env: {
        PATH: process.env["PATH"] ?? "",
        NODE_ENV: "test",
        PORT: String(port),
        DATA_DIR: folder,
        DATABASE_URL: database.url,
        BACKUP_DRILL: "false",
        RATE_LIMIT_ANONYMOUS: "1000/m",
        ...env,
      },
      stdio: ["ignore", output, "pipe"],
    });
    app = child;
    let said = "";
    child.stdout?.on("data", (part) => {
      said += part;
    });
    child.stderr?.on("data", (part) => {
      said += part;
    });
    const url = `http://127.0.0.1:${port}`;
    const answers = async () => {
      assert.equal(child.exitCode, null, said);
      return fetch(`${url}/health/live`).then(
        ({ ok }) => ok,
        () => false,
      );
    };
    await until(answers);
    return { child, url, said: () => said };
  };

  it("full disk behind its output: it sells on, and says so once in app.log; what nobody caught is its last line, without rows", async () => {
    const full = openSync("/dev/full", "w");
    const env = { LOG_DIR: join(folder, "logs"), LOG_LEVEL: "DEBUG", PLUGINS: join(folder, "faulty") };
    const { child, url, said } = await start(env, full);
    closeSync(full);
    for (let time = 0; time < 5; time++) assert.equal((await fetch(`${url}/health`)).status, 200);
    const told = lines().filter(({ msg }) => /output of the program cannot be written/.test(String(msg)));
    assert.deepEqual(
      told.map(({ level, err }) => [level, (err as { code: string }).code]),
      [["ERROR", "ENOSPC"]],
    );
    const gone = once(child, "exit");
    await fetch(`${url}/api/v1/fault`).catch(() => {});
    assert.deepEqual(await gone, [1, null]);
    const last = lines().at(-1);
    assert.equal(last?.["level"], "CRITICAL");
    assert.match(JSON.stringify(last), /nobody caught it/);
    assert.doesNotMatch(readFileSync(join(folder, log), "utf8") + said(), /Juana/);
  });

  it("a folder that cannot be: it sells on, and says so once in its output", async () => {
    await writeFile(join(folder, "file"), "");
    const { child, url, said } = await start({ LOG_DIR: join(folder, "file") }, "pipe");
    for (let time = 0; time < 5; time++) await fetch(`${url}/login`);
    assert.equal(said().match(/the log file cannot be written/g)?.length, 1);
    assert.match(said(), /"route":"\/login"/);
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    assert.deepEqual(await gone, [0, null]);
  });
}).timeout(120_000);
