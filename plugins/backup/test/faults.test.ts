/** What may go wrong while a backup is made: it is told, nothing half-done is taken for a backup, the next one is good. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Knex } from "knex";
import { after, afterEach, before, describe, it } from "mocha";
import { createDatabase } from "../../../kernel/db/connect.ts";
import { run } from "../../../kernel/db/embedded/process.ts";
import { memoryLog } from "../../../test/harness/log.ts";
import { until } from "../../../test/harness/until.ts";
import { listFolder } from "../archive/file.ts";
import { manifestText } from "../manifest.ts";
import { command, ended, type Made, openVault, sell, type Vault } from "./vault.ts";

const root = join(import.meta.dirname, "../../..");

describe("a backup that is held up on its way", () => {
  let vault: Vault;
  let barrier: Knex.Transaction | undefined;
  before(async () => {
    vault = await openVault({ BACKUP_DRILL: "false" });
    await sell(vault.shop, 2);
  });
  afterEach(async () => {
    await barrier?.rollback();
    barrier = undefined;
  });
  after(() => vault.close());

  /** Nobody reads a table that comes late in the alphabet: whoever backs up waits there, with half a file written. */
  const close = async () => {
    barrier = await vault.shop.db.transaction();
    await barrier.raw("LOCK TABLE vouchers IN ACCESS EXCLUSIVE MODE");
  };
  const open = async () => {
    await barrier?.rollback();
    barrier = undefined;
  };
  const isHalfWritten = async () => (await vault.files()).some((file) => file.endsWith(".gz.part"));
  const waiting = async () => {
    const { rows } = await vault.shop.db.raw(
      "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'COPY%'",
    );
    return rows.map(({ pid }: { pid: number }) => pid);
  };
  const begin = async () => {
    const manager = await vault.shop.api("manager");
    const begun = await manager.post<Made>("/api/v1/backups", {});
    assert.equal(begun.status, 202, begun.text);
    assert.equal(begun.body.state, "running");
    await until(async () => (await waiting()).length > 0);
    assert.ok(await isHalfWritten());
    return begun.body.id;
  };

  it("is the only one: a second, by whichever way and from whichever instance, is told to wait", async () => {
    await close();
    const id = await begin();
    const manager = await vault.shop.api("manager");
    const second = await manager.post<{ code: string }>("/api/v1/backups", {});
    assert.deepEqual([second.status, second.body.code], [409, "BACKUP_RUNNING"]);
    const other = await command(vault.shop.env, ["backup"]);
    assert.deepEqual([other.code, other.lines], [1, ["A backup is being made already."]]);
    const page = await (await vault.shop.browser("manager")).get("/backups");
    assert.match(page.text, /Hay una copia en marcha/);
    assert.doesNotMatch(page.html, /id="make-backup"/);
    await sell(vault.shop, 1);
    await open();
    assert.equal((await ended(vault.shop, id)).state, "good");
    assert.equal((await vault.files()).length, 2);
  });

  it("ends when the database hangs up, leaves nothing, and says why", async () => {
    await close();
    const id = await begin();
    for (const pid of await waiting()) await vault.shop.db.raw("SELECT pg_terminate_backend(?::int)", [pid]);
    const made = await ended(vault.shop, id);
    assert.deepEqual([made.state, made.fault], ["failed", "DATABASE_DOWN"]);
    assert.equal((await vault.files()).length, 2, "those of the one before");
    const page = await (await vault.shop.browser("manager")).get("/");
    assert.match(page.text, /La última copia falló/);
    await open();
    assert.equal((await vault.make()).state, "good");
  });

  it("killed with -9, it is no backup: it is told as interrupted, and the next one clears away what it left", async () => {
    const before = await vault.files();
    await close();
    const child = operator(["backup"], vault.shop.env);
    await until(async () => (await waiting()).length > 0);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.ok(await isHalfWritten());
    const listed = await command(vault.shop.env, ["backup", "list"]);
    assert.equal(listed.lines.length, before.length / 2);
    // the server lets the lock go when it notices
    for (const pid of await waiting()) await vault.shop.db.raw("SELECT pg_terminate_backend(?::int)", [pid]);
    const manager = await vault.shop.api("manager");
    const newest = async () => (await manager.get<{ data: Made[] }>("/api/v1/backups")).body.data[0];
    await until(async () => (await newest())?.state !== "running");
    assert.deepEqual([(await newest())?.fault, (await newest())?.trigger], ["INTERRUPTED", "command"]);
    await open();
    assert.equal((await vault.make()).state, "good");
    assert.ok(!(await isHalfWritten()));
    assert.equal((await vault.files()).length, before.length + 2);
  });
}).timeout(240_000);

