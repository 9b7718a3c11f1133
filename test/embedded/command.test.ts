/** Commands of the operator on a shop's PC: while the app runs, and when it does not. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { type App, startApp } from "../contract/copy.ts";
import { createApiClient } from "../harness/api-client.ts";
import { postmasterOf } from "./shop-pc.ts";

const root = join(import.meta.dirname, "../..");
const TSX = ["--import", "tsx"];

describe("a command on a shop's PC", () => {
  let folder: string;
  let env: Record<string, string>;
  let app: App | undefined;
  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "pos-odata-command-")));
    await chmod(folder, 0o711);
    env = {
      NODE_ENV: "test",
      PORT: "0",
      DATA_DIR: join(folder, "data"),
      DATABASE_URL: "",
      REDIS_URL: "",
      LOG_LEVEL: "info",
      LOG_FILES: "0",
      ADMIN_USERNAME: "admin",
      ADMIN_PASSWORD: "correct horse battery",
    };
  });
  after(async () => {
    await app?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(args: string[], more: Record<string, string> = {}, program = [process.execPath, ...TSX]) {
    const [file = "", ...first] = program;
    const child = spawn(file, [...first, "kernel/command-main.ts", ...args], {
      cwd: root,
      env: { ...process.env, ...env, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { out: "", err: "" };
    child.stdout.on("data", (part) => {
      said.out += part;
    });
    child.stderr.on("data", (part) => {
      said.err += part;
    });
    const [code] = await once(child, "close");
    return { code, ...said };
  }
  const start = async () => {
    app = await startApp({ cwd: root, command: process.execPath, args: [...TSX, "kernel/main.ts"], env });
    return createApiClient(() => app?.url ?? assert.fail());
  };
  const stop = async () => {
    assert.equal(await app?.stop(), 0);
    app = undefined;
  };

  it("before there is a shop: says so and makes none", async () => {
    const { code, err } = await run(["verify"]);
    assert.equal(code, 1);
    assert.match(err, /there is no database in DATA_DIR .* yet\n {2}cure: start the app once/);
    assert.equal(await postmasterOf(join(folder, "data/postgres")), null);
  });

  it("without a name it lists them; a name that is none is told, with exit code 2", async () => {
    const listed = await run([]);
    assert.equal(listed.code, 0, listed.err);
    assert.match(listed.out, /^ {2}verify +Looks for changed/m);
  });

  it("works while the app runs, and leaves it running", async () => {
    const client = await start();
    const login = { username: "admin", password: "correct horse battery" };
    assert.equal((await client.post("/api/v1/auth/login", login)).status, 200);
    const { code, out, err } = await run(["verify"]);
    assert.equal(code, 0, out + err);
    assert.match(out, /^(audit 0: \d+ rows|audit: nothing is sealed yet)/m);
    assert.match(out, /All is well\.\n$/);
    assert.equal(err, "");
    const unknown = await run(["verifi"]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.err, /There is no command "verifi"/);
    assert.equal(unknown.out, "");
    assert.equal((await client.get("/health/live")).status, 200);
    assert.equal((await client.post("/api/v1/auth/login", login)).status, 200, "its database is still its own");
    await stop();
  });

  it("works when no app runs: starts the database and stops it; what was written last is sealed", async () => {
    const { code, out, err } = await run(["verify"]);
    assert.equal(code, 0, out + err);
    const [, rows] = /^audit 0: (\d+) rows, \d+ seals, head \d+ [0-9a-f]{64}$/m.exec(out) ?? [];
    assert.ok(Number(rows) >= 3, out);
    assert.equal(await postmasterOf(join(folder, "data/postgres")), null);
  });

  it("a start that is told of a fault in a plugin's configuration leaves no database running", async () => {
    const child = spawn(process.execPath, [...TSX, "kernel/main.ts"], {
      cwd: root,
      env: { ...process.env, ...env, BACKUP_KEEP_DAYS: "many" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    let logged = "";
    child.stderr.on("data", (part) => {
      told += part;
    });
    child.stdout.on("data", (part) => {
      logged += part;
    });
    const [code] = await once(child, "close");
    assert.equal(code, 1, told);
    assert.match(told, /BACKUP_KEEP_DAYS \(backup\)/);
    assert.match(logged, /PostgreSQL stopped/, "it was started meanwhile");
    assert.equal(await postmasterOf(join(folder, "data/postgres")), null);
  });

  it("on Deno too", async () => {
    const deno = [join(root, "node_modules/.bin/deno"), "run", "-A", "--no-lock"];
    const { code, out, err } = await run(["verify"], {}, deno);
    assert.equal(code, 0, out + err);
    assert.match(out, /All is well\.\n$/);
    assert.equal(await postmasterOf(join(folder, "data/postgres")), null);
  }).timeout(180_000);

  it("is refused while migrations are pending, with the cure", async () => {
    const plugin = join(folder, "later");
    await mkdir(join(plugin, "migrations"), { recursive: true });
    await writeFile(join(plugin, "package.json"), '{ "type": "module" }');
    const source = (optional: boolean) =>
      `export const plugin = { name: "later", kernel: 1, optional: ${optional}, setup: () => ({ ledgers: [
         { name: "later", table: "later", key: "id", versions: [{ columns: ["id"] }] }] }) };`;
    await writeFile(join(plugin, "index.js"), source(false));
    await writeFile(join(plugin, "migrations/0001_later.js"), "export async function up() {}");
    const { code, err } = await run(["verify"], { PLUGINS: plugin });
    assert.equal(code, 1);
    assert.match(
      err,
      /the database is older than the program: later\/0001_later is missing\n {2}cure: run the command migrate, or start the app/,
    );
    await writeFile(join(plugin, "index.js"), source(true));
    const optional = await run(["verify"], { PLUGINS: plugin });
    assert.equal(optional.code, 0, "an optional plugin is down then, and the rest is verified");
    assert.doesNotMatch(optional.out, /later/);
  });
});
