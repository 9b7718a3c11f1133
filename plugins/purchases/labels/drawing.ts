/** What stands on a label as a code: bars or squares, as wide as their kind needs. */
import bwipjs from "bwip-js";
import { type CodeKind, isEan13 } from "./codes.ts";

/** what it draws before it is drawn */
const { raw: modulesOf } = bwipjs;

export type Drawn =
  /** widths of bars and spaces by turns in modules; `modules` in all, without the quiet zone */
  | { kind: "ean13" | "code128"; bars: readonly number[]; modules: number }
  /** rows of squares, 1 is dark */
  | { kind: "qr"; squares: readonly number[]; side: number };

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
