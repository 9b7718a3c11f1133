import assert from "node:assert/strict";
import { readFile, rm, stat } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { type EmbeddedServer, startEmbedded } from "../../kernel/db/embedded/index.ts";
import { isAlive } from "../../kernel/db/embedded/process.ts";
import { memoryLog } from "../harness/log.ts";
import { ask, makeFolder, postmasterOf, superuser } from "./shop-pc.ts";

describe("a shop's PC without a database server", () => {
  // made in `before`, so removed by hand: the folders of `shopPc` last for one test
  const { log, lines } = memoryLog();
  let folder = "";
  let dataDir = "";
  let server: EmbeddedServer;

  before(async () => {
    folder = await makeFolder();
    dataDir = join(folder, "tienda ñandú nº 1", "los datos");
    server = await startEmbedded({ dataDir, log });
  });
  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  });

  it("gets a real one in a folder with spaces and accents", async () => {
    assert.equal(server.dataFolder, join(dataDir, "postgres"));
    assert.equal(server.adopted, false);
    const [row] = await ask<{ who: string; at: string }>(
      server,
      "select current_user as who, current_database() as at",
    );
    assert.deepEqual(row, { who: "pos", at: "pos" });
  });

  it("keeps what it has committed when the power fails: every safety is on", async () => {
    const rows = await ask(
      server,
      `select name, setting from pg_settings where name in
         ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'max_connections', 'TimeZone')
       order by lower(name)`,
    );
    assert.deepEqual(Object.fromEntries(rows.map(({ name, setting }) => [name, setting])), {
      data_checksums: "on",
      fsync: "on",
      full_page_writes: "on",
      max_connections: "100",
      synchronous_commit: "on",
      TimeZone: "UTC",
    });
  });

  it("writes Spanish the same on every machine", async () => {
    const [row] = await ask(
      server,
      `select upper('ñandú') as upper, 'CAFÉ' ilike 'café' as folds, unaccent('ñandú') as plain,
              pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale
         from pg_database where datname = 'pos'`,
    );
    assert.deepEqual(row, {
      upper: "ÑANDÚ",
      folds: true,
      plain: "nandu",
      encoding: "UTF8",
      provider: "b",
      locale: "C.UTF-8",
    });
  });

  it("listens to this machine only", async () => {
    const [row] = await ask(
      server,
      "select current_setting('listen_addresses') as tcp, current_setting('unix_socket_directories') as sockets",
    );
    assert.deepEqual(row, { tcp: "127.0.0.1", sockets: server.dataFolder });
    assert.equal((await stat(server.dataFolder)).mode & 0o077, 0, "nobody else comes to the socket");
    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of outside) {
      await assert.rejects(ask(server, "select 1", { host: address }), /ECONNREFUSED/);
    }
  });

  it("lets nobody in without the password", async () => {
    await assert.rejects(ask(server, "select 1", { password: "guess" }), { code: "28P01" });
    const socket = { host: server.dataFolder };
    await assert.rejects(ask(server, "select 1", { ...socket, password: "guess" }), { code: "28P01" });
    assert.deepEqual(await ask(server, "select 1 as one", socket), [{ one: 1 }]);
    await assert.rejects(ask(server, "select 1", { user: "postgres", password: "guess" }), { code: "28P01" });
    const rules = await ask<{ auth_method: string }>(
      server,
      "select distinct auth_method from pg_hba_file_rules",
      await superuser(dataDir),
    );
    assert.deepEqual(rules, [{ auth_method: "scram-sha-256" }]);
    assert.equal((await stat(join(dataDir, "postgres.password"))).mode & 0o777, 0o600);
  });

  it("gives the app a role that is no superuser and may make databases, which have the extensions", async () => {
    const [role] = await ask(server, "select rolsuper, rolcreatedb from pg_roles where rolname = current_user");
    assert.deepEqual(role, { rolsuper: false, rolcreatedb: true });
    await ask(server, "create database second_till");
    const rows = await ask<{ extname: string }>(server, "select extname from pg_extension order by 1", {
      database: "second_till",
    });
    assert.deepEqual(
      rows.map(({ extname }) => extname),
      ["pg_stat_statements", "pg_trgm", "plpgsql", "unaccent"],
    );
    await ask(server, "create extension if not exists pg_trgm; create extension if not exists unaccent");
    await ask(server, "select count(*) from pg_stat_statements");
  });

  it("writes its passwords nowhere but in the password file", async () => {
    const { password } = await superuser(dataDir);
    const statements = await ask(server, "select query from pg_stat_statements", {
      ...(await superuser(dataDir)),
      database: "pos",
    });
    const written = JSON.stringify(lines) + (await readFile(join(dataDir, "postgres.log"), "utf8"));
    for (const secret of [server.password, String(password)]) {
      assert.ok(secret.length >= 32);
      assert.ok(!written.includes(secret));
      assert.ok(!JSON.stringify(statements).includes(secret));
    }
    assert.notEqual(server.password, password, "the app's connection string is not the superuser's password");
  });

  it("stops without a trace, and starts again with its data", async () => {
    await ask(server, "create table sale (total_minor bigint); insert into sale values (1250000)");
    const pid = await postmasterOf(server.dataFolder);
    assert.ok(pid !== null);
    await Promise.all([server.stop(), server.stop()]);
    assert.equal(isAlive(pid), false);
    assert.equal(await postmasterOf(server.dataFolder), null);
    server = await startEmbedded({ dataDir, log });
    assert.equal(server.adopted, false);
    assert.deepEqual(await ask(server, "select total_minor from sale"), [{ total_minor: "1250000" }]);
    assert.deepEqual(
      lines.filter(({ level }) => level >= 40).map(({ msg }) => msg),
      [],
      "a healthy start and stop warn of nothing",
    );
  });
});
