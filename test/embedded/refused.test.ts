import assert from "node:assert/strict";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "mocha";
import { startEmbedded } from "../../kernel/db/embedded/index.ts";
import { BootError } from "../../kernel/errors.ts";
import { memoryLog } from "../harness/log.ts";
import { shopPc } from "./shop-pc.ts";

async function refusal(dataDir: string): Promise<BootError> {
  const error = await startEmbedded({ dataDir, log: memoryLog().log }).then(
    async (server) => {
      await server.stop();
      return assert.fail("it started");
    },
    (reason) => reason,
  );
  assert.ok(error instanceof BootError, String(error));
  assert.ok(error.cure, "an error at start names its cure");
  return error;
}

describe("a DATA_DIR that cannot be used", () => {
  const pc = shopPc();

  it("data of another PostgreSQL version is left as it is", async () => {
    const dataDir = await pc.folder();
    await mkdir(join(dataDir, "postgres"));
    await writeFile(join(dataDir, "postgres", "PG_VERSION"), "17\n");
    const { message, cure } = await refusal(dataDir);
    assert.match(message, /was made by PostgreSQL 17, this app brings PostgreSQL 18/);
    assert.match(cure ?? "", /back up, and restore/);
    assert.deepEqual(await readdir(dataDir, { recursive: true }), ["postgres", "postgres/PG_VERSION"]);
  });

  it("somebody's other folder in the database's place is left as it is", async () => {
    const dataDir = await pc.folder();
    await mkdir(join(dataDir, "postgres"));
    await writeFile(join(dataDir, "postgres", "invoices.txt"), "keep me");
    assert.match((await refusal(dataDir)).message, /holds no PostgreSQL data/);
    assert.deepEqual(await readdir(join(dataDir, "postgres")), ["invoices.txt"]);
  });

  it("a link to a database that is gone does not become an empty shop", async () => {
    const dataDir = await pc.folder();
    await symlink(join(dataDir, "gone"), join(dataDir, "postgres"));
    assert.match((await refusal(dataDir)).cure ?? "", /restore a backup/);
    assert.deepEqual(await readdir(dataDir), ["postgres"]);
  });

  it("DATA_DIR under a file instead of a folder", async () => {
    const file = join(await pc.folder(), "file");
    await writeFile(file, "");
    assert.match((await refusal(join(file, "data"))).cure ?? "", /set DATA_DIR to a folder that this user may write/);
  });

  it("a disk that takes no more: the error carries what initdb said, and the next start begins anew", async () => {
    const dataDir = await pc.folder();
    // a limit on the size of a file (2 MB) stops initdb where a full disk does
    const app = pc.app(dataDir, { through: ["/bin/sh", "-c", 'ulimit -f 4000; exec "$@"', "sh"] });
    const message = await app.failed;
    assert.match(message, /^BootError: the database could not be made:/);
    assert.match(message, /File too large|File size limit exceeded|child process (exited|was terminated)/);
    assert.match(message, /cure: /);
    assert.deepEqual(await readdir(dataDir), ["postgres.password"]);
    pc.keep(await startEmbedded({ dataDir, log: memoryLog().log }));
  });

  it("a password file that is not the database's: nothing is left running", async () => {
    const dataDir = await pc.shop();
    const first = await startEmbedded({ dataDir, log: memoryLog().log });
    await first.stop();
    await writeFile(join(dataDir, "postgres.password"), "not-the-one\n");
    assert.match((await refusal(dataDir)).message, /does not accept DATA_DIR\/postgres.password/);
    assert.equal((await readdir(first.dataFolder)).includes("postmaster.pid"), false);
  });
});
