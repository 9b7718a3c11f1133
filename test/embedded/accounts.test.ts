import assert from "node:assert/strict";
import { chmod, chown, lstat, mkdir, readlink, realpath, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";
import { databaseAccount } from "../../kernel/db/embedded/account.ts";
import { startEmbedded } from "../../kernel/db/embedded/index.ts";
import { canEnter, openStore } from "../../kernel/db/embedded/places.ts";
import { isAlive, run } from "../../kernel/db/embedded/process.ts";
import { BootError } from "../../kernel/errors.ts";
import { memoryLog } from "../harness/log.ts";
import { ask, isRoot, postmasterOf, shopPc } from "./shop-pc.ts";

const NOBODY = { name: "nobody", uid: 65534, gid: 65534 };
const HERE = fileURLToPath(new URL(".", import.meta.url));

/** A test that this machine or user cannot run is shown with the reason. */
function unless(reason: string | null, title: string, test: () => Promise<void>): void {
  it(reason === null ? title : `${title} (skipped: ${reason})`, function () {
    return reason === null ? test() : this.skip();
  });
}

const notRoot = isRoot ? null : "needs root, which may act as another user";
const reads = await run("/bin/sh", ["-c", 'test -r "$1/app.ts"', "sh", HERE], isRoot ? NOBODY : null);
const notForNobody = notRoot ?? (reads.code === 0 ? null : `user nobody cannot read ${HERE}`);

describe("who runs the database", () => {
  const pc = shopPc();

  it("a relative DATA_DIR is taken from the folder in which the app is started", async () => {
    const folder = await pc.folder();
    const server = await pc.app("los datos", { cwd: folder }).up;
    assert.equal(server.dataFolder, join(folder, "los datos", "postgres"));
  });

  unless(notForNobody, "an ordinary user runs it as itself; root later runs it as that user too", async () => {
    const dataDir = await pc.folder();
    await chown(dataDir, NOBODY.uid, NOBODY.gid);
    const app = pc.app(dataDir, { account: NOBODY });
    const server = await app.up;
    const pid = await postmasterOf(server.dataFolder);
    assert.equal((await stat(server.dataFolder)).uid, NOBODY.uid);
    assert.equal((await stat(`/proc/${pid}`)).uid, NOBODY.uid);
    await ask(server, "create table sale (id int); insert into sale values (3)");
    app.kill("SIGTERM");
    assert.deepEqual(await app.ended, { code: 0, signal: null });
    assert.ok(pid !== null && !isAlive(pid));

    const root = pc.keep(await startEmbedded({ dataDir, log: memoryLog().log }));
    assert.equal((await stat(`/proc/${await postmasterOf(root.dataFolder)}`)).uid, NOBODY.uid);
    assert.deepEqual(await ask(root, "select id from sale"), [{ id: 3 }]);
  });

  unless(notForNobody, "an ordinary user on a DATA_DIR that root has made is told whose it is", async () => {
    const dataDir = await pc.shop();
    const server = await startEmbedded({ dataDir, log: memoryLog().log });
    const { uid } = await stat(server.dataFolder);
    await server.stop();
    const message = await pc.app(dataDir, { account: NOBODY }).failed;
    assert.match(
      message,
      new RegExp(`^BootError: .* belongs to user ${uid}, but PostgreSQL would run as ${NOBODY.uid}`),
    );
  });

  unless(notRoot, "root's PostgreSQL is another user's process", async () => {
    const dataDir = await pc.shop();
    const server = pc.keep(await startEmbedded({ dataDir, log: memoryLog().log }));
    const { uid } = await stat(`/proc/${await postmasterOf(server.dataFolder)}`);
    assert.notEqual(uid, 0);
    assert.equal((await stat(server.dataFolder)).uid, uid);
  });

  unless(
    notRoot,
    "root's home is closed to that user: the database goes elsewhere, DATA_DIR has a link to it",
    async () => {
      const home = await pc.folder();
      await chmod(home, 0o700);
      const dataDir = join(home, "project", "data");
      const { log, lines } = memoryLog();
      const first = pc.keep(await startEmbedded({ dataDir, log }));
      try {
        assert.equal(dirname(first.dataFolder), "/var/lib/pos-odata/clusters");
        assert.equal(await readlink(join(dataDir, "postgres")), first.dataFolder);
        assert.ok(
          lines.some(({ level, folder }) => level === 40 && folder === first.dataFolder),
          "the log says where",
        );
        await ask(first, "create table sale (id int); insert into sale values (4)");
        await first.stop();
        const second = pc.keep(await startEmbedded({ dataDir, log }));
        assert.equal(second.dataFolder, first.dataFolder);
        assert.deepEqual(await ask(second, "select id from sale"), [{ id: 4 }]);
        await second.stop();
      } finally {
        await first.stop();
        await rm(first.dataFolder, { recursive: true });
      }
    },
  );

  unless(notRoot, "a strict umask of root does not close what its database user must pass through", async () => {
    const folder = await pc.folder();
    const account = await databaseAccount(join(folder, "postgres"), memoryLog().log);
    const umask = process.umask(0o077);
    try {
      const clusters = await openStore("clusters", join(folder, "store"));
      assert.equal(await canEnter(clusters, account), true);
    } finally {
      process.umask(umask);
    }
  });

  unless(notRoot, "a database that became unreachable is not replaced by an empty one", async () => {
    const home = await pc.folder();
    const dataDir = join(home, "data");
    await mkdir(dataDir);
    await (await startEmbedded({ dataDir, log: memoryLog().log })).stop();
    await chmod(home, 0o700);
    await assert.rejects(startEmbedded({ dataDir, log: memoryLog().log }), (error) => {
      assert.ok(error instanceof BootError);
      assert.match(error.message, /cannot be reached by user/);
      return true;
    });
    assert.ok((await lstat(await realpath(join(dataDir, "postgres")))).isDirectory());
  });
});
