/** What holds for every list that is imported: products, barcodes, prices, opening stock, customers, suppliers. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { after, before, describe, it } from "mocha";
import { writeSheet } from "../../kernel/sheets/write.ts";
import type { ApiClient } from "../harness/api-client.ts";
import type { Browser } from "../harness/browser.ts";
import { openShop, type Shop } from "../harness/shop.ts";
import { until } from "../harness/until.ts";
import { cells, workbook } from "../harness/workbook.ts";

interface Answer {
  job_id?: number;
  status?: string;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  errors: { row: number; field: string; code: string; message: string }[];
  code: string;
  title: string;
}

interface Case {
  what: string;
  list: string;
  /** of the export without its format */
  out: string;
  heads: { es: string[]; en: string[] };
  /** two good rows and one that is not, as a program writes them */
  rows: string[][];
  becomes: "created" | "updated";
  /** where the third row is faulty */
  faulty: string;
}

/** In the order in which a shop moves in. */
const CASES: Case[] = [
  {
    what: "products",
    list: "products",
    out: "products",
    heads: { es: ["código", "nombre", "precio"], en: ["sku", "name", "price"] },
    rows: [
      ["P1", "Café molido", "12500.50"],
      ["P2", "Pan; dulce", "900"],
      ["P3", "Sin precio", "gratis"],
    ],
    becomes: "created",
    faulty: "price",
  },
  {
    what: "barcodes",
    list: "products",
    out: "products",
    heads: { es: ["código", "códigos de barras"], en: ["sku", "barcodes"] },
    rows: [
      ["P1", "7701234567897"],
      ["P2", "7709876543210 7700000000017"],
      ["P3", "7,70123E+12"],
    ],
    becomes: "updated",
    faulty: "barcodes",
  },
  {
    what: "prices",
    list: "prices",
    out: "prices",
    heads: { es: ["código", "precio"], en: ["sku", "price"] },
    rows: [
      ["P1", "13000.25"],
      ["P2", "950"],
      ["NADIE", "1"],
    ],
    becomes: "updated",
    faulty: "code",
  },
  {
    what: "opening stock",
    list: "opening-stock",
    out: "inventory",
    heads: { es: ["código", "existencias"], en: ["sku", "stock"] },
    rows: [
      ["P1", "12.5"],
      ["P2", "3"],
      ["P1", "4"],
    ],
    becomes: "updated",
    faulty: "code",
  },
  {
    what: "customers",
    list: "customers",
    out: "customers",
    heads: {
      es: ["tipo documento", "documento", "nombre", "cupo"],
      en: ["document_type", "document_number", "name", "credit_limit"],
    },
    rows: [
      ["CC", "52123456", "Peña, José", "150000.50"],
      ["NIT", "900123456", "Tienda", "0"],
      ["DNI", "1", "Nadie", "0"],
    ],
    becomes: "created",
    faulty: "document_type",
  },
  {
    what: "suppliers",
    list: "suppliers",
    out: "suppliers",
    heads: { es: ["NIT", "proveedor", "días de entrega"], en: ["nit", "name", "lead_time_days"] },
    rows: [
      ["900123456", "Lácteos Ñandú", "3"],
      ["901000001", "Dulces", "5"],
      ["1", "Corto", "5"],
    ],
    becomes: "created",
    faulty: "nit",
  },
];

const quoted = (cell: string, delimiter: string) => (cell.includes(delimiter) ? `"${cell}"` : cell);
const lines = (rows: string[][], delimiter: string, end: string) =>
  rows.map((row) => row.map((cell) => quoted(cell, delimiter)).join(delimiter) + end).join("");
/** As Excel saves it in Colombia: semicolons, decimal commas, a byte order mark, CRLF. */
const spanish = ({ heads, rows }: Case) =>
  `\ufeff${lines([heads.es, ...rows.map((row) => row.map((cell) => cell.replace(/^(\d+)\.(\d+)$/, "$1,$2")))], ";", "\r\n")}`;
const english = ({ heads, rows }: Case) => lines([heads.en, ...rows], ",", "\n");
const amount = (cell: string) => (/^\d{1,6}(\.\d+)?$/.test(cell) ? { number: cell } : cell);

