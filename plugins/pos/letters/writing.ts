/** What a letter with a receipt says, in the language of whoever sent it off. */
import type { Locale, Text } from "../../../kernel/i18n.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import { readShop } from "../../../kernel/settings/shop.ts";
import type { Letter } from "../queries/letters.ts";
import type { Receipts } from "../receipts/receipts.ts";
import type { Written } from "./post-office.ts";

export function createWriting({
  receipts,
  settings,
  texts,
}: {
  receipts: Receipts;
  settings: Settings;
  texts: Readonly<Record<Locale, Text>>;
}) {
  return async ({ saleId, locale }: Letter): Promise<Written> => {
    const text = texts[locale];
    const shop = await readShop(settings);
    const receipt = await receipts.read(saleId, { shop, text });
    const { number, totalMinor, currency } = receipt.sale;
    const said = { shop: shop.name, number, total: text.money(totalMinor, currency) };
    return {
      subject: text.t("pos.letters.subject", said),
      text: text.t("pos.letters.body", said),
      attachment: { filename: `${number}.pdf`, content: await receipts.pdf(receipt, 80, text) },
    };
  };
}
