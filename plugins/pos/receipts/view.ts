/** Receipts and what else goes onto paper, as pages draw it. */
import { renderSVG } from "uqr";
import type { Model } from "../../../kernel/http/reply.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { PaperWidth } from "./escpos.ts";
import type { Block } from "./model.ts";
import type { Receipt } from "./receipts.ts";

export function receiptView({ sale, blocks }: Receipt, width: PaperWidth, text: Text): Model {
  return paperView(blocks, width, text.t("pos.receipt.title", { number: sale.number }));
}

/** What a printer would print, as a page. */
export function paperView(blocks: readonly Block[], width: PaperWidth, title: string): Model {
  return {
    title,
    styles: ["pos/receipt.css"],
    width,
    blocks: blocks.map((block) => (block.kind === "qr" ? { ...block, image: qrImage(block.url) } : block)),
  };
}

/** As an address that an <img> can show without another request. */
function qrImage(url: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(renderSVG(url, { border: 1 })).toString("base64")}`;
}
