/** Back to a second between two sales, with the scripts of ops/pitr and PostgreSQL 15. */
import assert from "node:assert/strict";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import pg from "pg";
import { hasPostgres15, type Server15, server15 } from "../../../test/harness/postgres15.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { command, sell } from "./vault.ts";

const scripts = join(import.meta.dirname, "../../../ops/pitr");

describe("point-in-time recovery of a server", () => {
  let server: Server15;
  let shop: Shop;
  let base: string;
  let between: string;
  let sold: string[];
  before(async function () {
    if (!hasPostgres15) {
      process.stderr.write("      no PostgreSQL 15 on this machine: point-in-time recovery is not tried\n");
      return this.skip();
    }
    server = await server15({
      wal_level: "replica",
      archive_mode: "on",
      archive_command: "{home}/pitr/archive-wal {home}/wal %p %f",
    });
    await cp(scripts, join(server.home, "pitr"), { recursive: true });
    await server.start();
    await server.ask("CREATE DATABASE shop", "postgres");
    shop = await openShop({ env: { DATABASE_URL: server.url("shop") } });
  });
  after(async () => {
    await shop?.close().catch(() => {});
    await server?.remove();
  });
  const tool = (name: string, ...args: string[]) => server.as(join(server.home, "pitr", name), args);
  const numbers = async () =>
    (await server.ask("SELECT number FROM sales ORDER BY id")).map(({ number }) => number as string);
  const second = async () =>
    (await server.ask("SELECT date_trunc('second', clock_timestamp())::text AS at"))[0].at as string;

  it("a base backup is taken while the shop sells", async () => {
    await sell(shop, 2);
    const bases = join(server.home, "bases");
    const [said] = await Promise.all([
      tool("base-backup", bases, "-h", "127.0.0.1", "-p", String(server.port), "-U", "postgres"),
      sell(shop, 2),
    ]);
    base = said.trim().split("\n").at(-1) ?? "";
    assert.match(base, /bases\/base-\d{8}T\d{6}Z$/);
    assert.deepEqual(await readdir(bases), [base.slice(bases.length + 1)]);
  });

  it("one sale before a second, one after it, and then the server's disk is lost", async () => {
    await sell(shop, 1);
    await shop.kernel.ledgers.seal();
    sold = await numbers();
    const now = await second();
    await until(async () => (await second()) !== now);
    between = await second();
    await until(async () => (await second()) !== between);
    await sell(shop, 1);
    assert.equal((await numbers()).length, sold.length + 1);
    const [{ file }] = await server.ask("SELECT pg_walfile_name(pg_switch_wal()) AS file");
    await until(
      async () => (await server.ask("SELECT last_archived_wal AS last FROM pg_stat_archiver"))[0].last >= file,
    );
    await shop.close().catch(() => {});
    await server.stop("immediate");
  });

  it("what cannot be restored is refused, and nothing is made", async () => {
    const [wal, back] = [join(server.home, "wal"), join(server.home, "back")];
    await assert.rejects(tool("restore-to", base, wal, "yesterday", back), /write the time with its zone/);
    await assert.rejects(
      tool("restore-to", base, wal, `${between.slice(0, 19)}+00`, join(server.home, "data")),
      /is there already/,
    );
    await assert.rejects(
      tool("restore-to", base, join(server.home, "no"), `${between.slice(0, 19)}+00`, back),
      /there is no archive/,
    );
    const damaged = join(server.home, "damaged");
    await server.as("cp", ["-a", base, damaged]);
    const file = join(damaged, "global/pg_control");
    const bytes = await readFile(file);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await writeFile(file, bytes);
    await assert.rejects(
      tool("restore-to", damaged, wal, `${between.slice(0, 19)}+00`, back),
      /is damaged: use another/,
    );
    const [first = ""] = (await readdir(wal)).sort();
    await assert.rejects(tool("archive-wal", wal, join(server.home, "log"), first), /is another one: two servers/);
    await tool("archive-wal", wal, join(wal, first), first);
    assert.ok(!(await readdir(server.home)).some((name) => name.startsWith("back")));
  });

  it("the server stands as it was at that second: the first sale is there, the second is not, ledgers hold", async () => {
    const back = join(server.home, "back");
    await tool("restore-to", base, join(server.home, "wal"), between, back);
    await server.as("pg_ctl", ["-D", back, "-w", "-t", "60", "-l", join(server.home, "back.log"), "start"]);
    try {
      await until(async () => !(await server.ask("SELECT pg_is_in_recovery() AS still"))[0].still);
      assert.deepEqual(await numbers(), sold);
      const verified = await command({ ...shop.env, BACKUP_DRILL: "false" }, ["verify"]);
      assert.equal(verified.code, 0, verified.lines.join("\n"));
    } finally {
      await server.as("pg_ctl", ["-D", back, "-m", "immediate", "stop"]);
    }
  });

  it("old base backups go, the last one never, and with them the log that only they needed", async () => {
    const [bases, wal] = [join(server.home, "bases"), join(server.home, "wal")];
    const old = join(bases, "base-20200101T000000Z");
    await server.as("cp", ["-a", base, old]);
    await server.as("touch", ["-d", "2020-01-01", join(old, "backup_label"), join(base, "backup_label")]);
    const label = await readFile(join(base, "backup_label"), "utf8");
    const first = /\(file ([0-9A-F]+)\)/.exec(label)?.[1] ?? assert.fail(label);
    await server.as("cp", [join(wal, first), join(wal, "000000010000000000000001")]).catch(() => {});
    await tool("prune", bases, wal, "30");
    assert.deepEqual(await readdir(bases), [base.slice(bases.length + 1)]);
    const left = (await readdir(wal)).filter((name) => /^[0-9A-F]{24}$/.test(name)).sort();
    assert.equal(left[0], first);
  });
}).timeout(240_000);