async function book({ heads, rows }: Case): Promise<Buffer> {
  async function* batches() {
    yield [heads.en];
    yield rows.map((row) => row.map(amount));
  }
  const pieces: Buffer[] = [];
  for await (const piece of writeSheet(batches())) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

describe("lists that come in and go out", () => {
  let shop: Shop;
  let admin: ApiClient;
  let es: Browser;
  const en = { headers: { "accept-language": "en" } };
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    es = await shop.browser("admin");
  });
  after(() => shop?.close());

  const send = async ({ list }: Case, content: string | Buffer, query = "") =>
    admin.post<Answer>(`/api/v1/${list}/import${query}`, content, { type: "text/csv" });
  const taken = async ({ out }: Case) => (await admin.get(`/api/v1/${out}/export.csv`)).text;
  const counts = ({ created, updated, unchanged, failed }: Answer) => ({ created, updated, unchanged, failed });
  const none = { created: 0, updated: 0, unchanged: 0, failed: 0 };

  for (const one of CASES) {
    describe(one.what, () => {
      const good = { ...none, [one.becomes]: 2, failed: 1 };

      it("a dry run tells the same of CSV in both ways and of XLSX, names the faulty row, and writes nothing", async () => {
        const before = await taken(one);
        for (const content of [english(one), spanish(one), await book(one)]) {
          const { status, body } = await send(one, content, "?dry_run=true");
          assert.equal(status, 200, JSON.stringify(body));
          assert.deepEqual(counts(body), good, JSON.stringify(body));
          assert.deepEqual(
            body.errors.map(({ row, field }) => [row, field]),
            [[4, one.faulty]],
          );
        }
        assert.equal(await taken(one), before);
      });

      it("another encoding, a bomb, an empty and a damaged workbook, and 26 MB are refused in both languages, and nothing is written", async () => {
        const before = await taken(one);
        const page = `/${one.list}/import`;
        const bomb = { name: "xl/worksheets/sheet1.xml", method: 8, data: Buffer.alloc(10), crc: 0, size: 200 << 20 };
        const whole = workbook({ rows: `<row>${cells(1, one.heads.es)}</row>` });
        const bad: [Buffer, string, RegExp, RegExp][] = [
          [
            // 0xe9 and 0xf1 are é and ñ in Windows-1252 as in Latin-1
            Buffer.from(`${lines([one.heads.en, ["Caf\xe9", "a\xf1o"]], ";", "\r\n")}`, "latin1"),
            "IMPORT_NOT_UTF8",
            /no está en UTF-8: la fila 2/,
            /not UTF-8: row 2/,
          ],
          [workbook({ sheet: bomb }), "IMPORT_SHEET_TOO_LARGE", /demasiado al descomprimirse/, /unpacks to too much/],
          [whole.subarray(0, whole.length - 40), "IMPORT_SHEET_BROKEN", /libro de Excel/, /Excel workbook/],
          [whole, "IMPORT_EMPTY", /no tiene filas|vacío/, /no rows|empty/],
        ];
        for (const [content, code, inSpanish, inEnglish] of bad) {
          const answer = await send(one, content);
          assert.deepEqual([answer.status, answer.body.code], [422, code]);
          const drawn = await (await es.get(page)).submit("#import-upload", { file: { name: "l.csv", content } });
          assert.equal(drawn.status, 422);
          assert.match(drawn.text, inSpanish);
          const told = await admin.post<Answer>(`/api/v1/${one.list}/import`, content, { type: "text/csv", ...en });
          assert.match(told.body.title, inEnglish);
        }
        assert.equal((await send(one, Buffer.alloc(26 * 1024 * 1024, "1\n"))).status, 413);
        assert.equal(await taken(one), before);
      }).timeout(60_000);

      it("good rows are written and the faulty one is left; the same file again changes nothing", async () => {
        const first = await send(one, spanish(one));
        assert.deepEqual(counts(first.body), good, JSON.stringify(first.body));
        const again = await send(one, spanish(one));
        assert.deepEqual(counts(again.body), { ...none, unchanged: 2, failed: 1 }, JSON.stringify(again.body));
        assert.deepEqual(counts((await send(one, await book(one))).body), { ...none, unchanged: 2, failed: 1 });
      });

      it("goes out in both formats and languages, and read back it changes nothing", async () => {
        for (const format of ["csv", "xlsx"]) {
          const out = await admin.get(`/api/v1/${one.out}/export.${format}`);
          assert.equal(out.status, 200);
          const back = await send(one, out.bytes);
          assert.deepEqual([back.body.created, back.body.updated, back.body.failed], [0, 0, 0], back.text);
          assert.ok(back.body.unchanged >= 2);
        }
        const page = await es.get(`/${one.list}/import`);
        for (const format of ["csv", "xlsx"]) {
          const link = page.root.querySelector(`a[href="/${one.out}/export.${format}"]`);
          assert.ok(link, `the page of the import leads to the ${format}`);
          assert.equal((await es.get(`/${one.out}/export.${format}`)).status, 200);
        }
      });

      it("a long one has a page that tells how far it is, without JavaScript, in both languages", async () => {
        const faulty = lines([one.heads.en, ...Array.from({ length: 2100 }, () => ["?", "?", "?", "?"])], ";", "\n");
        let id = "";
        // its faults cannot be written for as long as somebody holds their table, and so it cannot end
        await shop.db.transaction(async (tx) => {
          await tx.raw("LOCK TABLE list_import_faults IN EXCLUSIVE MODE");
          const upload = await es.get(`/${one.list}/import`);
          const page = await upload.submit("#import-upload", { file: { name: "larga.csv", content: faulty } });
          assert.match(page.html, /<meta http-equiv="refresh"/);
          assert.match(page.text, /Revis/);
          assert.ok(page.root.querySelector("progress"));
          id = page.url;
          const english = await es.request("GET", page.url, en);
          assert.match(english.html, /<meta http-equiv="refresh"/);
          assert.match(english.text, /Check/);
        });
        await until(async () => !(await es.get(id)).html.includes('http-equiv="refresh"'));
        const end = await es.get(id);
        assert.match(end.text, /2\.?100 filas con error/);
        assert.match((await es.get(`${id}/faults.csv`)).html, /;/);
      }).timeout(60_000);
    });
  }
});
