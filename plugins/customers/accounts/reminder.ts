/** What a reminder of a debt says, and links by which it is sent from the shop's own telephone or mail. */
import type { Text } from "../../../kernel/i18n.ts";
import type { Receivable } from "./statements.ts";

/** Mobile numbers without a country are Colombian: ten digits that start with 3. Undefined: no number to write to. */
export function whatsappNumber(phone: string | undefined): string | undefined {
  const digits = phone?.replace(/\D/g, "").replace(/^00/, "") ?? "";
  if (/^3\d{9}$/.test(digits)) return `57${digits}`;
  return digits.length >= 11 && digits.length <= 15 ? digits : undefined;
}

export function reminderOf(
  debtor: Pick<Receivable, "name" | "phone" | "email" | "currency" | "balanceMinor" | "aging">,
  shopName: string,
  text: Text,
) {
  const said = text.t("customers.receivables.reminder", {
    name: debtor.name,
    shop: shopName,
    amount: text.money(debtor.balanceMinor, debtor.currency),
    days: debtor.aging.oldestDays,
  });
  const number = whatsappNumber(debtor.phone);
  const subject = text.t("customers.receivables.subject", { shop: shopName });
  return {
    subject,
    text: said,
    whatsapp: number && `https://wa.me/${number}?text=${encodeURIComponent(said)}`,
    mail:
      debtor.email &&
      `mailto:${encodeURIComponent(debtor.email)}?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(said)}`,
  };
}
