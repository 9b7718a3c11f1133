/** Every faulty row of an import as a table, to mend and send again. */
import { Readable } from "node:stream";
import type { Text } from "../i18n.ts";
import { guardCell } from "../sheets/cell-guard.ts";
import { csvText } from "../sheets/csv.ts";
import type { Imports } from "./imports.ts";
import { columnName } from "./present.ts";

const PAGE = 1000;

export function faultsFile(imports: Pick<Imports, "faults">, id: number, owner: string, text: Text): Readable {
  async function* pieces(): AsyncGenerator<string> {
    const head = ["row", "column", "written", "reason"].map((key) => text.t(`kernel.imports.${key}`));
    yield `\ufeff${csvText([head], text.locale)}`;
    let after: { row: number; place: number } | undefined;
    for (;;) {
      const faults = await imports.faults(id, after, PAGE);
      after = faults.at(-1);
      if (after === undefined) return;
      const rows = faults.map(({ row, field, written, message, params }) => [
        String(row),
        columnName(owner, field, text),
        guardCell(written),
        guardCell(text.t(message, params)),
      ]);
      yield csvText(rows, text.locale);
    }
  }
  return Readable.from(pieces(), { objectMode: false });
}
