/** On a server whose pg_dump is installed the backup is PostgreSQL's own; and the way from the shop's PC to a server. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { after, before, describe, it } from "mocha";
import pg from "pg";
import { startKernel } from "../../../kernel/kernel.ts";
import { type TestDatabase, testDatabase } from "../../../test/harness/postgres.ts";
import { hasPostgres15, type Server15, server15 } from "../../../test/harness/postgres15.ts";
import { meanwhile, until } from "../../../test/harness/until.ts";
import { openBackup } from "../archive/file.ts";
import { findTool, restore } from "../archive/pg-dump.ts";
import { makeKey } from "../archive/seal.ts";
import type { TableFacts } from "../domain.ts";
import { type Manifest, manifestText } from "../manifest.ts";
import { command, fingerprint, openVault, sell, shape, type Vault } from "./vault.ts";

describe("backups of a PostgreSQL 15 server", () => {
  let server: Server15;
  let vault: Vault;
  let elsewhere: TestDatabase;
  let key: string;
  before(async function () {
    if (!hasPostgres15) {
      process.stderr.write("      no PostgreSQL 15 on this machine: pg_dump is not tried\n");
      return this.skip();
    }
    server = await server15();
    await server.start();
    for (const name of ["moved", "dumped", "again", "killed"]) await ask(server.url(), `CREATE DATABASE ${name}`);
    elsewhere = await testDatabase();
    key = await makeKey();
    vault = await openVault({ BACKUP_METHOD: "auto", BACKUP_KEY: key });
    await sell(vault.shop, 2);
  });
  after(async () => {
    await vault?.close();
    await elsewhere?.drop();
    await server?.remove();
  });
  const on = (database: string) => ({ ...vault.shop.env, DATABASE_URL: server.url(database) });
  const newest = async () =>
    join(vault.folder, (await vault.files()).filter((one) => one.endsWith(".json")).at(-1) ?? "");

  it("an archive of the shop's PC moves the shop to the server by one command", async () => {
    await command({ ...vault.shop.env, BACKUP_METHOD: "copy" }, ["backup"]);
    const { code, lines } = await command(on("moved"), ["restore", await newest()]);
    assert.equal(code, 0, lines.join("\n"));
    assert.deepEqual(await fingerprint(server.url("moved")), await fingerprint(vault.shop.env["DATABASE_URL"] ?? ""));
    const kernel = await startKernel({ env: { ...on("moved"), PORT: "0" } });
    await kernel.stop();
  });

  it("there pg_dump makes it, encrypted, and the drill restores it by pg_restore", async () => {
    const { code, lines } = await command(on("moved"), ["backup"]);
    assert.equal(code, 0, lines.join("\n"));
    assert.match(lines.join("\n"), /Restored into a scratch database: it is the shop as it was/);
    const rows = await ask(
      server.url("moved"),
      "SELECT method, drill, encrypted FROM backups ORDER BY id DESC LIMIT 1",
    );
    assert.deepEqual(rows, [{ method: "pg_dump", drill: "ok", encrypted: true }]);
    assert.deepEqual(await ask(server.url(), "SELECT FROM pg_database WHERE datname LIKE 'pos_drill_%'"), []);
  });

  it("the drill's database may be made as slowly as the disk is: no limit of time of the role ends it", async () => {
    await ask(server.url(), "ALTER ROLE postgres SET statement_timeout = '300ms'");
    // nobody makes a database while this is held
    const holder = new pg.Client(server.url());
    await holder.connect();
    await holder.query("BEGIN; SET LOCAL statement_timeout = 0; LOCK TABLE pg_database IN SHARE MODE");
    try {
      const made = command(on("moved"), ["backup"]);
      await meanwhile(
        until(async () => {
          const waits = await ask(
            server.url(),
            `SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE DATABASE%' AND wait_event_type = 'Lock'
               AND clock_timestamp() - query_start > interval '1 s'`,
          );
          return waits.length > 0;
        }),
        async () => {
          const over = await Promise.race([made, pause(20)]);
          assert.equal(over, undefined, over?.lines.join("\n"));
        },
      );
      await holder.query("COMMIT");
      const { code, lines } = await made;
      assert.equal(code, 0, lines.join("\n"));
      assert.match(lines.join("\n"), /Restored into a scratch database: it is the shop as it was/);
    } finally {
      await holder.end();
      await ask(server.url(), "ALTER ROLE postgres RESET statement_timeout");
    }
  });

  it("it is restored whole, and refused where something stands", async () => {
    const restored = await command(on("dumped"), ["restore", await newest()]);
    assert.equal(restored.code, 0, restored.lines.join("\n"));
    assert.deepEqual(await fingerprint(server.url("dumped")), await fingerprint(server.url("moved")));
    assert.deepEqual(await shape(server.url("dumped")), await shape(server.url("moved")));
    await assert.rejects(command(on("dumped"), ["restore", await newest()]), /is not empty/);
    const wrong = { ...on("again"), BACKUP_KEY: await makeKey() };
    const refused = await command(wrong, ["restore", await newest()]);
    assert.equal(refused.code, 1);
    assert.match(refused.lines.join("\n"), /is not signed with this BACKUP_KEY/);
    assert.equal((await command(on("dumped"), ["verify"])).code, 0);
  });

  it("a restore that was killed when pg_restore had ended and nothing was compared: the next one compares, and says what is there", async () => {
    const { manifest, content } = await openBackup(await newest(), key);
    // what a kill -9 leaves there: pg_restore is a process of its own and has committed
    const tool = (await findTool("pg_restore", 15)) ?? "";
    await restore(tool, server.url("killed"), content(), { complain: () => {} });
    const change = (sign: "+" | "-") =>
      ask(
        server.url("killed"),
        `ALTER TABLE payments DISABLE TRIGGER USER; UPDATE payments SET amount_minor = amount_minor ${sign} 1 WHERE sale_id = (SELECT min(sale_id) FROM payments);
         ALTER TABLE payments ENABLE TRIGGER USER`,
      );
    await change("+");
    await assert.rejects(
      command(on("killed"), ["restore", await newest()]),
      RegExp(
        `tables of a restore of ${manifest.name} that was interrupted .*payments\\.amount_minor adds up to .* or an app has worked on them since; nothing in it was touched`,
      ),
    );
    await change("-");
    const restored = await command(on("killed"), ["restore", await newest()]);
    assert.equal(restored.code, 0, restored.lines.join("\n"));
    assert.match(restored.lines.join("\n"), /It was there already: an interrupted restore had not compared it/);
    const kept = `SELECT state FROM backups WHERE name = '${manifest.name}'`;
    assert.deepEqual(await ask(server.url("killed"), kept), [{ state: "good" }]);
    const trail = "SELECT action FROM audit_log ORDER BY id DESC LIMIT 1";
    assert.deepEqual(await ask(server.url("killed"), trail), [{ action: "backup.restored" }]);
    await assert.rejects(command(on("killed"), ["restore", await newest()]), /is not empty/);
  });

  it("what pg_restore brought is compared: a difference is told in both languages, and the database is empty again", async () => {
    const plain = { BACKUP_KEY: "", BACKUP_DRILL: "false" };
    assert.equal((await command({ ...on("moved"), ...plain }, ["backup"])).code, 0);
    const file = await newest();
    const content = file.replace(".json", ".gz");
    const { manifest } = JSON.parse(await readFile(file, "utf8")) as { manifest: Manifest };
    const whole = await readFile(content);
    const differs = async (spanish: RegExp, english: RegExp) => {
      const { code, lines } = await command({ ...on("again"), ...plain }, ["restore", file]);
      assert.equal(code, 1, lines.join("\n"));
      assert.match(lines.at(-2) ?? "", spanish);
      assert.match(lines.at(-1) ?? "", english);
      const left =
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'v')";
      assert.deepEqual(await ask(server.url("again"), left), []);
    };
    const told = (change: (one: TableFacts) => TableFacts) =>
      writeFile(file, manifestText({ ...manifest, tables: manifest.tables.map(change) }, undefined));
    await told((one) => (one.name === "sales" ? { ...one, rows: one.rows + 1 } : one));
    await differs(
      /NO es lo que se copió: sales tiene 2 filas en lugar de 3\./,
      /NOT what .*: sales has 2 rows instead of 3\./,
    );
    await told((one) => (one.name === "sales" ? { ...one, totals: { ...one.totals, total_minor: "1" } } : one));
    await differs(/sales\.total_minor suma \d+ en lugar de 1\./, /sales\.total_minor adds up to \d+ instead of 1\./);

    // one letter of a sealed row, in a file whose checksums are right
    const text = gunzipSync(whole).toString("latin1");
    assert.ok(text.includes("product.created"));
    const other = gzipSync(Buffer.from(text.replaceAll("product.created", "product.createx"), "latin1"));
    await writeFile(content, other);
    const sha256 = createHash("sha256").update(other).digest("hex");
    await writeFile(
      file,
      manifestText({ ...manifest, file: { ...manifest.file, bytes: other.length, sha256 } }, undefined),
    );
    await differs(/: hay filas de audit_log que no son las que eran\./, /: rows of audit_log are not what they were\./);

    await writeFile(content, whole);
    await told((one) => one);
    const { code, lines } = await command({ ...on("again"), ...plain }, ["restore", file]);
    assert.equal(code, 0, lines.join("\n"));
  }).timeout(240_000);

  it("a server's archive of our own goes back to the shop's PC", async () => {
    assert.equal((await command({ ...on("moved"), BACKUP_METHOD: "copy" }, ["backup"])).code, 0);
    const there = { ...vault.shop.env, DATABASE_URL: elsewhere.url };
    assert.equal((await command(there, ["restore", await newest()])).code, 0);
    assert.deepEqual(await fingerprint(elsewhere.url), await fingerprint(server.url("moved")));
  });
});

async function ask(url: string, sql: string) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
