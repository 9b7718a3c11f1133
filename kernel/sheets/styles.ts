/** How a workbook shows its numbers, as far as it matters for what they are: 0.19 may be 19 %, and 46083 the second of March. */
import { DAY_FORMATS, showsDay } from "./dates.ts";
import { readAll } from "./xml.ts";
import { MOST, type Workbook } from "./zip.ts";

export type Shown = "percent" | "day";

/** ECMA-376, part 1, 18.8.30: the built-in formats that show a number as per cent */
const PERCENT_FORMATS = [9, 10];

/** By the number of the cell style; all others show the number. */
export async function shownBy(book: Workbook): Promise<ReadonlyMap<number, Shown>> {
  const styles = new Map<number, Shown>();
  if (!book.has("xl/styles.xml")) return styles;
  const formats = new Map<number, Shown>([
    ...PERCENT_FORMATS.map((id) => [id, "percent"] as const),
    ...DAY_FORMATS.map((id) => [id, "day"] as const),
  ]);
  let inside = "";
  let style = 0;
  await readAll(await book.open("xl/styles.xml", MOST.other), {
    open(name, attributes) {
      if (name === "cellXfs") inside = name;
      if (name === "numFmt") {
        const { numFmtId, formatCode = "" } = attributes;
        if (formatCode.includes("%")) formats.set(Number(numFmtId), "percent");
        else if (showsDay(formatCode)) formats.set(Number(numFmtId), "day");
      }
      if (name !== "xf" || inside !== "cellXfs") return;
      const shown = formats.get(Number(attributes["numFmtId"]));
      if (shown) styles.set(style, shown);
      style += 1;
    },
    close(name) {
      if (name === "cellXfs") inside = "";
    },
  });
  return styles;
}