describe("a backup without room", () => {
  let vault: Vault;
  let small: string;
  let mounted = false;
  before(async function () {
    this.timeout(120_000);
    small = await mkdtemp(join(tmpdir(), "pos-odata-small-"));
    mounted = (await run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", small])).code === 0;
    vault = await openVault({ BACKUP_DIR: small, BACKUP_DRILL: "false" });
    await sell(vault.shop, 1);
  });
  after(async () => {
    await vault.close();
    if (mounted) await run("umount", [small]);
    await rm(small, { recursive: true, force: true });
  });

  it("says that the disk is full, leaves nothing on it, and is good again when there is room", async function () {
    if (!mounted) {
      process.stderr.write("      no file system may be mounted here: a full disk is not tried\n");
      return this.skip();
    }
    await writeFile(join(small, "ballast"), Buffer.alloc(1020 * 1024));
    const made = await vault.make();
    assert.deepEqual([made.state, made.fault], ["failed", "NO_SPACE"]);
    const { stdout } = await list(small);
    assert.equal(stdout, "ballast\n");
    const page = await (await vault.shop.browser("manager")).get("/backups");
    assert.match(page.text, /el disco está lleno/);
    await rm(join(small, "ballast"));
    assert.equal((await vault.make()).state, "good");
  });

  it("lets go first of those that are too old, and is then good", async function () {
    if (!mounted) return this.skip();
    const [listed] = await listFolder(small, undefined);
    assert.ok(listed);
    const { origin, ...good } = listed;
    assert.equal(origin, "own", "without a key nobody is asked");
    const grow = async (days: number, bytes: number) => {
      const made_at = new Date(Date.now() - days * 86_400_000).toISOString();
      const old = { ...good, name: `pos-odata-old-${days}`, made_at, tables: [] };
      const file = { ...good.file, name: `${old.name}.gz`, bytes };
      await writeFile(join(small, `${old.name}.json`), manifestText({ ...old, file }, undefined));
      await writeFile(join(small, file.name), Buffer.alloc(bytes));
    };
    for (let days = 31; days <= 36; days++) await grow(days, 1);
    const { bavail, bsize } = await statfs(small);
    await grow(37, (bavail - 2) * bsize);
    assert.equal((await listFolder(small, undefined)).length, 8);
    const made = await vault.make();
    assert.deepEqual([made.state, made.fault], ["good", null]);
    const left = (await listFolder(small, undefined)).map(({ name }) => name);
    assert.deepEqual(left, [made.name, good.name, ...[31, 32, 33, 34, 35].map((days) => `pos-odata-old-${days}`)]);
  });

  it("and one whose folder is none says that", async () => {
    const file = join(small, "file");
    await writeFile(file, "");
    const lines: string[] = [];
    const { code } = await command({ ...vault.shop.env, BACKUP_DIR: join(file, "folder") }, ["backup"]).then((said) => {
      lines.push(...said.lines);
      return said;
    });
    assert.equal(code, 1);
    assert.match(lines.join(), /The backup failed: FOLDER/);
    await rm(file);
  });
}).timeout(240_000);

describe("a restore that is killed half-way", () => {
  let vault: Vault;
  before(async () => {
    vault = await openVault({ BACKUP_DRILL: "false" });
    await sell(vault.shop, 1);
    // enough that a restore is caught in the middle
    await vault.shop.db.raw(
      `INSERT INTO job_runs (plugin, job, tick_at, started_at, error)
       SELECT 'test', 'much', now() + n * interval '1 second', now(), repeat(md5(n::text), 20) FROM generate_series(1, 150000) n`,
    );
  });
  after(() => vault.close());

  it("leaves the database as empty as it was, and is simply done again", async () => {
    const made = await vault.make();
    assert.equal(made.state, "good", made.fault ?? "");
    const { makeScratch, dropScratch, scratchUrl } = await import("../queries/scratch.ts");
    const name = await makeScratch(vault.shop.env["DATABASE_URL"] ?? "");
    const url = scratchUrl(vault.shop.env["DATABASE_URL"] ?? "", name);
    const env = { ...vault.shop.env, DATABASE_URL: url };
    const file = join(vault.folder, `${made.name}.json`);
    const { log } = memoryLog();
    const db = createDatabase({ url, poolMax: 2, log });
    try {
      const child = operator(["restore", file], env);
      const isLoading = async () => {
        const { rows } = await vault.shop.db.raw(
          "SELECT FROM pg_stat_activity WHERE datname = ? AND state = 'active' AND query LIKE 'COPY \"job_runs\"%'",
          [name],
        );
        return rows.length > 0;
      };
      await until(isLoading);
      child.kill("SIGKILL");
      await once(child, "exit");
      const isAlone = async () =>
        (await db.primary.raw("SELECT FROM pg_stat_activity WHERE datname = ? AND pid <> pg_backend_pid()", [name]))
          .rows.length === 0;
      await until(isAlone);
      const { rows } = await db.primary.raw("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace");
      assert.deepEqual(rows, []);
      const { code, lines } = await command(env, ["restore", file]);
      assert.equal(code, 0, lines.join("\n"));
      const counted = await db.primary.raw("SELECT count(*) AS rows FROM job_runs WHERE plugin = 'test'");
      assert.equal(counted.rows[0].rows, 150_000);
    } finally {
      await db.close();
      await dropScratch(vault.shop.env["DATABASE_URL"] ?? "", name);
    }
  }).timeout(240_000);
}).timeout(240_000);

/** The operator's command in a process of its own, to be killed. */
function operator(words: string[], env: Record<string, string>): ChildProcess {
  const args = ["--import", "tsx", "kernel/command-main.ts", ...words];
  return spawn(process.execPath, args, { cwd: root, env: { PATH: process.env["PATH"], ...env }, stdio: "ignore" });
}

async function list(folder: string): Promise<{ stdout: string }> {
  return { stdout: (await run("ls", [folder])).output };
}
