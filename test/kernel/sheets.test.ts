/** Workbooks in long: what is written is read back, and one that breaks off ends nobody's program. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, it } from "mocha";
import { readSheet } from "../../kernel/sheets/read.ts";
import { type WrittenCell, writeSheet } from "../../kernel/sheets/write.ts";
import { openWorkbook } from "../../kernel/sheets/zip.ts";
import { until } from "../harness/until.ts";
import { workbook } from "../harness/workbook.ts";

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

async function partOf(content: Buffer, name: string): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of await (await openWorkbook(content)).open(name, 1_000_000)) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString("utf8");
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

  it("a day is a date to a spreadsheet, and comes back as the day", async () => {
    const day = fc
      .integer({ min: -30_000, max: 2_900_000 })
      .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10))
      .filter((one) => one >= "1890-01-01" && one <= "9999-12-31");
    await fc.assert(
      fc.asyncProperty(fc.array(day, { minLength: 1, maxLength: 5 }), async (days) => {
        assert.deepEqual(await back(await written([days.map((one) => ({ day: one }))])), [days]);
      }),
      { numRuns: 30 },
    );
    const content = await written([
      [{ day: "2026-03-02" }, { day: "1900-03-01" }, { day: "1900-02-28" }, { number: "19.5" }],
    ]);
    const sheet = await partOf(content, "xl/worksheets/sheet1.xml");
    // as Excel counts: 1 January 1900 is the first, and that year has a 29 February there; of before it dates are texts
    assert.match(
      sheet,
      /<row><c s="1"><v>46083<\/v><\/c><c s="1"><v>61<\/v><\/c><c t="inlineStr">.*1900-02-28.*<c><v>19.5<\/v>/,
    );
    const styles = await partOf(content, "xl/styles.xml");
    const formats = [...(/<cellXfs count="2">(.*)<\/cellXfs>/.exec(styles)?.[1] ?? "").matchAll(/numFmtId="(\d+)"/g)];
    assert.deepEqual(
      formats.map(([, id]) => id),
      ["0", "14"],
      "the date of whoever reads it",
    );
    for (const list of ["fonts", "fills", "borders", "cellStyleXfs", "cellStyles"])
      assert.match(styles, new RegExp(`<${list} count="`));
    assert.match(
      await partOf(content, "[Content_Types].xml"),
      /PartName="\/xl\/styles.xml" ContentType="[^"]*spreadsheetml\.styles\+xml"/,
    );
    assert.match(
      await partOf(content, "xl/_rels/workbook.xml.rels"),
      /Type="[^"]*\/relationships\/styles" Target="styles.xml"/,
    );
  });

  it("dates of other programs are read as days, by their formats and from the year that they count from", async () => {
    const formats = ["0", "14", "164", "165", "166", "167", "20", "22"];
    const codes = {
      164: "[$-C0A]d&quot; de &quot;mmmm;@",
      165: "0.00&quot; dd&quot;",
      166: "[Red]mmm\\-yy",
      167: "[h]:mm",
    };
    const styles =
      `<numFmts>${Object.entries(codes).map(([id, code]) => `<numFmt numFmtId="${id}" formatCode="${code}"/>`)}</numFmts>` +
      `<cellXfs>${formats.map((id) => `<xf numFmtId="${id}"/>`).join("")}</cellXfs>`;
    const rows = `<row>${formats.map((_, n) => `<c s="${n}"><v>${n === 7 ? "46083.5" : "46083"}</v></c>`).join("")}</row>`;
    const cells = async (from1904: boolean) => {
      const [row = []] = await back(workbook({ rows, styles, from1904 }));
      return row.map((cell) => (typeof cell === "string" || !("number" in cell) ? cell : Number(cell.number)));
    };
    const day = "2026-03-02";
    assert.deepEqual(await cells(false), [46083, day, day, 46083, day, 46083, 46083, day]);
    assert.deepEqual((await cells(true))[1], "2030-03-03");
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
