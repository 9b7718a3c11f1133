import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { access, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "mocha";
import { startEmbedded } from "../../kernel/db/embedded/index.ts";
import { isAlive } from "../../kernel/db/embedded/process.ts";
import { memoryLog } from "../harness/log.ts";
import { until } from "../harness/until.ts";
import { ask, endNow, postmasterOf, shopPc } from "./shop-pc.ts";

describe("a shop's PC where things are killed", () => {
  const pc = shopPc();

  it("kill -9 of the app: the next start takes the server over, what was committed is there", async () => {
    const dataDir = await pc.shop();
    const app = pc.app(dataDir, { group: true });
    const server = await app.up;
    await ask(server, "create table sale (id int); insert into sale values (7)");
    const orphan = await postmasterOf(server.dataFolder);
    // the whole group, as a terminal that is closed or a Ctrl-C reaches it
    process.kill(-app.pid, "SIGKILL");
    assert.equal((await app.ended).signal, "SIGKILL");
    assert.equal(await postmasterOf(server.dataFolder), orphan, "the server outlives its app");

    const next = pc.app(dataDir);
    const again = await next.up;
    assert.equal(again.adopted, true);
    assert.equal(again.connectionString, server.connectionString);
    assert.deepEqual(await ask(again, "select id from sale"), [{ id: 7 }]);

    next.kill("SIGTERM");
    assert.deepEqual(await next.ended, { code: 0, signal: null });
    assert.ok(orphan !== null && !isAlive(orphan), "the app that took the server over also stops it");
  });

  it("an app that ends without a stop is not held up by its server, which the next start takes over", async () => {
    const dataDir = await pc.shop();
    const app = pc.app(dataDir, { leave: true });
    const server = await app.up;
    assert.deepEqual(await app.ended, { code: 0, signal: null });
    const next = pc.keep(await startEmbedded({ dataDir, log: memoryLog().log }));
    assert.equal(next.adopted, true);
    assert.equal(next.port, server.port);
  });

  it("kill -9 of the app and of the server, as in a power cut: the next start recovers what was committed", async () => {
    const dataDir = await pc.shop();
    const app = pc.app(dataDir);
    const server = await app.up;
    await ask(server, "create table sale (id int); insert into sale values (8)");
    app.kill("SIGKILL");
    await app.ended;
    const orphan = await postmasterOf(server.dataFolder);
    assert.ok(orphan !== null);
    await endNow(orphan, "SIGKILL");
    const { log, lines } = memoryLog();
    const again = pc.keep(await startEmbedded({ dataDir, log }));
    assert.equal(again.adopted, false);
    assert.deepEqual(await ask(again, "select id from sale"), [{ id: 8 }]);
    assert.ok(!lines.some(({ level }) => level === 50));
  });

  it("kill -9 while the database is being made: the next start makes it from the beginning", async () => {
    const dataDir = await pc.folder();
    const app = pc.app(dataDir, { group: true });
    const stages = async () => (await readdir(dataDir)).filter((name) => name.startsWith("postgres.new-"));
    const begun = async () => {
      const [stage] = await stages();
      if (stage === undefined) return false;
      return await access(join(dataDir, stage, "cluster", "PG_VERSION")).then(
        () => true,
        () => false,
      );
    };
    await until(begun);
    process.kill(-app.pid, "SIGKILL");
    await app.ended;
    assert.equal((await stages()).length, 1);
    assert.equal((await readdir(dataDir)).includes("postgres"), false);
    const server = pc.keep(await startEmbedded({ dataDir, log: memoryLog().log }));
    await ask(server, "create table sale (id int)");
    assert.deepEqual(await stages(), [], "what the killed start left is gone");
  });

  it("a lock file whose process id belongs to another program by now, or that a crash emptied, blocks nobody", async () => {
    const dataDir = await pc.shop();
    const first = await startEmbedded({ dataDir, log: memoryLog().log });
    await ask(first, "create table sale (id int)");
    const file = join(first.dataFolder, "postmaster.pid");
    const content = await readFile(file, "utf8");
    await first.stop();

    // of the server's own user: only such a process makes PostgreSQL believe the file
    const { uid, gid } = await stat(first.dataFolder);
    const other = spawn("sleep", ["600"], { uid, gid, stdio: "ignore" });
    await once(other, "spawn");
    await writeFile(file, content.replace(/^\d+/, String(other.pid)));
    const second = pc.keep(await startEmbedded({ dataDir, log: memoryLog().log }));
    assert.equal(second.adopted, false);
    assert.equal(isAlive(other.pid ?? 0), true, "the other program is none of our business");
    other.kill("SIGKILL");
    await second.stop();

    await writeFile(file, "");
    const { log, lines } = memoryLog();
    const third = pc.keep(await startEmbedded({ dataDir, log }));
    assert.deepEqual(await ask(third, "select * from sale"), []);
    assert.ok(lines.some(({ msg }) => msg.includes("empty lock file")));
  });

  it("a lost password file: a new password is made, the data stays", async () => {
    const dataDir = await pc.shop();
    const first = await startEmbedded({ dataDir, log: memoryLog().log });
    await ask(first, "create table sale (id int); insert into sale values (9)");
    await first.stop();
    const file = join(dataDir, "postgres.password");
    await rm(file);
    const second = pc.keep(await startEmbedded({ dataDir, log: memoryLog().log }));
    assert.notEqual(second.password, first.password);
    assert.deepEqual(await ask(second, "select id from sale"), [{ id: 9 }]);
    await second.stop();

    await truncate(file, 0);
    const third = pc.keep(await startEmbedded({ dataDir, log: memoryLog().log }));
    assert.deepEqual(await ask(third, "select id from sale"), [{ id: 9 }]);
  });

  it("a log that has grown is put aside at the next start", async () => {
    const dataDir = await pc.shop();
    await writeFile(join(dataDir, "postgres.log"), "x".repeat(11 * 1024 * 1024));
    pc.keep(await startEmbedded({ dataDir, log: memoryLog().log }));
    assert.ok((await stat(join(dataDir, "postgres.log"))).size < 64 * 1024);
    assert.ok((await stat(join(dataDir, "postgres.log.1"))).size > 10 * 1024 * 1024);
  });
});
