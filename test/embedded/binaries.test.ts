import assert from "node:assert/strict";
import { chmod, cp, lstat, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "mocha";
import { databaseAccount } from "../../kernel/db/embedded/account.ts";
import { findBinaries, packagedFolder } from "../../kernel/db/embedded/binaries.ts";
import { run } from "../../kernel/db/embedded/process.ts";
import { BootError } from "../../kernel/errors.ts";
import { memoryLog } from "../harness/log.ts";
import { isRoot, shopPc } from "./shop-pc.ts";

/** The npm package as it lies there when its install script was not allowed to run: without its links. */
async function installedWithoutScripts(target: string): Promise<string> {
  const packaged = await packagedFolder();
  await mkdir(target, { recursive: true });
  await cp(join(dirname(packaged), "package.json"), join(target, "package.json"));
  await cp(packaged, join(target, "native"), {
    recursive: true,
    filter: async (source) => !(await lstat(source)).isSymbolicLink(),
  });
  return join(target, "native");
}

async function linksIn(native: string): Promise<number> {
  const entries = await readdir(join(native, "lib"), { withFileTypes: true });
  return entries.filter((entry) => entry.isSymbolicLink()).length;
}

describe("the programs of PostgreSQL from npm", () => {
  const pc = shopPc();

  it("run after an install whose scripts were held back", async () => {
    const packaged = await installedWithoutScripts(join(await pc.folder(), "package"));
    const listed = JSON.parse(await readFile(join(packaged, "pg-symlinks.json"), "utf8")).length;
    assert.ok(listed > 0);
    const broken = await run(join(packaged, "bin", "postgres"), ["--version"]);
    assert.notEqual(broken.code, 0, "without the links it cannot run");

    const { log } = memoryLog();
    const binaries = await findBinaries({ account: null, log, packaged });
    assert.equal(binaries.folder, packaged);
    assert.equal(await linksIn(packaged), listed);
    assert.match((await run(binaries.initdb, ["--version"])).output, /initdb \(PostgreSQL\) /);
  });

  it("run from a copy where they cannot be repaired or reached in place", async () => {
    const folder = await pc.folder();
    const packaged = await installedWithoutScripts(join(folder, "package"));
    const shelf = join(folder, "shelf");
    await mkdir(shelf);
    // root writes everywhere but its database user may not enter; an ordinary user may not write
    await chmod(isRoot ? join(folder, "package") : join(packaged, "lib"), isRoot ? 0o700 : 0o555);
    // as an install under umask 077 leaves it
    if (isRoot) await chmod(join(packaged, "share"), 0o700);
    try {
      const { log } = memoryLog();
      const account = await databaseAccount(join(folder, "postgres"), log);
      const binaries = await findBinaries({ account, log, packaged, shelf });
      assert.ok(binaries.folder.startsWith(join(shelf, `postgresql-${binaries.version}`)), binaries.folder);
      assert.match((await run(binaries.initdb, ["--version"], account)).output, /initdb \(PostgreSQL\) /);
      const share = await run("/bin/ls", [join(binaries.folder, "share", "postgresql", "extension")], account);
      assert.match(share.output, /pg_trgm\.control/);

      const again = await findBinaries({ account, log, packaged, shelf });
      assert.deepEqual(again, binaries);
      assert.equal((await readdir(shelf)).length, 1, "no draft of a copy stays behind");
    } finally {
      await chmod(join(packaged, "lib"), 0o755);
    }
  });

  it("that do not run at all: the error says why and what to do", async () => {
    const folder = await pc.folder();
    const packaged = join(folder, "package", "native");
    await mkdir(join(packaged, "bin"), { recursive: true });
    await writeFile(join(folder, "package", "package.json"), '{ "version": "18.0.0" }');
    const failing = "#!/bin/sh\necho 'error while loading shared libraries: libicuuc.so.60' >&2\nexit 127\n";
    for (const name of ["postgres", "initdb", "pg_ctl"]) await writeFile(join(packaged, "bin", name), failing);
    await assert.rejects(findBinaries({ account: null, log: memoryLog().log, packaged, shelf: folder }), (error) => {
      assert.ok(error instanceof BootError);
      assert.match(error.message, /loading shared libraries: libicuuc/);
      assert.match(error.cure ?? "", /npm rebuild.*DATABASE_URL/);
      return true;
    });
  });
});
