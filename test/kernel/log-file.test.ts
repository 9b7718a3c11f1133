/** The log is there when it is needed: after a crash, after a full disk, after months. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "mocha";
import { run } from "../../kernel/db/embedded/process.ts";
import { createLogFile, type LogTrouble } from "../../kernel/log-file.ts";

describe("app.log", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-log-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const textOf = (name: string) => readFileSync(join(folder, name), "utf8");
  const open = (options: { maxBytes?: number; files?: number; now?: () => number; folder?: string } = {}) => {
    const told: LogTrouble[] = [];
    const tell = (trouble: LogTrouble) => void told.push(trouble);
    return { file: createLogFile({ folder, name: "app.log", maxBytes: 100, files: 3, tell, ...options }), told };
  };
  const line = (number: number) => `${String(number).padStart(39, "0")}\n`;

  it("begins anew when it is full, and keeps so many files with whole lines, the newest in app.log", () => {
    const { file, told } = open();
    for (let number = 1; number <= 9; number++) file.write(line(number));
    assert.deepEqual(readdirSync(folder).sort(), ["app.log", "app.log.1", "app.log.2"]);
    assert.equal(textOf("app.log"), line(9));
    assert.equal(textOf("app.log.1"), line(7) + line(8));
    assert.equal(textOf("app.log.2"), line(5) + line(6));
    assert.deepEqual(told, []);
    file.close();
  });

  it("goes on where the process before ended, and takes a line longer than a file", () => {
    open().file.write(line(1));
    const { file } = open();
    file.write(line(2));
    file.write(`${"x".repeat(500)}\n`);
    file.write(line(3));
    assert.equal(textOf("app.log.2"), line(1) + line(2));
    assert.equal(statSync(join(folder, "app.log.1")).size, 501);
    assert.equal(textOf("app.log"), line(3));
  });

  it("with one file it is emptied, and a file that others took away is made again", async () => {
    let now = 0;
    const { file } = open({ files: 1, now: () => now });
    for (let number = 1; number <= 3; number++) file.write(line(number));
    assert.deepEqual(readdirSync(folder), ["app.log"]);
    assert.equal(textOf("app.log"), line(3));
    await rename(join(folder, "app.log"), join(folder, "taken"));
    file.write(line(4));
    assert.ok(!existsSync(join(folder, "app.log")));
    now = 1001;
    file.write(line(5));
    assert.equal(textOf("app.log"), line(5));
    assert.equal(textOf("taken"), line(3) + line(4));
  });

  it("a process that died while it turned the files over keeps nobody from it for long", async () => {
    const { file } = open();
    file.write(line(1));
    const lock = `app.log.${statSync(join(folder, "app.log")).ino}.1.lock`;
    await writeFile(join(folder, lock), "");
    for (let number = 2; number <= 3; number++) file.write(line(number));
    assert.deepEqual(readdirSync(folder).sort(), ["app.log", lock]);
    await run("touch", ["-d", "1 minute ago", join(folder, lock)]);
    file.write(line(4));
    file.write(line(5));
    assert.equal(textOf("app.log"), line(4) + line(5));
    assert.deepEqual(readdirSync(folder).sort(), ["app.log", "app.log.1"]);
  });

  it("a folder that refuses is told once, does not stop the writer, and so is its end with what was lost", async () => {
    let now = 0;
    const place = join(folder, "file");
    await writeFile(place, "");
    const { file, told } = open({ folder: place, now: () => now });
    for (let number = 1; number <= 3; number++) file.write(line(number));
    assert.deepEqual(
      told.map(({ kind }) => kind),
      ["broken"],
    );
    await rm(place);
    file.write(line(4));
    now = 5000;
    file.write(line(5));
    assert.deepEqual(told.slice(1), [{ kind: "mended", file: join(place, "app.log"), lost: 4 }]);
    assert.equal(readFileSync(join(place, "app.log"), "utf8"), line(5));
  });

  it("a full disk too", async function () {
    if ((await run("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder])).code !== 0) {
      process.stderr.write("      no file system may be mounted here: a full disk is not tried\n");
      return this.skip();
    }
    let now = 0;
    const { file, told } = open({ maxBytes: 1_000_000, now: () => now });
    try {
      await writeFile(join(folder, "ballast"), Buffer.alloc(60 * 1024));
      for (let number = 1; number <= 500; number++) file.write(line(number));
      assert.deepEqual(
        told.map((one) => (one.kind === "broken" ? (one.error as NodeJS.ErrnoException).code : one.kind)),
        ["ENOSPC"],
      );
      await rm(join(folder, "ballast"));
      now = 5000;
      file.write(line(501));
      assert.equal(told.at(-1)?.kind, "mended");
      // what was half written when the room ended spoils no line after it
      assert.equal(textOf("app.log").split("\n").at(-2), line(501).trim());
    } finally {
      file.close();
      await run("umount", [folder]);
    }
  });

  const writer = async (maxBytes: number, files: number, lines: number, name: string, end: string) => {
    const script = join(import.meta.dirname, "log-writer.ts");
    const words = ["--import", "tsx", script, folder, ...[maxBytes, files, lines].map(String), name, end];
    const child = spawn(process.execPath, words, { stdio: "ignore" });
    await once(child, "exit");
  };
  const found = () =>
    readdirSync(folder).flatMap((name) =>
      textOf(name)
        .split("\n")
        .filter(Boolean)
        .map((one) => JSON.parse(one) as { name: string; line: number; level: string }),
    );

  for (const end of ["exit", "throw", "kill"])
    it(`a process that ends by ${end} has lost no line`, async () => {
      await writer(20_000, 50, 500, "one", end);
      const lines = found().map(({ line }) => line);
      assert.deepEqual(
        lines.sort((a, b) => a - b),
        Array.from({ length: 500 }, (_, index) => index + 1),
      );
      assert.ok(readdirSync(folder).length > 2);
    });

  it("two processes share it: none of their lines is lost or mixed up", async () => {
    await Promise.all([writer(20_000, 100, 2000, "one", ""), writer(20_000, 100, 2000, "two", "")]);
    const lines = found();
    assert.equal(new Set(lines.map(({ name, line }) => `${name} ${line}`)).size, 4000);
    assert.equal(lines.length, 4000);
    assert.ok(readdirSync(folder).length > 10);
    assert.equal(lines[0]?.level, "INFO");
  });

  /** The lock of one that died long ago. Where a living one has its own, there is none: two that hold one lock overwrite files. */
  function leftBehind(lock: string, since: Date): boolean {
    const made = join(folder, "made");
    writeFileSync(made, "");
    utimesSync(made, since, since);
    try {
      linkSync(made, lock);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    } finally {
      rmSync(made);
    }
  }

  it("nor when others die over it again and again while they turn it over", async () => {
    const path = join(folder, "app.log");
    const writers = [writer(400, 200, 150, "one", ""), writer(400, 200, 150, "two", "")];
    let over = false;
    const all = Promise.all(writers).finally(() => {
      over = true;
    });
    const long = new Date(Date.now() - 60_000);
    let planted = 0;
    while (!over) {
      const ino = statSync(path, { throwIfNoEntry: false })?.ino;
      if (ino !== undefined && leftBehind(`${path}.${ino}.1.lock`, long)) planted++;
      await turn();
    }
    await all;
    for (const name of readdirSync(folder).filter((one) => one.endsWith(".lock"))) rmSync(join(folder, name));
    assert.ok(planted > 0);
    assert.equal(found().length, 300);
  });
}).timeout(120_000);
