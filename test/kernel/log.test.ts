/** What stands in the log stays there for weeks, and is sent to whoever helps: nothing that people typed belongs there. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../kernel/db/connect.ts";
import { createLog } from "../../kernel/log.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";
import { until } from "../harness/until.ts";

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
    const log = createLog({ level: "info", folder, pretty: false, errors: true });
    log.warn({ err: twice }, "twice");
    log.warn({ err: new Error("outside", { cause: young }) }, "young");
    log.warn({ err: new AggregateError([young], "many") }, "many");
    let text = "";
    await until(async () => {
      text = await readFile(join(folder, "pos-odata.log"), "utf8");
      return text.includes('"msg":"many"');
    });
    assert.doesNotMatch(text, /Pérez|Rojas|-7/);
    assert.match(text, /INSERT INTO people .*people_pkey/);
    assert.match(text, /people_age_check/);
    assert.match(text, /"code":"23505"/);
  });
});
