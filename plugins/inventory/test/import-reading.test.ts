import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, it } from "mocha";
import { AppError } from "../../../kernel/errors.ts";
import { countLines, readLayout } from "../../../kernel/lists/layout.ts";
import type { ReadRow } from "../../../kernel/lists/list.ts";
import { readBatches } from "../../../kernel/lists/reader.ts";
import { guardCell, unguardCell } from "../../../kernel/sheets/cell-guard.ts";
import { createRowReader, type ImportRow } from "../import/cells.ts";
import { matchColumns } from "../import/columns.ts";
import { type ProductListParts, productList } from "../import/products.ts";
import { createRepeats } from "../import/repeats.ts";

const products = productList({} as ProductListParts);
const layoutOf = (text: string) => readLayout(Buffer.from(text), products, "es");
const refusal = (work: () => unknown): AppError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  assert.fail("it was not refused");
};

describe("the layout of a price list", () => {
  it("names of columns are told in Spanish and English, in capitals, with accents and signs", () => {
    const { columns, ignored } = matchColumns([
      "CÓDIGO",
      "Código de Barras",
      "Nombre",
      "P.V.P",
      "I.V.A. (%)",
      "Proveedor",
    ]);
    assert.deepEqual(columns, ["sku", "barcodes", "name", null, null, null]);
    assert.deepEqual(ignored, ["P.V.P", "I.V.A. (%)", "Proveedor"]);
    assert.deepEqual(matchColumns(["Precio venta", "IVA", "reorder_point", "tax rate"]).columns, [
      "price",
      "tax_rate",
      "reorder_point",
      null,
    ]);
  });

  it("a description beside a name describes; alone it is the name", () => {
    assert.deepEqual(matchColumns(["codigo", "nombre", "descripcion"]).columns, ["sku", "name", "description"]);
    assert.deepEqual(matchColumns(["codigo", "descripcion", "formato"]).columns, ["sku", "name", "description"]);
  });

  it("a list that has only barcodes names its products by them", () => {
    assert.deepEqual(matchColumns(["EAN", "Producto"]).columns, ["sku", "name"]);
    assert.deepEqual(matchColumns(["Ref", "EAN", "Producto"]).columns, ["sku", "barcodes", "name"]);
  });

  it("semicolon, comma and tab are told apart by the header, with a BOM or without", () => {
    for (const delimiter of [";", ",", "\t"]) {
      const layout = layoutOf(
        `\ufeff${["codigo", '"nombre"', "precio"].join(delimiter)}\r\n1${delimiter}a${delimiter}2`,
      );
      assert.equal(layout.delimiter, delimiter);
      assert.deepEqual(layout.columns, ["sku", "name", "price"]);
    }
  });

  it("a header without a known column is refused with the names that are expected", () => {
    const error = refusal(() => layoutOf("a|b|c\n1|2|3"));
    assert.equal(error.code, "IMPORT_NO_COLUMNS");
    assert.match(String(error.details.params?.["expected"]), /codigo, codigos_de_barras, nombre/);
    assert.equal(error.details.params?.["found"], "a|b|c");
    assert.equal(refusal(() => layoutOf("nombre;precio\na;1")).code, "IMPORT_NO_SKU");
    assert.equal(refusal(() => layoutOf(" \n \n")).code, "IMPORT_EMPTY");
  });

  it("a file that is not UTF-8 is refused with the row where it shows", () => {
    const latin = Buffer.from("codigo;nombre\n1;Pan\n2;Caf\xe9\n", "latin1");
    const error = refusal(() => readLayout(latin, products, "es"));
    assert.equal(error.code, "IMPORT_NOT_UTF8");
    assert.equal(error.details.params?.["row"], 3);
    assert.equal(
      refusal(() => readLayout(Buffer.from("\ufeffcodigo;nombre\n", "utf16le"), products, "es")).code,
      "IMPORT_NOT_UTF8",
    );
  });

  it("lines are counted under the header, whatever ends them", () => {
    assert.deepEqual(
      ["a", "a\n", "a\nb", "a\r\nb\r\n", "a\rb\rc"].map((text) => countLines(Buffer.from(text))),
      [0, 0, 1, 1, 2],
    );
  });
});

const read = (header: string, line: string, delimiter = ";"): ReadRow<ImportRow> => {
  const columns = header.split(delimiter);
  return createRowReader({ delimiter, columns: matchColumns(columns).columns, ignored: [] }, "USD")(
    2,
    line.split(delimiter),
  );
};
const faultsOf = (row: ReadRow<ImportRow>) =>
  row.kind === "bad" ? row.faults.map(({ field, code }) => `${field} ${code}`) : [];
