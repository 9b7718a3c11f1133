/** An XLSX workbook of one sheet (ECMA-376), written row by row: neither the rows nor the file stand in memory. */
import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import { DAY_FORMAT, serialOf } from "./dates.ts";

export const XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** a number as a program writes it, a day YYYY-MM-DD, or a text, which is never taken for a formula */
export type WrittenCell = { number: string } | { day: string } | string;

export function writeSheet(rows: AsyncIterable<readonly (readonly WrittenCell[])[]>): Readable {
  const zip = new ZipFile();
  // the same rows are the same bytes: no hour of writing is kept
  const options = { mtime: new Date(1980, 0, 1) };
  for (const [name, content] of Object.entries(PARTS)) zip.addBuffer(Buffer.from(content), name, options);
  const sheet = Readable.from(sheetOf(rows), { objectMode: false });
  const output = zip.outputStream as Readable;
  // a fault of the rows breaks the download off instead of ending it as if it were whole
  sheet.on("error", (error) => output.destroy(error));
  // whoever fetches it went away: whatever the rows hold is let go
  output.once("close", () => sheet.destroy());
  zip.addReadStream(sheet, "xl/worksheets/sheet1.xml", options);
  zip.end();
  return output;
}

async function* sheetOf(rows: AsyncIterable<readonly (readonly WrittenCell[])[]>): AsyncGenerator<string> {
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultColWidth="${WIDTH}" defaultRowHeight="15"/><sheetData>`;
  for await (const batch of rows) yield batch.map((row) => `<row>${row.map(cellOf).join("")}</row>`).join("");
  yield "</sheetData></worksheet>";
}

function cellOf(cell: WrittenCell): string {
  if (typeof cell === "string") return cell === "" ? "<c/>" : textCell(cell);
  if ("number" in cell) return `<c><v>${cell.number}</v></c>`;
  const serial = serialOf(cell.day);
  return serial === undefined ? textCell(cell.day) : `<c s="1"><v>${serial}</v></c>`;
}

function textCell(text: string): string {
  return `<c t="inlineStr"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`;
}

const SIGNS: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;" };

/** Without the signs that XML cannot say. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])/g, "")
      .replace(/[&<>"\r]/g, (sign) => SIGNS[sign] ?? "")
  );
}

/** in digits: a date that is wider than its column would be shown as ##### */
const WIDTH = 13;
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml";

const PARTS = {
  "[Content_Types].xml": `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${CONTENT}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${CONTENT}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${CONTENT}.styles+xml"/></Types>`,
  "_rels/.rels": `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  "xl/workbook.xml": `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": `${XML}<Relationships xmlns="${RELATIONS}"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  "xl/styles.xml": `${XML}<styleSheet xmlns="${MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="${DAY_FORMAT}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`,
};
