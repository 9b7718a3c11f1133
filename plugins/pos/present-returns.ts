/** What the pages show that take a sale back. */
import type { Model } from "../../kernel/http/reply.ts";
import type { FormState } from "../../kernel/http/route.ts";
import type { Text } from "../../kernel/i18n.ts";
import type { Sale, Tender } from "./domain.ts";
import { tenderName } from "./present-tenders.ts";
import { STORE_CREDIT } from "./refunds.ts";
import type { Returnable } from "./returns.ts";

const NONE: FormState = { values: {}, errors: {} };

export function returnModel(
  { sale, left, held }: Returnable,
  tenders: readonly Tender[],
  text: Text,
  form: FormState = NONE,
): Model {
  const money = (minor: number) => text.money(minor, sale.currency);
  const nameOf = (method: string) =>
    tenderName({ code: method, name: tenders.find(({ code }) => code === method)?.name }, text);
  return {
    title: text.t("pos.return.title", { number: sale.number }),
    styles: ["pos/pos.css"],
    base: `/sales/${sale.id}`,
    form,
    nothing: [...left.values()].every((quantity) => quantity === 0),
    lines: sale.lines.map((one, index) => ({
      field: `quantity_${one.line}`,
      damaged: `damaged_${one.line}`,
      isDamaged: form.values[`damaged_${one.line}`] !== undefined,
      name: one.name,
      sold: `${text.quantity(one.quantityMilli)} ${one.unit} · ${money(one.totalMinor)}`,
      left: text.t("pos.return.left", { left: `${text.quantity(left.get(one.line) ?? 0)} ${one.unit}` }),
      gone: (left.get(one.line) ?? 0) === 0,
      value: form.values[`quantity_${one.line}`],
      error: form.errors[`quantity_${one.line}`] ?? form.errors[`lines.${index}.quantity`],
    })),
    methods: [
      { value: "", label: text.t("pos.return.as_paid") },
      ...[...held]
        .filter(([, amountMinor]) => amountMinor > 0)
        .map(([method, amountMinor]) => ({
          value: method,
          label: text.t("pos.return.held", { tender: nameOf(method), amount: money(amountMinor) }),
        })),
      ...tenders
        .filter(({ code, active }) => code === STORE_CREDIT && active && (held.get(code) ?? 0) <= 0)
        .map(({ code }) => ({ value: code, label: nameOf(code) })),
    ],
  };
}

export function voidModel(sale: Sale, text: Text, form: FormState = NONE): Model {
  return {
    title: text.t("pos.void.title", { number: sale.number }),
    styles: ["pos/pos.css"],
    base: `/sales/${sale.id}`,
    total: text.money(sale.totalMinor, sale.currency),
    form,
  };
}