describe("point-in-time recovery of a server whose settings stand elsewhere, as Debian's do", () => {
  let server: Server15;
  before(async function () {
    if (!hasPostgres15) return this.skip();
    server = await server15({
      data_directory: "{home}/data",
      hba_file: "{home}/etc/pg_hba.conf",
      // a server with fewer could not read its log
      max_connections: "150",
      archive_mode: "on",
      archive_command: "{home}/pitr/archive-wal {home}/wal %p %f",
    });
    await cp(scripts, join(server.home, "pitr"), { recursive: true });
    await server.as("mkdir", ["etc"]);
    await server.as("mv", ["data/postgresql.conf", "data/pg_hba.conf", "data/pg_ident.conf", "etc"]);
    await server.as("pg_ctl", ["-D", "etc", "-w", "-t", "60", "-l", "log", "start"]);
  });
  after(() => server?.remove());

  it("starts out of the base backup alone, and lets in who knows the password", async () => {
    const { home, port } = server;
    const tool = (name: string, ...args: string[]) => server.as(join(home, "pitr", name), args);
    await server.ask("ALTER ROLE postgres PASSWORD 'known'", "postgres");
    const said = await tool(
      "base-backup",
      join(home, "bases"),
      "-h",
      "127.0.0.1",
      "-p",
      String(port),
      "-U",
      "postgres",
    );
    const base = said.trim().split("\n").at(-1) ?? "";
    assert.ok(!(await readdir(base)).includes("postgresql.conf"));
    await server.ask("CREATE TABLE sold AS SELECT 1 AS number", "postgres");
    const [{ at }] = await server.ask("SELECT clock_timestamp()::text AS at", "postgres");
    await server.ask("INSERT INTO sold VALUES (2)", "postgres");
    const [{ file }] = await server.ask("SELECT pg_walfile_name(pg_switch_wal()) AS file", "postgres");
    await until(
      async () =>
        (await server.ask("SELECT last_archived_wal AS last FROM pg_stat_archiver", "postgres"))[0].last >= file,
    );
    await server.stop("immediate");
    const back = join(home, "back");
    await tool("restore-to", base, join(home, "wal"), at, back);
    const here = `-p ${port} -c unix_socket_directories=''`;
    await server.as("pg_ctl", ["-D", back, "-o", here, "-w", "-t", "60", "-l", join(home, "back.log"), "start"]);
    try {
      await assert.rejects(server.ask("SELECT 1", "postgres"), /password/);
      const client = new pg.Client(server.url().replace("postgres@", "postgres:known@"));
      await client.connect();
      try {
        await until(async () => !(await client.query("SELECT pg_is_in_recovery() AS still")).rows[0].still);
        assert.deepEqual((await client.query("SELECT number FROM sold")).rows, [{ number: 1 }]);
      } finally {
        await client.end();
      }
    } finally {
      await server.as("pg_ctl", ["-D", back, "-m", "immediate", "stop"]);
    }
  });
}).timeout(240_000);
