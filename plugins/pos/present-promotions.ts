/** Promotions as the API and the pages show them. */
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { Text } from "../../kernel/i18n.ts";
import type { Promotion } from "./promotions/promotion.ts";

const WEEK = [1, 2, 3, 4, 5, 6, 7] as const;

export function promotionJson(promotion: Promotion) {
  const { offer, hours } = promotion;
  return {
    id: promotion.id,
    name: promotion.name,
    kind: offer.kind,
    percent_bp: offer.kind === "n_for_m" ? null : offer.bp,
    from_quantity: offer.kind === "quantity" ? formatDecimal(offer.fromMilli, QUANTITY_SCALE) : null,
    take: offer.kind === "n_for_m" ? offer.take : null,
    pay: offer.kind === "n_for_m" ? offer.pay : null,
    product_ids: promotion.productIds,
    category_ids: promotion.categoryIds,
    store_ids: promotion.storeIds,
    group_ids: promotion.groupIds,
    weekdays: promotion.weekdays,
    starts_on: promotion.startsOn,
    ends_on: promotion.endsOn ?? null,
    from_time: hours ? clockText(hours.from) : null,
    to_time: hours ? clockText(hours.to) : null,
    ended_at: promotion.endedAt?.toISOString() ?? null,
  };
}

/** `18:05`, as a field of the type time has it. */
function clockText(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

function dayText(day: string, text: Text): string {
  return text.date(new Date(`${day}T00:00:00Z`), "UTC");
}

/** What it offers, in one short sentence. */
export function offerText({ offer }: Pick<Promotion, "offer">, text: Text): string {
  switch (offer.kind) {
    case "percent":
      return text.t("pos.promotions.offers.percent", { rate: text.rate(offer.bp) });
    case "quantity":
      return text.t("pos.promotions.offers.quantity", {
        rate: text.rate(offer.bp),
        quantity: text.quantity(offer.fromMilli),
      });
    case "n_for_m":
      return text.t("pos.promotions.offers.n_for_m", { take: offer.take, pay: offer.pay });
  }
}

/** One line of the list; `today` tells those to come from those that run. */
export function promotionRow(promotion: Promotion, text: Text, today: string) {
  const { startsOn, endsOn, endedAt, hours, weekdays } = promotion;
  const over = endedAt !== undefined || (endsOn !== undefined && endsOn < today);
  const days = weekdays.map((day) => text.t(`pos.promotions.days.${day}`)).join(", ");
  const state = over ? "over" : startsOn > today ? "coming" : "running";
  return {
    path: `/promotions/${promotion.id}`,
    name: promotion.name,
    offer: offerText(promotion, text),
    dates:
      endsOn === undefined
        ? text.t("pos.promotions.since", { from: dayText(startsOn, text) })
        : `${dayText(startsOn, text)} – ${dayText(endsOn, text)}`,
    hours: [days, hours ? `${clockText(hours.from)} – ${clockText(hours.to)}` : ""].filter(Boolean).join(" · "),
    state: text.t(`pos.promotions.states.${state}`),
    runs: state === "running",
  };
}

/** As the form has it: several of one field stand on lines of their own. */
export function promotionValues(promotion: Promotion, codes: readonly string[], text: Text): Record<string, string> {
  const { offer, hours } = promotion;
  return {
    name: promotion.name,
    kind: offer.kind,
    percent: offer.kind === "n_for_m" ? "" : text.quantityField(offer.bp * 10),
    from_quantity: offer.kind === "quantity" ? text.quantityField(offer.fromMilli) : "",
    take: offer.kind === "n_for_m" ? String(offer.take) : "",
    pay: offer.kind === "n_for_m" ? String(offer.pay) : "",
    products: codes.join("\n"),
    category_ids: promotion.categoryIds.join("\n"),
    store_ids: promotion.storeIds.join("\n"),
    group_ids: promotion.groupIds.join("\n"),
    weekdays: promotion.weekdays.join("\n"),
    starts_on: promotion.startsOn,
    ends_on: promotion.endsOn ?? "",
    from_time: hours ? clockText(hours.from) : "",
    to_time: hours ? clockText(hours.to) : "",
    version: String(promotion.version),
  };
}

/** Boxes of one field, marked as the form says. */
export function boxesOf(
  field: string,
  choices: readonly { id: number; name: string }[],
  values: Record<string, string>,
) {
  const marked = new Set((values[field] ?? "").split("\n"));
  return choices.map(({ id, name }) => ({
    name: field,
    id: `${field}-${id}`,
    label: name,
    value: String(id),
    checked: marked.has(String(id)),
  }));
}

export function weekdayChoices(text: Text) {
  return WEEK.map((id) => ({ id, name: text.t(`pos.promotions.days.${id}`) }));
}
