/** What stands in the log stays there for weeks, and is sent to whoever helps: nothing that people typed belongs there. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { type KernelConfig, kernelConfigSchema, logPlace, readConfig } from "../../kernel/config.ts";
import { createDatabase, type OpenDatabase } from "../../kernel/db/connect.ts";
import { createLog } from "../../kernel/log.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";

describe("a fault of the database in the log", () => {
  let database: TestDatabase;
  let db: OpenDatabase;
  let folder: string;

  before(async () => {
    database = await testDatabase();
    db = createDatabase({ url: database.url, poolMax: 2, log: memoryLog().log });
    await db.primary.raw("CREATE TABLE people (name text PRIMARY KEY, age int CHECK (age > 0))");
    folder = await mkdtemp(join(tmpdir(), "pos-odata-log-"));
  });
  after(async () => {
    await db?.close();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it("says which statement and why, without the values that were bound, alone or as the cause of another", async () => {
    const add = (name: string, age: number) =>
      db.transaction((tx) => tx.raw("INSERT INTO people (name, age) VALUES (:name, :age)", { name, age }));
    const faultOf = (work: Promise<unknown>) =>
      work.then(
        () => assert.fail("nothing was refused"),
        (error: unknown) => error,
      );
    await add("Juana Pérez", 30);
    const twice = await faultOf(add("Juana Pérez", 31));
    const young = await faultOf(db.primary("people").insert({ name: "Emilio Rojas", age: -7 }));
    const log = createLog({
      level: "info",
      place: { folder, maxBytes: 1_000_000, files: 2 },
      pretty: false,
      output: "none",
    });
    log.warn({ err: twice }, "twice");
    log.warn({ err: new Error("outside", { cause: young }) }, "young");
    log.warn({ err: new AggregateError([young], "many") }, "many");
    const text = await readFile(join(folder, "app.log"), "utf8");
    assert.doesNotMatch(text, /Pérez|Rojas|-7/);
    assert.match(text, /INSERT INTO people .*people_pkey/);
    assert.match(text, /people_age_check/);
    assert.match(text, /"code":"23505"/);
  });
});

describe("where the log goes", () => {
  it("with LOG_FILES=0 no file is made, and levels have the names that operators know, in either case", () => {
    const env = { LOG_DIR: join(tmpdir(), "pos-odata-never", "made"), LOG_FILES: "0", LOG_LEVEL: "WARNING" };
    const config = readConfig(env, [{ owner: "kernel", schema: kernelConfigSchema }]).get("kernel") as KernelConfig;
    assert.equal(config.LOG_LEVEL, "warn");
    createLog({ level: config.LOG_LEVEL, place: logPlace(config), pretty: false, output: "none" }).error("nowhere");
    assert.equal(existsSync(join(tmpdir(), "pos-odata-never")), false);
    const levels = ["debug", "Info", "CRITICAL", "error", "silent"].map((level) => {
      const read = readConfig({ LOG_LEVEL: level }, [{ owner: "kernel", schema: kernelConfigSchema }]);
      return (read.get("kernel") as KernelConfig).LOG_LEVEL;
    });
    assert.deepEqual(levels, ["debug", "info", "fatal", "error", "silent"]);
    assert.throws(
      () => readConfig({ LOG_LEVEL: "loud" }, [{ owner: "kernel", schema: kernelConfigSchema }]),
      /LOG_LEVEL/,
    );
  });
});
