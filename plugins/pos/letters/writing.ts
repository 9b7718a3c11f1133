/** What a letter with a receipt says, in the language of whoever sent it off. */
import type { Locale, Text } from "../../../kernel/i18n.ts";
import type { Letter } from "../queries/letters.ts";
import type { Receipts } from "../receipts/receipts.ts";
import type { Written } from "./post-office.ts";

export function createWriting({ receipts, texts }: { receipts: Receipts; texts: Readonly<Record<Locale, Text>> }) {
  return async ({ saleId, locale }: Letter): Promise<Written> => {
    const text = texts[locale];
    const receipt = await receipts.read(saleId, { text });
    const { shop, sale } = receipt;
    const { number, totalMinor, currency } = sale;
    const said = { shop: shop.name, number, total: text.money(totalMinor, currency) };
    return {
      subject: text.t("pos.letters.subject", said),
      text: text.t("pos.letters.body", said),
      attachment: { filename: `${number}.pdf`, content: await receipts.pdf(receipt, 80, text) },
    };
  };
}
