import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import { decodeCursor, encodeCursor, listQuery, pageOf, readCursor } from "../../kernel/http/cursor.ts";

const query = z.strictObject({ ...listQuery });

describe("pages of a list", () => {
  it("every cursor comes back as it was and may stand in a URL", () => {
    const text = fc.string({ unit: "grapheme" }).filter((one) => !one.includes("\0"));
    const values = fc.array(fc.oneof(text, fc.maxSafeInteger()), { minLength: 1 });
    fc.assert(
      fc.property(values, (key) => {
        const cursor = encodeCursor(key);
        assert.match(cursor, /^[\w-]+$/);
        // JSON has no negative zero, and no key needs one
        assert.deepEqual(
          decodeCursor(cursor),
          key.map((one) => (one === 0 ? 0 : one)),
        );
      }),
    );
  });

  it("what is not a cursor of ours is a fault of the field, never an error of the database", () => {
    const foreign = ["", "x", "%", btoa("{}"), btoa("[]"), btoa("[null]"), btoa("[1.5]"), btoa('["\\u0000"]')];
    for (const text of foreign) assert.equal(decodeCursor(text), undefined);
    const result = query.safeParse({ cursor: "x" });
    assert.equal(result.error?.issues[0]?.message, "kernel.validation.cursor");
  });

  it("a cursor of another list is refused by the one that gets it", () => {
    const cursor = encodeCursor(["Panela", 17]);
    assert.deepEqual(readCursor(cursor, ["string", "number"]), ["Panela", 17]);
    assert.equal(readCursor(undefined, ["number"]), undefined);
    for (const kinds of [["number"], ["number", "number"], ["string", "number", "number"]] as const) {
      assert.throws(
        () => readCursor(cursor, kinds),
        (error) => error instanceof AppError && error.details.fields?.[0]?.text === "kernel.validation.cursor",
      );
    }
  });

  it("a page has 50 rows, or what was asked for between 1 and 200", () => {
    assert.deepEqual(query.parse({}), { limit: 50 });
    assert.deepEqual(query.parse({ limit: "200", cursor: "" }), { limit: 200, cursor: undefined });
    for (const limit of ["0", "201", "-1", "1.5", "many", "1e9"]) assert.ok(!query.safeParse({ limit }).success, limit);
  });

  it("one row too many is the sign of a next page, and is not shown", () => {
    const key = (row: number) => [row];
    assert.deepEqual(pageOf([1, 2, 3], 2, key), { rows: [1, 2], next: encodeCursor([2]) });
    assert.deepEqual(pageOf([1, 2], 2, key), { rows: [1, 2], next: null });
    assert.deepEqual(pageOf([], 2, key), { rows: [], next: null });
  });
});
