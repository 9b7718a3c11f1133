/** While a version comes in, or when it was taken back, the one before sells on with its tables (adr/0017). */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "mocha";
import { isBreaking } from "../../kernel/db/migrate.ts";
import { filesIn, root } from "../arch/sources.ts";

/** before it there was none that could have to go on */
const FIRST = "0.1.0";
const LIST = join(root, "ops/deploy/released.txt");

/** What a program that knows nothing of it trips over: something gone, renamed, of another type, or asked for in each new row. */
const BREAKS: [string, RegExp][] = [
  [
    "drops a table, view, column or function",
    /\bDROP\s+(TABLE|VIEW|COLUMN|FUNCTION)\b|\.drop(Table|TableIfExists|Column|Columns|View)\(/i,
  ],
  ["renames", /\bRENAME\s+(TO|COLUMN)\b|\.rename(Table|Column|View)\(/i],
  ["changes a type", /\bALTER\s+(COLUMN\s+)?\w+\s+(SET\s+DATA\s+)?TYPE\b|\.alter\(/i],
  ["makes a column mandatory", /\bSET\s+NOT\s+NULL\b|\bDROP\s+DEFAULT\b|\.dropNullable\(/i],
  ["adds a mandatory column without a default", /\bADD\s+COLUMN\b(?![^,;`"]*\bDEFAULT\b)[^,;`"]*\bNOT\s+NULL\b/i],
];

/** Tables that the version before does not know: what is asked of their rows breaks nobody. */
const newTables = (code: string) =>
  new Set(
    [...code.matchAll(/(?:CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?|\.createTable\(\s*["'])(\w+)/gi)].map(
      ([, name]) => name,
    ),
  );

/** Columns that rows of the version before leave empty: NULLs are never the same. */
const newColumns = (code: string) =>
  new Set(
    [...code.matchAll(/\bADD\s+COLUMN\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)(?![^,;`"]*\bDEFAULT\b)/gi)].map(
      ([, name]) => name,
    ),
  );

/** A constraint or an index that rows may fail which the version before writes: each statement that adds one to a table that was there. */
function refusesRows(code: string): boolean {
  const [tables, columns] = [newTables(code), newColumns(code)];
  const unique = /\bCREATE\s+UNIQUE\s+INDEX\b[^;`]*?\bON\s+(?:ONLY\s+)?"?(\w+)"?\s*(?:USING\s+\w+\s*)?\(([^;`]*)/gi;
  for (const [, table, rest = ""] of code.matchAll(unique)) {
    const named = rest
      .slice(0, rest.indexOf(")"))
      .split(",")
      .map((one) => one.trim().replaceAll('"', ""));
    if (!tables.has(table) && !named.some((one) => columns.has(one))) return true;
  }
  for (const [, table, deeds = ""] of code.matchAll(
    /\bALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?"?(\w+)"?([^;`]*)/gi,
  )) {
    if (tables.has(table)) continue;
    if (/\bADD\s+(CHECK|UNIQUE|PRIMARY\s+KEY|FOREIGN\s+KEY|EXCLUDE)\b/i.test(deeds)) return true;
    // one that takes the place of its namesake lets more rows in: whoever writes a narrower one calls it what it is
    for (const [, name] of deeds.matchAll(/\bADD\s+CONSTRAINT\s+"?(\w+)"?/gi))
      if (!new RegExp(`\\bDROP\\s+CONSTRAINT\\s+(IF\\s+EXISTS\\s+)?"?${name}\\b`, "i").test(code)) return true;
  }
  return /\.alterTable\([\s\S]*\.(unique|check\w*|foreign|primary|references)\(/.test(code);
}

function whyBreaking(text: string): string[] {
  const code = text
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|--[^\n]*/g, "")
    .replace(/export (async )?(function|const) down[\s\S]*/, "");
  const found = BREAKS.flatMap(([why, pattern]) => (pattern.test(code) ? [why] : []));
  return refusesRows(code) ? [...found, "refuses rows that were fine"] : found;
}

interface Version {
  version: string;
  released: readonly string[];
  migrations: readonly { path: string; text: string }[];
}

/** Of the migrations since the last release those that break the version before and do not say so. */
function unsaid({ version, released, migrations }: Version): string[] {
  if (version === FIRST) return [];
  return migrations
    .filter(({ path }) => !released.includes(path) && !isBreaking(`x/${basename(path)}`))
    .flatMap(({ path, text }) => whyBreaking(text).map((why) => `${path} ${why}`));
}

describe("migrations since the last release", () => {
  it("let the version before go on, or are called NNNN_breaks_...", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    const migrations = [...filesIn("migrations"), ...filesIn("plugins")]
      .filter((path) => /(^|\/)migrations\/\d{4}_\w+\.ts$/.test(path))
      .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
    assert.ok(migrations.length > 50);
    const released = existsSync(LIST) ? readFileSync(LIST, "utf8").trim().split("\n") : [];
    assert.ok(
      version === FIRST || released.length > 0,
      "ops/deploy/note-release at each release, before the version goes up",
    );
    assert.deepEqual(unsaid({ version, released, migrations }), []);
  });

  const judged = (name: string, sql: string, released: string[] = []) =>
    unsaid({
      version: "0.2.0",
      released,
      migrations: [{ path: `migrations/${name}.ts`, text: `await tx.raw(\`${sql}\`)` }],
    });

  for (const sql of [
    "ALTER TABLE sales DROP COLUMN note",
    "DROP TABLE carts",
    "ALTER TABLE sales RENAME COLUMN note TO remark",
    "ALTER TABLE sales ALTER COLUMN total_minor TYPE numeric",
    "ALTER TABLE sales ALTER note SET NOT NULL",
    "ALTER TABLE sales ADD COLUMN note text NOT NULL",
    "ALTER TABLE sales ALTER COLUMN note SET NOT NULL",
    "ALTER TABLE sales ADD CONSTRAINT short CHECK (length(note) < 10)",
    "ALTER TABLE sales DROP CONSTRAINT long, ADD CONSTRAINT short CHECK (length(note) < 10)",
    "ALTER TABLE sales ADD CHECK (length(note) < 10)",
    "ALTER TABLE ONLY sales ADD UNIQUE (note)",
    "ALTER TABLE sales ADD FOREIGN KEY (note) REFERENCES notes",
    "CREATE UNIQUE INDEX ON sales (note)",
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one_note ON sales USING btree (store_id, lower(note))",
    "ALTER TABLE sales ADD COLUMN mark int DEFAULT 1; CREATE UNIQUE INDEX ON sales (mark)",
  ])
    it(`is found: ${sql}`, () => {
      assert.equal(judged("0200_change", sql).length, 1);
      assert.deepEqual(judged("0200_breaks_change", sql), []);
      assert.deepEqual(judged("0200_change", sql, ["migrations/0200_change.ts"]), []);
    });

  for (const sql of [
    "CREATE TABLE notes (id bigserial PRIMARY KEY, text text NOT NULL)",
    "ALTER TABLE sales ADD COLUMN note text",
    "ALTER TABLE sales ADD COLUMN note text NOT NULL DEFAULT ''",
    "CREATE INDEX ON sales (store_id)",
    "CREATE TABLE notes (id bigint); CREATE UNIQUE INDEX ON notes (id); ALTER TABLE notes ADD CONSTRAINT some CHECK (id > 0)",
    "ALTER TABLE sales ADD COLUMN mark int; CREATE UNIQUE INDEX ON sales (mark)",
    "ALTER TABLE sales DROP CONSTRAINT kind, ADD CONSTRAINT kind CHECK (note IN ('a', 'b', 'c'))",
    "ALTER TABLE sales ALTER COLUMN note DROP NOT NULL",
  ])
    it(`is fine: ${sql}`, () => assert.deepEqual(judged("0200_change", sql), []));
});
