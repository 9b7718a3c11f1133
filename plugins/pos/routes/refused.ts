/** Why a sale was not paid, as the page writes amounts. */
import type { AppError } from "../../../kernel/errors.ts";
import type { FormState } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";

/** What is missing, money or goods, as the page writes amounts. */
export function inWords(error: AppError, text: Text, field = "amount"): Partial<FormState> {
  const { data = {} } = error.details;
  if (error.code === "STOCK_INSUFFICIENT") {
    const short = (data["lines"] as { name: string; on_hand: string | null }[]).slice(0, 5);
    const names = short.map(({ name, on_hand: left }) =>
      left === null
        ? text.t("pos.register.short_counting", { name })
        : text.t("pos.register.short", { name, left: text.quantity(Number(left) * 1000) }),
    );
    return { message: text.t("pos.errors.STOCK_INSUFFICIENT", { names: names.join(", ") }) };
  }
  const money = (member: string) => text.money(Number(data[member]), String(data["currency"]));
  if (error.code === "PAYMENT_INSUFFICIENT")
    return { errors: { [field]: text.t("pos.register.missing", { missing: money("missing_minor") }) } };
  if (error.code === "CHANGE_FROM_CASH_ONLY")
    return { message: text.t("pos.register.over", { over: money("over_minor") }) };
  if (error.code === "CREDIT_LIMIT")
    return { message: text.t("pos.buyer.over_limit", { available: money("available_minor") }) };
  if (error.code === "POINTS_SHORT")
    return { message: text.t("pos.points.too_few", { worth: money("spendable_minor") }) };
  if (error.code === "VOUCHER_SHORT")
    return { message: text.t("pos.voucher.too_little", { left: money("balance_minor") }) };
  if (error.code === "DEBT_EXCEEDED")
    return { errors: { [field]: text.t("pos.debt.too_much", { owed: money("owed_minor") }) } };
  return {};
}
