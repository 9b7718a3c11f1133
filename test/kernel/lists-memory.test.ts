/** What a long list keeps in memory while it is read: a batch and a little more, however long it is. Counted after the garbage is gone. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, it } from "mocha";
import { readBatches } from "../../kernel/lists/reader.ts";
import { readSheet } from "../../kernel/sheets/read.ts";
import { writeSheet } from "../../kernel/sheets/write.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const MEGABYTE = 1024 * 1024;
const BATCH = 1000;
const layout = { delimiter: ";", columns: ["code", "price"], ignored: [] };

function held(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Of a file that is made while it is read, in parts as large as those that are kept. */
async function* parts(rows: number, cells: (n: number) => string): AsyncGenerator<Buffer> {
  let lines = ["codigo;precio"];
  for (let n = 0; n < rows; n += 1) {
    lines.push(cells(n));
    if (n % 20_000 !== 19_999) continue;
    yield Buffer.from(`${lines.join("\n")}\n`);
    lines = [];
  }
}

describe("memory of a long list", () => {
  it("rows that were dealt with are let go: the last of 200,000 finds as much memory as the first ones", async () => {
    let begun = 0;
    let most = 0;
    let rows = 0;
    for await (const batch of readBatches(
      parts(200_000, (n) => `CODIGO-${n};${n}`),
      layout,
      BATCH,
    )) {
      rows += batch.rows.length;
      if (rows === 10 * BATCH) begun = held();
      if (rows % (20 * BATCH) === 0) most = Math.max(most, held());
    }
    assert.equal(rows, 200_000);
    assert.ok(most - begun < 3 * MEGABYTE, `${((most - begun) / MEGABYTE).toFixed(1)} MB more than at the beginning`);
  }).timeout(60_000);

  it("a batch that takes long to write does not let the rows behind it pile up", async () => {
    const reader = readBatches(
      parts(200_000, () => "1;2"),
      layout,
      BATCH,
    );
    const before = held();
    const first = await reader.next();
    // as long as the reader had anything to do it had the time to do it
    for (let turn = 0; turn < 100; turn += 1) await new Promise((done) => setImmediate(done));
    const ahead = held() - before;
    assert.equal(first.value?.rows.length, BATCH);
    assert.ok(ahead < 1.5 * MEGABYTE, `${(ahead / MEGABYTE).toFixed(1)} MB of rows wait`);
    await reader.return(undefined);
  });

  it("a workbook is read row by row: its rows are never all there", async () => {
    async function* sheet() {
      yield [["codigo", "precio"]];
      for (let from = 0; from < 60_000; from += BATCH)
        yield Array.from({ length: BATCH }, (_, n) => [`CODIGO-${from + n}`, { number: String(n) }]);
    }
    const pieces: Buffer[] = [];
    for await (const piece of writeSheet(sheet())) pieces.push(piece as Buffer);
    const content = Buffer.concat(pieces);
    pieces.length = 0;
    let begun = 0;
    let most = 0;
    let rows = 0;
    for await (const _ of readSheet(content)) {
      rows += 1;
      if (rows === 5000) begun = held();
      if (rows % 10_000 === 0) most = Math.max(most, held());
    }
    assert.equal(rows, 60_001);
    assert.ok(most - begun < 3 * MEGABYTE, `${((most - begun) / MEGABYTE).toFixed(1)} MB more than at the beginning`);
  }).timeout(60_000);
});
