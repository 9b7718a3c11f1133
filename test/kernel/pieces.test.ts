/** Pieces of SQL: texts of the source go through as they are, what ends a statement or hides the rest of it does not. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { allSql, listSql, pieceSql } from "../../kernel/db/pieces.ts";

describe("pieces of SQL", () => {
  it("are put together as they stand", () => {
    assert.equal(
      pieceSql("cast(created_at AT TIME ZONE 'UTC' AS date)"),
      "cast(created_at AT TIME ZONE 'UTC' AS date)",
    );
    assert.equal(listSql(["store_id DESC", "id DESC"]), "store_id DESC, id DESC");
    assert.equal(allSql(["a = 1", "b < :b"]), "true AND a = 1 AND b < :b");
    assert.equal(allSql([]), "true");
  });

  for (const text of ["id; DROP TABLE sales", "id -- and so on", "id /* and so on", "E'\\'", "$$"])
    it(`${text} is none`, () => {
      for (const put of [pieceSql, (one: string) => listSql(["id", one]), (one: string) => allSql([one])])
        assert.throws(() => put(text), RangeError);
    });
});
