/** Registers and their ranges as the API and the pages show them. */
import type { FormState } from "../../kernel/http/route.ts";
import type { Text } from "../../kernel/i18n.ts";
import { formatNumber, type NumberRange, numbersLeft, rangeState } from "./numbering.ts";
import type { RegisterView } from "./registers.ts";

export function registerJson(register: RegisterView) {
  return {
    id: register.id,
    store_id: register.storeId,
    name: register.name,
    active: register.active,
    numbering: register.warning,
    number_ranges: register.ranges.map((range) => ({
      id: range.id,
      prefix: range.prefix,
      from: range.fromNumber,
      to: range.toNumber ?? null,
      next: range.nextNumber,
      expires_on: range.expiresOn ?? null,
      resolution: range.resolution ?? null,
      digits: range.digits,
      active: range.active,
      state: rangeState(range, register.today),
    })),
  };
}

export function registerRow(register: RegisterView, text: Text) {
  return {
    path: `/registers/${register.id}`,
    name: register.name,
    store: register.storeName,
    active: register.active,
    state: text.t(register.active ? "pos.registers.active" : "pos.registers.inactive"),
    warning: warningText(register, text),
  };
}

/** Undefined while all is well. */
export function warningText({ warning, active }: Pick<RegisterView, "warning" | "active">, text: Text) {
  return active && warning !== "good" ? text.t(`pos.numbering.${warning}`) : undefined;
}

function rangeRow(range: NumberRange, today: string, text: Text) {
  const left = numbersLeft(range);
  const state = rangeState(range, today);
  return {
    first: formatNumber(range, range.fromNumber),
    last: range.toNumber === undefined ? text.t("pos.registers.no_end") : formatNumber(range, range.toNumber),
    next: left === 0 ? "" : formatNumber(range, range.nextNumber),
    left: left === undefined ? "" : text.integer(left),
    expires: range.expiresOn ?? "",
    resolution: range.resolution ?? "",
    state: text.t(range.active ? `pos.numbering.short.${state}` : "pos.numbering.short.inactive"),
    bad: range.active && state !== "good",
  };
}

const NOTHING: FormState = { values: {}, errors: {} };

export function registerModel(
  register: RegisterView,
  text: Text,
  { form, range = NOTHING }: { form?: FormState | undefined; range?: FormState | undefined },
) {
  return {
    title: register.name,
    register: registerRow(register, text),
    ranges: register.ranges.map((one) => rangeRow(one, register.today, text)),
    form: form ?? { values: { name: register.name }, errors: {} },
    active: form === undefined ? register.active : form.values["active"] !== undefined,
    range,
  };
}
