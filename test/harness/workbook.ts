/** Workbooks as tests need them: by hand, so that they can be what no program would write. */
import { Buffer } from "node:buffer";
import { crc32 } from "node:zlib";

/** `data`, `crc`, `size`: as they are said, true or not */
export type ZipPart =
  | { name: string; content: string }
  | { name: string; method: number; data: Buffer; crc: number; size: number };

export function zip(parts: readonly ZipPart[]): Buffer {
  const pieces: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const raw = "content" in part ? Buffer.from(part.content) : part.data;
    const { method, crc, size } = "content" in part ? { method: 0, crc: crc32(raw), size: raw.length } : part;
    const name = Buffer.from(part.name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt16LE(method, 4);
    facts.writeUInt32LE(crc, 10);
    facts.writeUInt32LE(raw.length, 14);
    facts.writeUInt32LE(size, 18);
    facts.writeUInt16LE(name.length, 22);
    pieces.push(Buffer.from("PK\x03\x04", "latin1"), facts, name, raw);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), facts, place, name);
    offset += 30 + name.length + raw.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...pieces, list, end]);
}

/** Cells of texts of a row from column A on. */
export function cells(row: number, texts: readonly string[]): string {
  return texts
    .map((text, n) => `<c r="${String.fromCharCode(65 + n)}${row}" t="inlineStr"><is><t>${text}</t></is></c>`)
    .join("");
}

interface Book {
  /** inside `sheetData` */
  rows?: string;
  /** before the sheet's own first tag */
  before?: string;
  strings?: readonly string[];
  /** inside `styleSheet` */
  styles?: string;
  /** days are counted from 1 January 1904 */
  from1904?: boolean;
  /** instead of a sheet made of `rows` */
  sheet?: ZipPart;
}

const STYLES = '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="9"/></cellXfs>';

/** Style 1 shows per cent. */
export function workbook({
  rows = "",
  before = "",
  strings = [],
  styles = STYLES,
  from1904 = false,
  sheet,
}: Book): Buffer {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  return zip([
    {
      name: "xl/workbook.xml",
      content: `<workbook ${main} xmlns:r="r">${from1904 ? '<workbookPr date1904="1"/>' : ""}<sheets><sheet name="Hoja" sheetId="1" r:id="rId7"/><sheet name="Otra" sheetId="2" r:id="rId8"/></sheets></workbook>`,
    },
    {
      name: "xl/_rels/workbook.xml.rels",
      content: `<Relationships><Relationship Id="rId8" Target="worksheets/sheet2.xml"/><Relationship Id="rId7" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    {
      name: "xl/styles.xml",
      content: `<styleSheet ${main}>${styles}</styleSheet>`,
    },
    {
      name: "xl/sharedStrings.xml",
      content: `<sst ${main}>${strings.map((text) => `<si><t>${text}</t></si>`).join("")}</sst>`,
    },
    sheet ?? {
      name: "xl/worksheets/sheet1.xml",
      content: `${before}<worksheet ${main}><sheetData>${rows}</sheetData></worksheet>`,
    },
  ]);
}
