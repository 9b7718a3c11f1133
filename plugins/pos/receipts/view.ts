/** A receipt as the page draws it. */
import { renderSVG } from "uqr";
import type { Model } from "../../../kernel/http/reply.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { PaperWidth } from "./escpos.ts";
import type { Receipt } from "./receipts.ts";

export function receiptView({ sale, blocks }: Receipt, width: PaperWidth, text: Text): Model {
  return {
    title: text.t("pos.receipt.title", { number: sale.number }),
    styles: ["pos/receipt.css"],
    width,
    blocks: blocks.map((block) => (block.kind === "qr" ? { ...block, image: qrImage(block.url) } : block)),
  };
}

/** As an address that an <img> can show without another request. */
function qrImage(url: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(renderSVG(url, { border: 1 })).toString("base64")}`;
}
