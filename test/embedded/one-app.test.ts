import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "mocha";
import pg from "pg";
import { type EmbeddedServer, startEmbedded } from "../../kernel/db/embedded/index.ts";
import { KEY } from "../../kernel/db/embedded/lock.ts";
import { keepPassword } from "../../kernel/db/embedded/password.ts";
import { isAlive } from "../../kernel/db/embedded/process.ts";
import { BootError } from "../../kernel/errors.ts";
import { memoryLog } from "../harness/log.ts";
import { until } from "../harness/until.ts";
import { ask, postmasterOf, shopPc, superuser } from "./shop-pc.ts";

describe("one app per DATA_DIR", () => {
  const pc = shopPc();
  const { log } = memoryLog();

  it("a second start says which process is there, and leaves it selling", async () => {
    const dataDir = await pc.shop();
    const first = pc.app(dataDir);
    const server = await first.up;
    await ask(server, "create table sale (id int); insert into sale values (1)");
    const refusal = await startEmbedded({ dataDir, log }).then(
      () => assert.fail("two apps on one DATA_DIR"),
      (error) => error,
    );
    assert.ok(refusal instanceof BootError);
    assert.match(refusal.message, new RegExp(`in use by another app \\(pid ${first.pid}\\)`));
    assert.match(refusal.cure ?? "", /stop that one first/);
    await ask(server, "insert into sale values (2)");
    assert.equal(isAlive(first.pid), true);
  });

  it("three starts in the same moment on a new DATA_DIR: one gets it, the others are told", async () => {
    const dataDir = await pc.folder();
    const starts = await Promise.allSettled([1, 2, 3].map(() => startEmbedded({ dataDir, log })));
    const servers = starts.flatMap((start) => (start.status === "fulfilled" ? [pc.keep(start.value)] : []));
    const refusals = starts.flatMap((start) => (start.status === "rejected" ? [start.reason] : []));
    assert.equal(servers.length, 1, refusals.map(String).join("\n"));
    for (const refusal of refusals) {
      assert.ok(refusal instanceof BootError);
      assert.match(refusal.message, new RegExp(`in use by another app \\(pid ${process.pid}\\)`));
    }
    await ask(servers[0] as EmbeddedServer, "create table sale (id int)");
  });

  it("starts in the same moment agree on one password, which one of them has made, also where the file was emptied", async () => {
    for (let turn = 0; turn < 60; turn++) {
      const dataDir = await pc.folder();
      const starts = await Promise.all(Array.from({ length: 12 }, () => keepPassword(dataDir)));
      assert.equal(new Set(starts.map(({ superuser }) => superuser)).size, 1);
      assert.equal(starts.filter(({ fresh }) => fresh).length, 1);
      assert.equal((await keepPassword(dataDir)).superuser, starts[0]?.superuser);
    }
    const emptied = await pc.folder();
    await writeFile(join(emptied, "postgres.password"), "");
    assert.equal((await keepPassword(emptied)).fresh, true);
  });

  it("two apps started in the same moment after a crash: one takes the server over, the other is told", async () => {
    const dataDir = await pc.shop();
    const crashed = pc.app(dataDir);
    const before = await crashed.up;
    crashed.kill("SIGKILL");
    await crashed.ended;
    const apps = [pc.app(dataDir), pc.app(dataDir)];
    const winner = await Promise.any(apps.map(async (app) => ({ app, server: await app.up })));
    const loser = apps.find((app) => app !== winner.app);
    assert.match(
      (await loser?.failed) ?? "",
      new RegExp(`BootError: .*in use by another app \\(pid ${winner.app.pid}\\)`),
    );
    assert.equal((await loser?.ended)?.code, 1);
    assert.equal(winner.server.adopted, true);
    assert.equal(winner.server.port, before.port);
    await ask(winner.server, "select 1");
  });

  it("the moment in which a killed app's connection is still open is waited out", async () => {
    const dataDir = await pc.shop();
    const crashed = pc.app(dataDir);
    const server = await crashed.up;
    crashed.kill("SIGKILL");
    await crashed.ended;
    const { hostname: host, port } = new URL(server.connectionString);
    const admin = { host, port: Number(port), ...(await superuser(dataDir)) };
    const left = new pg.Client({ ...admin, application_name: `pos-odata pid=${crashed.pid}` });
    await left.connect();
    await left.query("select pg_advisory_lock($1, $2)", KEY);

    const start = startEmbedded({ dataDir, log });
    const waiting = "select from pg_locks where locktype = 'advisory' and not granted";
    // whatever becomes of it, nobody waits for this lock any longer
    await until(async () => (await left.query(waiting)).rowCount === 1).finally(() => left.end());
    assert.equal(pc.keep(await start).adopted, true);
  });

  it("an app whose hold on the server is cut says so and takes it again", async () => {
    const dataDir = await pc.shop();
    const { log: watched, lines } = memoryLog();
    const server = pc.keep(await startEmbedded({ dataDir, log: watched }));
    const holder =
      "select pid from pg_stat_activity where application_name like 'pos-odata pid=%' and pid <> pg_backend_pid()";
    const admin = await superuser(dataDir);
    const [held] = await ask<{ pid: number }>(server, holder, admin);
    await ask(server, `select pg_terminate_backend(${held?.pid})`, admin);
    await until(() => lines.some(({ msg }) => msg.includes("held again")));
    assert.ok(lines.some(({ level, msg }) => level === 50 && msg.includes("the connection that holds DATA_DIR")));
    await assert.rejects(startEmbedded({ dataDir, log }), /in use by another app/);
    const errors = lines.filter(({ level }) => level === 50).length;
    await server.stop();
    assert.equal(lines.filter(({ level }) => level === 50).length, errors, "a wanted stop is no error");
    assert.equal(await postmasterOf(server.dataFolder), null);
  });
});
