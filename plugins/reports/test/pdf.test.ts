/** A report on paper: of amounts every digit is there, however many columns it has; only words are cut. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, it } from "mocha";
import PDFDocument from "pdfkit";
import { printTable } from "../pdf.ts";

interface Drawn {
  text: string;
  x: number;
  y: number;
  size: number;
}

/** What stands on the pages, with its place and size. */
function drawnIn(pdf: Buffer): Drawn[] {
  const found: Drawn[] = [];
  for (let at = pdf.indexOf("stream\n"); at >= 0; at = pdf.indexOf("stream\n", at + 1)) {
    if (pdf.subarray(at - 3, at).toString("latin1") === "end") continue;
    const page = inflateSync(pdf.subarray(at + 7, pdf.indexOf("endstream", at))).toString("latin1");
    const shown = /1 0 0 1 (\S+) (\S+) Tm\n\/F\d+ (\S+) Tf\n(?:\S+ T[crwz]\n)*\[([^\]]*)\] TJ/g;
    for (const [, x, y, size, parts = ""] of page.matchAll(shown)) {
      const codes = [...parts.matchAll(/<([0-9a-f]*)>/g)].map(([, hex = ""]) => hex).join("");
      const text = Buffer.from(codes, "hex").toString("latin1").replaceAll("\x85", "…");
      found.push({ text, x: Number(x), y: Number(y), size: Number(size) });
    }
  }
  return found;
}

const MONEY = ["Descuento", "Neto", "Impuesto", "Redondeo", "Total", "Costo", "Margen", "Antes"];
const HEAD = [
  { text: "Producto", num: false },
  { text: "Código", num: false },
  ...["Ventas", ...MONEY].map((text) => ({ text, num: true })),
];

async function printed(rows: string[][], foot?: string[], head = HEAD): Promise<Drawn[]> {
  async function* batches() {
    for (let from = 0; from < rows.length; from += 50) yield rows.slice(from, from + 50);
  }
  const about = { title: "Tienda", about: "1 a 2", pageOf: (number: number) => `Página ${number}`, language: "es" };
  const pieces: Buffer[] = [];
  for await (const piece of printTable({ ...about, head, rows: batches(), foot: () => foot }))
    pieces.push(piece as Buffer);
  return drawnIn(Buffer.concat(pieces));
}

const NAME = "Aceite vegetal de girasol extra virgen de primera presión en frío, botella de vidrio";

describe("a report as PDF", () => {
  it("has every amount whole in eleven columns, and cuts a name that is too long", async () => {
    const amount = "$\u00a0123.456.789,90";
    const rows = Array.from({ length: 60 }, () => [NAME, "7702011000012", "12.345", ...MONEY.map(() => amount)]);
    const drawn = await printed(rows, ["Total", "", "740.700", ...MONEY.map(() => "-$\u00a07.407.407.394,00")]);
    const texts = drawn.map(({ text }) => text);
    assert.equal(texts.filter((text) => text === "$ 123.456.789,90").length, 60 * MONEY.length);
    assert.equal(texts.filter((text) => text === "-$ 7.407.407.394,00").length, MONEY.length);
    assert.equal(texts.filter((text) => text.startsWith("Aceite") && text.endsWith("…")).length, 60);
    assert.ok(texts.includes("Redondeo"), "heads are whole where there is room");
    const sizes = drawn.filter(({ text }) => text === "$ 123.456.789,90").map(({ size }) => size);
    assert.ok(Math.min(...sizes) >= 7, `as large as words: ${Math.min(...sizes)}`);
  });

  it("has room for names where amounts are short", async () => {
    const drawn = await printed([[NAME, "PAN", "1", ...MONEY.map(() => "$\u00a01")]]);
    assert.ok(drawn.some(({ text }) => text === NAME));
  });

  it("whatever is in it, no amount is cut, runs into another or off the page", async () => {
    const amounts = fc.array(
      fc.array(
        fc
          .bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
          .map((one) => `${one < 0n ? "-" : ""}$ ${one < 0n ? -one : one},00`),
        { minLength: 14, maxLength: 14 },
      ),
      { minLength: 1, maxLength: 120 },
    );
    const ruler = new PDFDocument().font("Helvetica");
    const head = [{ text: "Día", num: false }, ...Array.from({ length: 14 }, (_, n) => ({ text: `C${n}`, num: true }))];
    await fc.assert(
      fc.asyncProperty(amounts, async (rows) => {
        const drawn = await printed(
          rows.map((row, n) => [`d${n}`, ...row]),
          ["Total", ...Array.from({ length: 14 }, () => "$ 999.999.999.999.999.999,00")],
          head,
        );
        const seen = drawn.filter(({ text }) => text.includes("$"));
        assert.deepEqual(
          seen.map(({ text }) => text),
          [...rows.flat(), ...Array.from({ length: 14 }, () => "$ 999.999.999.999.999.999,00")],
        );
        for (const [index, one] of seen.entries()) {
          const next = seen[index + 1];
          const end = one.x + ruler.fontSize(one.size).widthOfString(one.text);
          assert.ok(one.x >= 28 && end < 842 - 28, `${one.x} ${end}`);
          if (next && next.y === one.y) assert.ok(end < next.x, `${one.text} ${next.text}`);
        }
      }),
      { numRuns: 5 },
    );
  });
});
