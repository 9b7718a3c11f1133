// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources to be read are texts here
/**
 * Values reach SQL as bound parameters only. SQL is a text that stands in the source: a literal; a constant of a module, which is
 * made before any request comes; one of two of these by a condition; or what a function called `...Sql` writes of such texts.
 */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { sourcesIn } from "./sources.ts";
import { branchesOf, expressionAt, templateOf, templatesIn } from "./sql-text.ts";

const program = sourcesIn("kernel", "plugins", "migrations").filter(
  ({ path }) => !/^plugins\/[^/]+\/(test|public)\//.test(path),
);

const CALLS =
  /(?:\.|\?\.|\b)(raw|whereRaw|orWhereRaw|orderByRaw|havingRaw|groupByRaw|joinRaw|fromRaw|query|often)(?:<[^(]*>)?\(\s*/g;
const SQL =
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM|WHERE|JOIN|ORDER BY|GROUP BY|LIKE|VALUES|RETURNING|CREATE|ALTER|DROP|LIMIT|AND|OR)\b/;

/** Committed migrations are never edited: this one names tables of a list that stands in it. */
const SETTLED: Record<string, readonly string[]> = {
  "plugins/pos/migrations/0001_registers_carts_sales.ts": ["table"],
};

function isText(expression: string, path: string): boolean {
  if (/^"[^"\\\n]*"$|^'[^'\\\n]*'$|^\d+$/.test(expression)) return true;
  if (/^[A-Z][A-Z0-9_]*$/.test(expression)) return true;
  // the place in a list, which names a binding: :word0, :word1
  if (expression === "index" || SETTLED[path]?.includes(expression)) return true;
  // pg's own quoting, for CREATE ROLE and CREATE DATABASE, which take no parameters
  if (/^\w+\.escape(Literal|Identifier)\(\w+\)$/.test(expression)) return true;
  if (/^\w+Sql\(/.test(expression) && expressionAt(expression, 0) === expression && expression.endsWith(")"))
    return true;
  const branches = branchesOf(expression);
  if (branches) return branches.every((one) => isText(one, path));
  return templateOf(expression)?.parts.every((part) => isText(part, path)) ?? false;
}

describe("every parameter of SQL is bound", () => {
  it("what is given to the database is a text of the source", () => {
    let calls = 0;
    const wrong = program.flatMap(({ path, text }) =>
      [...text.matchAll(CALLS)].flatMap((call) => {
        const sql = expressionAt(text, call.index + call[0].length);
        // its definition in a type, or a call that is none of the database's
        if (sql === "" || /^\w+\??:/.test(sql)) return [];
        calls += 1;
        return isText(sql, path) ? [] : [`${path}: ${call[1]}(${sql.slice(0, 80)}`];
      }),
    );
    assert.deepEqual(wrong, []);
    assert.ok(calls > 150);
  });

  it("so is every piece of SQL that is put together elsewhere", () => {
    const wrong = program.flatMap(({ path, text }) =>
      templatesIn(text)
        .filter(({ text: template }) => SQL.test(template.replace(/\$\{[^}]*\}/g, "")))
        .flatMap(({ parts }) => parts.filter((part) => !isText(part, path)).map((part) => `${path}: \${${part}}`)),
    );
    assert.deepEqual(wrong, []);
  });

  it("no text of SQL is lengthened by anything but another one", () => {
    const wrong = program
      .filter(({ path }) => /queries|migrations|kernel\/(db|events|jobs)/.test(path))
      .flatMap(({ path, text }) => [
        ...[...text.matchAll(/\b\w*[sS]ql \+= */g)]
          .map((one) => expressionAt(text, one.index + one[0].length))
          .filter((one) => !isText(one, path))
          .map((one) => `${path}: += ${one}`),
        ...[...text.matchAll(/[`"'] \+ (?![`"'])|(?<![`"'\s]) \+ [`"']/g)]
          .filter((one) => SQL.test(text.slice(text.lastIndexOf("\n", one.index), text.indexOf("\n", one.index))))
          .map((one) => `${path}: ${text.slice(one.index, one.index + 40)}`),
      ]);
    assert.deepEqual(wrong, []);
  });

  it("what is written in capitals is a constant of a module, its own or another's", () => {
    let constants = 0;
    const wrong = program.flatMap(({ path, text }) => {
      const named = [...text.matchAll(CALLS)].map((call) => expressionAt(text, call.index + call[0].length));
      const parts = [...named, ...templatesIn(text).flatMap((one) => (SQL.test(one.text) ? one.parts : []))];
      return parts
        .filter((part) => /^[A-Z][A-Z0-9_]*$/.test(part))
        .filter((name) => {
          constants += 1;
          const declared = new RegExp(
            `^(export )?const ${name}\\b|^import [^;]*\\b${name}\\b[^;]* from "\\.`,
            "m",
          ).test(text);
          const hidden = new RegExp(
            `^[ \\t]+(const|let|var) (\\{[^}]*)?\\b${name}\\b|\\b${name}\\b[^;)]*\\) *(: [^;{]*)?(=>|\\{)`,
            "m",
          ).test(text);
          return !declared || hidden;
        })
        .map((name) => `${path}: ${name}`);
    });
    assert.deepEqual(wrong, []);
    assert.ok(constants > 20);
  });

  it("the rule sees what it is there for", () => {
    const refused = [
      "`SELECT ${name}`",
      "`SELECT ${request.body.name}`",
      '`SELECT ${COLUMNS} WHERE name = \'${name.replace("a", "b")}\'`',
      "`SELECT ${a ? name : COLUMNS}`",
      "`SELECT ${a ? `x ${name}` : COLUMNS}`",
      '"SELECT " + name',
      "`SELECT ` + name",
      "sql",
      "whereSql(a) + name",
      "[COLUMNS, name].join()",
      "COLUMNS.replace(a, b)",
    ];
    for (const expression of refused) assert.ok(!isText(expression, ""), expression);
    const taken = [
      '"SELECT 1"',
      "`SELECT 1`",
      '`SELECT ${COLUMNS} ${whereSql(name)} ${a === b ? `AND ${LOW}` : ""}`',
      "HEAD",
    ];
    for (const expression of taken) assert.ok(isText(expression, ""), expression);
    assert.equal(expressionAt("raw(`a ${f({ b: `)` })} c`, [1])", 4), "`a ${f({ b: `)` })} c`");
    assert.deepEqual(
      templatesIn("const a = `x ${b ? `y ${c}` : d}`; // `z ${e}`").map(({ parts }) => parts),
      [["b ? `y ${c}` : d"], ["c"]],
    );
  });
});
