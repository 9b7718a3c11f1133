/** The codes of all errors, for people: `type` of a problem leads to `#CODE`. */
import type { ErrorFactory } from "../errors.ts";
import type { Text } from "../i18n.ts";

export interface ErrorCode {
  code: string;
  /** one by owner: two plugins may say the same code of different things */
  meanings: { status: number; sentence: string }[];
}

/** In the order of the alphabet. `tables`: those of defineErrors. */
export function errorCodes(tables: readonly Readonly<Record<string, ErrorFactory>>[], text: Text): ErrorCode[] {
  const codes = new Map<string, ErrorCode>();
  for (const table of tables) {
    for (const make of Object.values(table)) {
      const error = make();
      const one = codes.get(error.code) ?? { code: error.code, meanings: [] };
      one.meanings.push({ status: error.status, sentence: text.unfilled(error.text) });
      codes.set(error.code, one);
    }
  }
  return [...codes.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}
