/** The history of prices, as the API and the page show it. */
import { z } from "zod";
import { formatDecimal } from "../../../kernel/decimal.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { currencyDigits } from "../../../kernel/money.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { PriceChange } from "../queries/price-history.ts";

export const priceChangesJson = z.strictObject({
  data: z.array(
    z.strictObject({
      id: z.int(),
      /** null: the product's own price */
      price_list: z.strictObject({ id: z.int(), name: z.string() }).nullable(),
      /** null: the list says nothing of it any more */
      price: z.string().nullable(),
      before: z.string().nullable(),
      currency: z.string(),
      user: z.string().nullable(),
      changed_at: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
});

export function toPriceChangeJson(change: PriceChange, shopCurrency: string) {
  const currency = change.list?.currency ?? shopCurrency;
  const money = (minor: number | null) => (minor === null ? null : formatDecimal(minor, currencyDigits(currency)));
  return {
    id: change.id,
    price_list: change.list && { id: change.list.id, name: change.list.name },
    price: money(change.priceMinor),
    before: money(change.beforeMinor),
    currency,
    user: change.userName,
    changed_at: change.createdAt.toISOString(),
  };
}

export function toPriceChangeRow(change: PriceChange, text: Text, { currency: own, timeZone }: Shop) {
  const currency = change.list?.currency ?? own;
  const money = (minor: number | null) => (minor === null ? "–" : text.money(minor, currency));
  return {
    when: text.dateTime(change.createdAt, timeZone),
    which: change.list?.name ?? text.t("inventory.price_history.own"),
    before: change.beforeMinor === null ? "" : money(change.beforeMinor),
    price: money(change.priceMinor),
    user: change.userName ?? "",
  };
}
