/** SECURITY.md says which test proves each protection: each of them must be there. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { root } from "../arch/sources.ts";

describe("the threat model", () => {
  const rows = readFileSync(join(root, "SECURITY.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && line.includes(".test.ts"));

  it("names who, what, the protection and one test in each row", () => {
    assert.ok(rows.length > 25);
    for (const row of rows) {
      const cells = row.split(" | ");
      assert.equal(cells.length, 4, row);
      assert.match(cells[3] ?? "", /^`[\w/.-]+\.test\.ts` "[^"]+" \|$/, row);
    }
  });

  it("and each of these tests is there", () => {
    for (const row of rows) {
      const [, file = "", title = ""] = /`([\w/.-]+\.test\.ts)` "([^"]+)"/.exec(row) ?? [];
      // a story told for each role or language has its name in a template
      const source = readFileSync(join(root, file), "utf8").replaceAll(["$", "{role}"].join(""), "employee");
      assert.ok(source.includes(title), `${file} has no "${title}"`);
    }
  });
});
