/** What stands on a label as a code: bars or squares, as wide as their kind needs. */
import bwipjs from "bwip-js";

/** what it draws before it is drawn */
const { raw: modulesOf } = bwipjs;

/** auto: EAN-13 where the code is one, else Code 128 */
export const CODE_KINDS = ["auto", "qr"] as const;
export type CodeKind = (typeof CODE_KINDS)[number];

export type Drawn =
  /** widths of bars and spaces by turns in modules; `modules` in all, without the quiet zone */
  | { kind: "ean13" | "code128"; bars: readonly number[]; modules: number }
  /** rows of squares, 1 is dark */
  | { kind: "qr"; squares: readonly number[]; side: number };

/** Thirteen digits, of which the last checks the others (GS1 General Specifications, 7.9). */
export function isEan13(code: string): boolean {
  if (!/^\d{13}$/.test(code)) return false;
  const sum = [...code.slice(0, 12)].reduce((total, digit, index) => total + Number(digit) * (index % 2 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === Number(code[12]);
}

interface Bars {
  sbs: number[];
}
interface Squares {
  pixs: number[];
  pixx: number;
}

/** A code that no bars can say, as one with letters beyond ASCII, is drawn as QR. */
export function drawCode(code: string, symbol: CodeKind): Drawn {
  if (symbol === "qr" || !/^[\x20-\x7e]+$/.test(code)) return squaresOf(code);
  const kind = isEan13(code) ? "ean13" : "code128";
  const [drawn] = modulesOf({ bcid: kind, text: code }) as unknown as Bars[];
  const bars = drawn?.sbs ?? [];
  return { kind, bars, modules: bars.reduce((sum, width) => sum + width, 0) };
}

export function squaresOf(code: string): Drawn {
  const [drawn] = modulesOf({ bcid: "qrcode", text: code }) as unknown as Squares[];
  return { kind: "qr", squares: drawn?.pixs ?? [], side: drawn?.pixx ?? 0 };
}