const factsOf = (row: ReadRow<ImportRow>) => {
  assert.equal(row.kind, "good", JSON.stringify(row));
  return row.kind === "good" ? row.row : assert.fail();
};

describe("the cells of a price list", () => {
  it("amounts are read as the delimiter's people write them, and either way where both signs stand", () => {
    const price = (typed: string, delimiter: string) =>
      factsOf(read(["sku", "name", "price"].join(delimiter), ["1", "a", typed].join(delimiter), delimiter)).facts
        .priceMinor;
    for (const typed of ["1.234,50", "1,234.50", "1234,50", "1234,5", "$ 1.234,50", "1 234,50"])
      assert.equal(price(typed, ";"), 123_450, typed);
    assert.equal(price("1.234", ";"), 123_400);
    assert.equal(price("1234.50", ","), 123_450);
    assert.equal(price("12.5", ","), 1250);
    assert.equal(price("0", ";"), 0);
  });

  it("what is no amount is told by its reason", () => {
    const fault = (typed: string) => faultsOf(read("sku;name;price", `1;a;${typed}`));
    assert.deepEqual(fault("abc"), ["price MONEY"]);
    assert.deepEqual(fault("NaN"), ["price MONEY"]);
    assert.deepEqual(fault("1e5"), ["price MONEY"]);
    assert.deepEqual(fault("-5"), ["price MONEY_NEGATIVE"]);
    assert.deepEqual(fault("1,999"), ["price MONEY_DIGITS"]);
    assert.deepEqual(fault("99999999999999999"), ["price MONEY"]);
    assert.deepEqual(fault("999.999.999.999"), ["price MONEY_LARGE"]);
  });

  it("a tax rate is per cent; a fraction is asked back", () => {
    const rate = (typed: string) => factsOf(read("sku;iva", `1;${typed}`)).facts.taxRateBp;
    assert.deepEqual(
      ["19", "19%", "19 %", "5,5", "IVA 19", "0", "Exento", "EXCLUIDO", "0,5%"].map(rate),
      [1900, 1900, 1900, 550, 1900, 0, 0, 0, 50],
    );
    assert.deepEqual(faultsOf(read("sku;iva", "1;0,19")), ["tax_rate TAX_RATE_FRACTION"]);
    assert.deepEqual(faultsOf(read("sku;iva", "1;101")), ["tax_rate TAX_RATE"]);
    assert.deepEqual(faultsOf(read("sku;iva", "1;-19")), ["tax_rate TAX_RATE"]);
  });

  it("several barcodes stand in one cell; a code that a spreadsheet shortened is refused", () => {
    assert.deepEqual(factsOf(read("sku;ean", "1;770 | 771|770")).facts.barcodes, ["770", "771"]);
    assert.deepEqual(faultsOf(read("sku;ean", "1;7,70123E+12")), ["barcodes MANGLED"]);
    assert.deepEqual(faultsOf(read("sku;ean", "1;7.70123E+12")), ["barcodes MANGLED"]);
    assert.deepEqual(faultsOf(read("sku;nombre", "7,70123E+12;a")), ["sku MANGLED"]);
  });

  it("an empty cell says nothing, a blank row is passed over, a row without code is not", () => {
    assert.deepEqual(factsOf(read("sku;name;price;descripcion", "1;;;")).facts, { sku: "1" });
    assert.deepEqual(read("sku;name", " ; "), { kind: "blank" });
    assert.deepEqual(faultsOf(read("sku;name", ";Pan")), ["sku REQUIRED"]);
  });

  it("more cells than columns are told, fewer are empty cells", () => {
    assert.deepEqual(faultsOf(read("sku;name", "1;Pan;blando")), ["row TOO_MANY_CELLS"]);
    assert.deepEqual(factsOf(read("sku;name", "1;Pan;;")).facts, { sku: "1", name: "Pan" });
    assert.deepEqual(factsOf(read("sku;name;price", "1")).facts, { sku: "1" });
  });

  it("names take any printable text, and no control characters", () => {
    for (const name of ["Ü & % 1/2 «ñ»", "<b>Pan</b>", "日本酒", "🍞", "O'Higgins", "=cmd", "a'b"]) {
      assert.equal(factsOf(read("sku;name", `1;${name}`)).facts.name, name);
    }
    assert.deepEqual(faultsOf(read("sku;name", "1;a\u0000b")), ["name CHARACTERS"]);
    assert.deepEqual(faultsOf(read("sku;name", `1;${"x".repeat(201)}`)), ["name TOO_LONG"]);
  });

  it("a faulty stock cell matters only where stock is opened", () => {
    const row = factsOf(read("sku;existencias", "1;-3"));
    assert.equal(row.stockFault?.code, "QUANTITY_NEGATIVE");
  });

  it("yes and no in both languages", () => {
    const active = (typed: string) => factsOf(read("sku;activo", `1;${typed}`)).facts.active;
    assert.deepEqual(["Sí", "no", "TRUE", "0", "Inactivo"].map(active), [true, false, true, false, false]);
    assert.deepEqual(faultsOf(read("sku;activo", "1;quizás")), ["active YES_OR_NO"]);
  });

  it("the first row with a code has it; later ones are told which that was", () => {
    const find = createRepeats();
    const reader = createRowReader({ delimiter: ";", columns: ["sku", "barcodes"], ignored: [] }, "COP");
    const rows: [number, string[]][] = [
      [2, ["A", "1 2"]],
      [3, ["B", "2"]],
      [4, ["A", "9"]],
      [5, ["1", ""]],
      [6, ["C", "C"]],
    ];
    const faults = rows.flatMap(([row, cells]) => find(row, reader(row, cells)));
    assert.deepEqual(
      faults.map(({ row, code, params }) => [row, code, params["first"]]),
      [
        [3, "BARCODE_REPEATED", 2],
        [4, "SKU_REPEATED", 2],
        [5, "SKU_REPEATED", 2],
      ],
    );
  });
});

