/** Reads an archive: lines of JSON, and between them rows of a table as COPY writes them, up to a line `\.`. In constant memory. */

const NEWLINE = 10;
/** a line of JSON of an archive is short; what is longer is no archive */
const LONGEST = 4 * 1024 * 1024;
export const END_OF_ROWS = "\\.\n";
const END = Buffer.from(END_OF_ROWS);
const NEWLINE_END = Buffer.from(`\n${END_OF_ROWS}`);

export interface LineReader {
  /** The next line as JSON; undefined at the end. @throws Error when it is none */
  json(): Promise<unknown>;
  /** The rows that follow, in pieces of whole rows. @throws Error when they have no end */
  rows(): AsyncGenerator<Buffer>;
}

export function readLines(source: AsyncIterable<Uint8Array>): LineReader {
  const chunks = source[Symbol.asyncIterator]();
  /** whole lines that were read and not asked for yet */
  let lines: Buffer = Buffer.alloc(0);
  /** the beginning of a line whose end has not come: a row may be as long as a picture */
  let begun: Buffer[] = [];

  /** More whole lines; false at the end. */
  async function more(longest = Number.POSITIVE_INFINITY): Promise<boolean> {
    for (let length = 0; ; ) {
      const { value, done } = await chunks.next();
      if (done) return false;
      const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      const whole = chunk.lastIndexOf(NEWLINE) + 1;
      if (whole > 0) {
        lines = Buffer.concat([lines, ...begun, chunk.subarray(0, whole)]);
        begun = whole === chunk.length ? [] : [chunk.subarray(whole)];
        return true;
      }
      begun.push(chunk);
      length += chunk.length;
      if (length > longest) throw new Error("a line of the archive has no end");
    }
  }

  return {
    async json() {
      if (lines.length === 0 && !(await more(LONGEST))) {
        if (begun.length > 0) throw new Error("the archive ends in the middle of a line");
        return undefined;
      }
      const end = lines.indexOf(NEWLINE);
      const line = lines.toString("utf8", 0, end);
      lines = lines.subarray(end + 1);
      return JSON.parse(line);
    },

    async *rows() {
      for (;;) {
        const isFirst = lines.subarray(0, END.length).equals(END);
        const end = isFirst ? 0 : lines.indexOf(NEWLINE_END) + 1;
        if (isFirst || end > 0) {
          const rows = lines.subarray(0, end);
          lines = lines.subarray(end + END.length);
          if (rows.length > 0) yield rows;
          return;
        }
        const rows = lines;
        lines = Buffer.alloc(0);
        if (rows.length > 0) yield rows;
        if (!(await more())) throw new Error("the archive ends in the middle of a table");
      }
    },
  };
}
