/** Workbooks in long: what is written is read back, and one that breaks off ends nobody's program. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, it } from "mocha";
import { readSheet } from "../../kernel/sheets/read.ts";
import { type WrittenCell, writeSheet } from "../../kernel/sheets/write.ts";
import { until } from "../harness/until.ts";

type Rows = WrittenCell[][];

async function* batches(rows: Rows, size: number): AsyncGenerator<Rows> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}

async function written(rows: Rows, size = 1000): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of writeSheet(batches(rows, size))) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function back(content: Buffer): Promise<Rows> {
  const rows: Rows = [];
  for await (const row of readSheet(content)) {
    rows.push(Array.from(row, (cell) => (cell?.kind === "number" ? { number: cell.text } : (cell?.text ?? ""))));
  }
  return rows;
}

describe("workbooks", () => {
  it("fifty thousand rows are written and read back whole", async () => {
    const rows: Rows = Array.from({ length: 50_000 }, (_, n) => [`Nombre ${n} <&>`, { number: String(n) }, "fin"]);
    assert.deepEqual(await back(await written(rows)), rows);
  }).timeout(60_000);

  it("every text that XML can say comes back as it was", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((one) => !/\p{Cc}|[\ufffe\uffff]/u.test(one));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 5 }), async (row) => {
        assert.deepEqual(await back(await written([row])), [row]);
      }),
      { numRuns: 30 },
    );
  });

  it("rows that fail in the middle break the file off; a reader who goes away is no fault", async () => {
    async function* failing(): AsyncGenerator<Rows> {
      yield [["a"]];
      throw new Error("no more rows");
    }
    await assert.rejects(async () => {
      for await (const _ of writeSheet(failing()));
    }, /no more rows/);
    let begun = false;
    let letGo = false;
    async function* endless(): AsyncGenerator<Rows> {
      begun = true;
      try {
        for (;;) yield [["fila"]];
      } finally {
        letGo = true;
      }
    }
    const long = writeSheet(endless());
    // what stands before the rows in the file comes first
    for await (const _ of long) if (begun) break;
    assert.equal(long.destroyed, true);
    await until(() => letGo);
  });
});
