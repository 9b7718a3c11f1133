/** What comes before migrations, how long it may take, and what `migrate` says of what it did. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "mocha";
import { z } from "zod";
import { runCommand } from "../../kernel/commands.ts";
import { createDatabase } from "../../kernel/db/connect.ts";
import type { FoundPlugin } from "../../kernel/discover.ts";
import { withLimit } from "../../kernel/phase.ts";
import type { Plugin } from "../../kernel/plugin.ts";
import { createRoster } from "../../kernel/roster.ts";
import { upgrade } from "../../kernel/upgrade.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";
import { environment, found, openSystem, plugin } from "./system.ts";

describe("bringing a database that has been in use up to a newer version", () => {
  let database: TestDatabase;
  let home: string;
  const { log } = memoryLog();
  before(async () => {
    database = await testDatabase();
    home = await mkdtemp(join(tmpdir(), "pos-odata-newer-"));
    await (await openSystem([], { url: database.url })).close();
  });
  after(async () => {
    await database.drop();
    await rm(home, { recursive: true, force: true });
  });
  beforeEach(() => ask("DELETE FROM knex_migrations WHERE name LIKE 'newer/%'"));

  const ask = async (sql: string): Promise<Record<string, unknown>[]> => {
    const db = createDatabase({ url: database.url, poolMax: 1, log });
    try {
      return (await db.primary.raw(sql)).rows;
    } finally {
      await db.close();
    }
  };
  const done = async () =>
    (await ask("SELECT name FROM knex_migrations WHERE name LIKE 'newer/%' ORDER BY id")).map(({ name }) => name);
  /** A plugin with a migration for each statement. */
  const newer = async (statements: string[], rest: Partial<Plugin> = {}): Promise<FoundPlugin> => {
    const folder = await mkdtemp(join(home, "plugin-"));
    await mkdir(join(folder, "migrations"));
    for (const [index, sql] of statements.entries())
      await writeFile(
        join(folder, "migrations", `000${index + 1}_step.js`),
        `export const up = (tx) => tx.raw(${JSON.stringify(sql)});\n`,
      );
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    return { ...found(plugin("newer", rest)), codeFolder: folder };
  };
  const migrate = async (plugins: FoundPlugin[]) => {
    const lines: string[] = [];
    const env = environment(database.url, home);
    const run = runCommand({ env, words: ["migrate"], print: (line) => void lines.push(line), plugins });
    const outcome = await run.catch((error: Error) => error.message);
    return { outcome, lines };
  };

  it("who is asked before takes as long as it takes: the limit is of the migrations alone", async () => {
    const told: string[] = [];
    const keeper = plugin("keeper", { setup: () => ({ beforeUpgrade: async () => void told.push("asked") }) });
    const start = async (statement: string, limited: (work: () => Promise<void>) => Promise<void>) => {
      const plugins = [found(keeper), await newer([statement])];
      const roster = createRoster(
        plugins.map(({ definition }) => definition),
        plugins,
        new Map(),
      );
      for (const member of roster) member.setup = await member.plugin.setup({} as never);
      const db = createDatabase({ url: database.url, poolMax: 4, log });
      try {
        await upgrade({ db, roster, own: { owner: "kernel", folder: join(home, "none") }, log, limited });
      } finally {
        await db.close();
      }
    };
    await start("SELECT 1", async (work) => {
      told.push("the limit begins");
      await work();
      told.push("migrated");
    });
    assert.deepEqual(told, ["asked", "the limit begins", "migrated"]);
    await ask("DELETE FROM knex_migrations WHERE name LIKE 'newer/%'");
    const short = (work: () => Promise<void>) => withLimit("migrating", 0.05, work);
    await assert.rejects(start("SELECT pg_sleep(1)", short), /migrating did not end within 0\.05 s/);
  });

  it("one that would keep the shop and is down: nothing is changed, unless the operator has said so", async () => {
    const keeper = (setup: Plugin["setup"]): FoundPlugin =>
      found(
        plugin("keeper", {
          optional: true,
          config: z.object({ KEEP: z.enum(["yes", "no"]).default("yes") }),
          withoutAsking: ({ KEEP }) => (KEEP === "yes" ? "KEEP=no" : undefined),
          setup,
        }),
      );
    const broken = keeper(() => Promise.reject(new Error("no licence")));
    const step = await newer(["SELECT 1"]);
    await assert.rejects(openSystem([broken, step], { url: database.url }), (error: Error) => {
      assert.match(
        error.message,
        /the plugin keeper, which is asked before newer\/0001_step change the database, is down/,
      );
      assert.match(error.message, /cure: mend it .*; or set KEEP=no/);
      return true;
    });
    assert.deepEqual(await done(), []);
    const told = await migrate([broken, step]);
    assert.match(String(told.outcome), /the plugin keeper, which is asked before .* is down/);
    assert.deepEqual(await done(), []);
    await (await openSystem([broken, step], { url: database.url, env: { KEEP: "no" } })).close();
    assert.deepEqual(await done(), ["newer/0001_step"]);
    await (await openSystem([broken, step], { url: database.url })).close();
  });

  it("migrate says what it did, not what was to do: before one that fails too", async () => {
    const statements = ["SELECT 1", "SELECT nonsense", "SELECT 3"];
    const failed = await migrate([await newer(statements)]);
    assert.match(String(failed.outcome), /migration newer\/0002_step failed/);
    assert.deepEqual(failed.lines, ["Applied: newer/0001_step."]);
    const optional = await migrate([await newer(statements, { optional: true })]);
    assert.deepEqual(optional, {
      outcome: 1,
      lines: ["The plugin newer stays down: migration failed.", "Not applied: newer/0002_step, newer/0003_step."],
    });
  });

  it("of two at once one did it", async () => {
    const step = await newer(["SELECT 1", "SELECT 2"]);
    const both = await Promise.all([migrate([step]), migrate([step])]);
    assert.deepEqual(both.map(({ outcome, lines }) => [outcome, ...lines].join(" ")).sort(), [
      "0 Applied: newer/0001_step, newer/0002_step.",
      "0 The database is up to date.",
    ]);
  });
}).timeout(60_000);
