/** A receipt as the bytes that a printer of the ESC/POS family takes. */
import ReceiptPrinterEncoder from "@point-of-sale/receipt-printer-encoder";
import { receiptLines } from "./lines.ts";
import type { Block } from "./model.ts";

/** Code pages that have the letters of Spanish; cp858 and windows1252 have the euro as well. */
export const CODE_PAGES = ["cp858", "cp850", "windows1252"] as const;
export type CodePage = (typeof CODE_PAGES)[number];

/** Millimetres of paper. */
export const WIDTHS = [58, 80] as const;
export type PaperWidth = (typeof WIDTHS)[number];

export interface Paper {
  width: PaperWidth;
  codePage: CodePage;
}

/** Letters of the printer's own font that fit beside each other. */
export function columnsOf(width: PaperWidth): number {
  return width === 58 ? 32 : 48;
}

/** `kick` opens the drawer that hangs on the printer before anything is printed. */
export function escposBytes(blocks: readonly Block[], { width, codePage }: Paper, kick: boolean): Uint8Array {
  const columns = columnsOf(width);
  const encoder = new ReceiptPrinterEncoder({ language: "esc-pos", columns, feedBeforeCut: 4 });
  encoder.initialize().codepage(codePage);
  if (kick) encoder.pulse();
  for (const block of blocks) {
    for (const { text, bold, tall } of receiptLines([block], columns))
      encoder
        .bold(bold)
        .height(tall ? 2 : 1)
        .line(text);
    if (block.kind === "qr") encoder.align("center").qrcode(block.url, { size: 5 }).align("left");
  }
  return encoder.bold(false).height(1).cut("partial").encode();
}

/** Prints nothing; opens the drawer, or, when it is too late for that, only says that somebody is there. */
export function drawerBytes(kick: boolean): Uint8Array {
  const encoder = new ReceiptPrinterEncoder({ language: "esc-pos" }).initialize();
  return (kick ? encoder.pulse() : encoder).encode();
}
