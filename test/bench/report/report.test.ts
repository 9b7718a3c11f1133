import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Figure } from "../stats.ts";
import { bars, goalOf } from "./bars.ts";
import { type Run, withTables } from "./report.ts";

const figure = (more: Partial<Figure>): Figure => ({
  name: "a sale | p99",
  value: 120,
  unit: "ms",
  beside: "pgbench 30 ms",
  samples: [120],
  ...more,
});
const readme = "# Head\n<!-- figures: drawn by `npm run bench -- report` -->\nold\n<!-- end of figures -->\nfoot\n";
const run = (figures: Figure[]): Run => ({
  at: "2026-11-26T16:00:00.000Z",
  node: "v20",
  cores: 2,
  load: [1, 2.5],
  part: "sale",
  figures,
});

describe("the report of the bench", () => {
  it("says of each goal whether it was met, from its own side", () => {
    assert.deepEqual(
      [{ atMost: 120 }, { atMost: 119 }, { atLeast: 120 }, { atLeast: 121 }].map(
        (goal) => goalOf(figure({ goal }))?.met,
      ),
      [true, false, true, false],
    );
    assert.equal(goalOf(figure({})), undefined);
  });

  it("replaces the old tables, keeps what is around them, and can be made again", () => {
    const once = withTables(readme, [run([figure({ goal: { atMost: 100 } })])]);
    assert.match(once, /^# Head\n/);
    assert.match(once, /\nfoot\n$/);
    assert.doesNotMatch(once, /old/);
    assert.match(once, /\| a sale \\\| p99 \| 120 ms \| ≤ 100 ms: not met \| pgbench 30 ms \|/);
    assert.match(once, /2026-11-26 16:00 UTC, v20, 2 cores, load 1\.0 to 2\.5/);
    assert.equal(withTables(once, [run([figure({ goal: { atMost: 100 } })])]), once);
    const other = { ...run([figure({})]), part: "boot" };
    const both = withTables(once, [other]);
    assert.ok(both.indexOf("### boot") < both.indexOf("### sale"), "what was not run this time stays");
    assert.equal(withTables(both, [other, run([figure({ goal: { atMost: 100 } })])]), both);
    assert.throws(() => withTables("no marks", [run([])]), /no place/);
  });

  it("draws a bar and a mark for each figure, with names as text", () => {
    const svg = bars("sale", [figure({ name: "<b> & co", value: 50, goal: { atMost: 100 } }), figure({})]);
    assert.equal(svg.match(/<rect x=/g)?.length, 2);
    assert.equal(svg.match(/<line /g)?.length, 1);
    assert.match(svg, /&lt;b&gt; &amp; co/);
    assert.doesNotMatch(svg, /<b>/);
  });
});
