import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as {
  scripts: { start: string; bench: string };
};
const flagsOf = (script: string) => script.split(" ").filter((one) => one.startsWith("--") && one !== "--import");

describe("the process of the bench", () => {
  it("is given what npm start gives to Node", () => {
    assert.ok(flagsOf(scripts.start).length > 0);
    assert.deepEqual(flagsOf(scripts.bench), flagsOf(scripts.start));
  });
});