describe("cells that a spreadsheet would run", () => {
  it("formulas are written as text", () => {
    for (const text of ["=1+1", "+1", "-1", "@SUM", "\tx", "\rx"]) assert.equal(guardCell(text), `'${text}`);
    for (const text of ["a=1", "O'Higgins", "'quoted'", "", "5"]) assert.equal(guardCell(text), text);
  });

  it("every text comes back as it was", () => {
    const text = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "\t", "a", "1", " ") });
    fc.assert(fc.property(fc.oneof(text, fc.string()), (one) => unguardCell(guardCell(one)) === one));
    fc.assert(fc.property(text, (one) => !/^[=+\-@\t\r]/.test(guardCell(one))));
  });
});

async function* inPieces(content: Buffer, size: number) {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

describe("the rows of a file", () => {
  const layout = { delimiter: ";", columns: [], ignored: [] };
  const rowsOf = async (text: string, piece = 7, size = 3) => {
    const batches = [];
    for await (const batch of readBatches(inPieces(Buffer.from(text), piece), layout, size)) batches.push(batch);
    return batches;
  };

  it("come in batches with the numbers a spreadsheet shows, letters cut by a piece's end whole", async () => {
    const batches = await rowsOf('\ufeffh;i\r\nñandú;á\r\n\r\n"dos\nlíneas";é\r\nx;y\r\n', 1);
    assert.deepEqual(batches, [
      {
        from: 0,
        rows: [
          { row: 2, cells: ["ñandú", "á"] },
          { row: 3, cells: [""] },
          { row: 4, cells: ["dos\nlíneas", "é"] },
        ],
      },
      { from: 3, rows: [{ row: 5, cells: ["x", "y"] }] },
    ]);
  });

  it("a quote inside a cell is a letter; one that never closes is told with its row", async () => {
    assert.deepEqual((await rowsOf('h;i\nTubo 1/2" PVC;3" x 2"\n'))[0]?.rows[0]?.cells, ['Tubo 1/2" PVC', '3" x 2"']);
    await assert.rejects(rowsOf(`h;i\n1;ok\n2;"Tubo\n${"3;x\n".repeat(20)}`), (error: AppError) => {
      assert.equal(error.code, "IMPORT_BROKEN_QUOTE");
      return true;
    });
    await assert.rejects(rowsOf(`h;i\n1;ok\n2;"Tubo\n${"3;x\n".repeat(30_000)}`, 65_536), {
      code: "IMPORT_BROKEN_QUOTE",
    });
  });

  it("a source that fails in the middle fails the reading", async () => {
    async function* broken() {
      yield Buffer.from("h;i\n1;2\n");
      throw new Error("the database went away");
    }
    const reading = async () => {
      for await (const _ of readBatches(broken(), layout, 1000));
    };
    await assert.rejects(reading, /went away/);
  });

  it("what is written by the rules of CSV is read back", async () => {
    const cell = fc.string({ unit: fc.constantFrom("a", ";", '"', "\n", "\r\n", "ñ", "'", " ") });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 });
    const { csvText } = await import("../../../kernel/sheets/csv.ts");
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const batches = await rowsOf(csvText([["h", "i"], ...rows], "es"), 5, 100);
        assert.deepEqual(
          batches.flatMap((batch) => batch.rows.map(({ cells }) => cells)),
          rows,
        );
      }),
      { numRuns: 60 },
    );
  });
});
