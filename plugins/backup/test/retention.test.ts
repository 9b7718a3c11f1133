/** Which backups stay and which go. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { outdated } from "../retention.ts";

const DAY = 86_400_000;

describe("which backups are kept", () => {
  const now = new Date("2026-11-26T02:00:00Z");
  const daysAgo = (days: number) => ({
    name: `day-${days}`,
    made_at: new Date(now.getTime() - days * DAY).toISOString(),
    origin: "own" as const,
  });
  const gone = (days: number[], proven: number[], planted: number[] = []) =>
    outdated([...days.map(daysAgo), ...planted.map((day) => ({ ...daysAgo(day), origin: "unsigned" as const }))], {
      proven: new Set(proven.map((day) => `day-${day}`)),
      now,
      keepDays: 30,
    }).map(({ name }) => name);

  const days = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

  it("those of the last 30 days", () => {
    assert.deepEqual(gone([...days(0, 30), 31, 90], days(0, 90)), ["day-31", "day-90"]);
  });
  it("the newest seven that were proven, and the newest seven at all", () => {
    assert.deepEqual(gone([...days(31, 39), ...days(50, 57)], days(50, 57)), ["day-38", "day-39", "day-57"]);
    assert.deepEqual(gone(days(40, 47), []), ["day-47"]);
    assert.deepEqual(gone([], []), []);
  });
  it("our own newest seven, however many others somebody puts beside them, proven by their names or not", () => {
    assert.deepEqual(gone(days(40, 46), [], days(0, 20)), []);
    assert.deepEqual(gone(days(40, 46), days(0, 20), days(0, 20)), []);
    assert.deepEqual(
      gone(days(0, 9), days(0, 9), days(31, 39)),
      days(31, 39).map((day) => `day-${day}`),
      "and no others",
    );
  });
  it("as few as are wanted, where there is no room for a week", () => {
    const all = days(0, 9).map(daysAgo);
    const proven = new Set(all.map(({ name }) => name));
    assert.equal(all.length - outdated(all, { proven, now, keepDays: 2 }).length, 3);
  });
  it("the newest seven, however wrong the clock goes", () => {
    const [later, all] = [new Date("2036-11-26T02:00:00Z"), days(0, 30).map(daysAgo)];
    const proven = new Set(all.map(({ name }) => name));
    const left = all.length - outdated(all, { proven, now: later, keepDays: 30 }).length;
    assert.equal(left, 7);
  });
});
