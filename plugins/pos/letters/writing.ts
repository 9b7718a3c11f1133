/** What a letter with a receipt says, in the language of whoever sent it off. */
import type { Locale, Text } from "../../../kernel/i18n.ts";
import type { OutgoingLetter } from "../../../kernel/mail.ts";
import type { Receipts } from "../receipts/receipts.ts";

export function createWriting({ receipts, texts }: { receipts: Receipts; texts: Readonly<Record<Locale, Text>> }) {
  return async ({ id, address }: { id: number; address: string }, locale: Locale): Promise<OutgoingLetter> => {
    const text = texts[locale];
    const receipt = await receipts.read(id, { text });
    const { shop, sale } = receipt;
    const { number, totalMinor, currency } = sale;
    const said = { shop: shop.name, number, total: text.money(totalMinor, currency) };
    const body = text.t("pos.letters.body", said);
    const mark = (subject: string) => (shop.training ? `${text.t("pos.receipt.training")}: ${subject}` : subject);
    return {
      to: address,
      subject: mark(text.t("pos.letters.subject", said)),
      text: shop.training ? `${text.t("pos.letters.training")}\n\n${body}` : body,
      attachment: { filename: `${number}.pdf`, content: await receipts.pdf(receipt, 80, text) },
    };
  };
}
