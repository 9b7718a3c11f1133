/** What the agents say, as a sentence in the reader's language, for pages and programs. */
import type { z } from "zod";
import type { Text } from "../../kernel/i18n.ts";
import type { Store } from "../../kernel/stores/store.ts";
import { type Finding, type Grounds, type Notice, type OrderLine, type OverdueOrder, riseOf } from "./domain.ts";
import type { findingAnswer } from "./schema.ts";

/** `currency`: of the store that it is about, or the shop's. */
export function sentence(said: Notice, text: Text, currency: string): string {
  const money = (minor: number) => text.money(minor, currency);
  const say = (params: Record<string, string | number>, kind: string = said.kind) =>
    text.t(`agents.says.${kind}`, params);
  const amount = (milli: number, unit: string) => `${text.quantity(milli)} ${unit}`;
  switch (said.kind) {
    case "runs_out": {
      const { name, unit, onHandMilli, onOrderMilli, perDayMilli, days, leadDays, arrivesDays, overdue } = said.facts;
      const facts = {
        name,
        days,
        lead: leadDays,
        on_hand: amount(onHandMilli, unit),
        per_day: amount(perDayMilli, unit),
      };
      const ordered = { ...facts, on_order: amount(onOrderMilli, unit) };
      if (onOrderMilli === 0) return withOverdue(say(facts), overdue, text);
      if (arrivesDays === undefined) return withOverdue(say(ordered, "runs_out_ordered"), overdue, text);
      return withOverdue(say({ ...ordered, arrives: arrivesDays }, "runs_out_before"), overdue, text);
    }
    case "order": {
      const { supplier, totalMinor, minimumMinor = 0, missingMinor = 0, lines } = said.facts;
      const days = Math.min(...lines.map((line) => line.days));
      const advice = say({ supplier, lines: lines.length, total: money(totalMinor), days });
      const told = withOverdue(advice, said.facts.overdue, text);
      if (missingMinor === 0) return told;
      const minimum = { minimum: money(minimumMinor), missing: money(missingMinor) };
      return `${told} ${say(minimum, "order_under_minimum")}`;
    }
    case "cost_rose": {
      const { name, supplier, beforeMinor, afterMinor, currency: paid } = said.facts;
      const rise = text.rate(riseOf(beforeMinor, afterMinor));
      return say({ name, supplier, before: text.money(beforeMinor, paid), after: text.money(afterMinor, paid), rise });
    }
    case "low_margin": {
      const { name, priceMinor, costMinor, marginBp, targetBp } = said.facts;
      const rates = { margin: text.rate(marginBp), target: text.rate(targetBp) };
      return say({ name, price: money(priceMinor), cost: money(costMinor), ...rates });
    }
    case "cashier": {
      const { measure, person, count, sales, days } = said.facts;
      return say({ what: text.t(`agents.measures.${measure}`, { count }), person, sales, days });
    }
    case "hour": {
      const { day, hour, sales, days, number } = said.facts;
      return say({ day: text.date(new Date(`${day}T12:00:00Z`), "UTC"), hour, sales, days, number });
    }
    case "price": {
      const { name, beforeMinor, afterMinor, by } = said.facts;
      const prices = { name, before: money(beforeMinor), after: money(afterMinor) };
      return by === "" ? say(prices, "price_of_nobody") : say({ ...prices, by });
    }
  }
}

/** Of several orders the oldest is told. */
function withOverdue(told: string, overdue: readonly OverdueOrder[] | undefined, text: Text): string {
  const [oldest] = overdue ?? [];
  if (!oldest || !overdue) return told;
  const on = (day: string) => text.date(new Date(`${day}T12:00:00Z`), "UTC");
  const order = { number: oldest.number, sent: on(oldest.sentOn), due: on(oldest.dueOn), more: overdue.length - 1 };
  return `${told} ${text.t("agents.says.overdue", order)}`;
}

/** Why it may be believed, with the figures it rests on; undefined where the sentence has them all. */
export function grounds(said: Notice, text: Text): string | undefined {
  switch (said.kind) {
    case "runs_out":
      return forecastTold(said.facts, text);
    case "order": {
      const [dearest] = [...said.facts.lines].sort((a, b) => costOf(b) - costOf(a));
      return dearest && `${dearest.name}: ${forecastTold(dearest, text)}`;
    }
    case "cashier": {
      const { rate, usual } = said.facts;
      if (rate === undefined || usual === undefined) return undefined;
      const params = { measure: said.facts.measure, rate: text.quantity(rate * 10), usual: text.quantity(usual * 10) };
      return text.t("agents.grounds_cashier", params);
    }
    case "hour": {
      const { days, usualDays } = said.facts;
      return usualDays === undefined ? undefined : text.t("agents.grounds_hour", { days, usual: usualDays });
    }
    default:
      return undefined;
  }
}

const costOf = ({ quantityMilli, costMinor }: OrderLine) => quantityMilli * costMinor;

function forecastTold({ method, errorMilli, naiveMilli, seasonalMilli, unit }: Grounds & { unit: string }, text: Text) {
  return text.t("agents.grounds", {
    method: text.t(`agents.methods.${method}`),
    error: `${text.quantity(errorMilli)} ${unit}`,
    naive: text.quantity(naiveMilli),
    seasonal: text.quantity(seasonalMilli),
  });
}

export function findingJson(found: Finding, text: Text, currency: string): z.output<typeof findingAnswer> {
  return {
    id: found.id,
    agent: found.agent,
    kind: found.kind,
    store_id: found.storeId ?? null,
    subject: found.subject,
    sentence: sentence(found, text, currency),
    grounds: grounds(found, text) ?? null,
    state: found.state,
    facts: { ...found.facts },
    document: found.document ?? null,
    found_at: found.foundAt.toISOString(),
    told_at: found.toldAt.toISOString(),
  };
}

/** Where more is told of it. */
function linkOf({ kind, subject, storeId, document, facts }: Finding): string | undefined {
  const [what, id] = (document ?? subject).split(":");
  if (what === "purchase_order") return `/purchases/orders/${id}`;
  if (what === "product") return `/products/${id}`;
  if (kind === "cashier") return storeId === undefined ? "/loss" : `/loss?store_id=${storeId}`;
  if (kind === "hour") return `/sales/${facts.saleId}`;
  return undefined;
}

/** How many packs it is; empty where the supplier sells any quantity. */
function packsOf({ quantityMilli, packMilli }: OrderLine, text: Text): string {
  if (packMilli === undefined) return "";
  return `${text.quantity(Math.round((quantityMilli * 1000) / packMilli))} × ${text.quantity(packMilli)}`;
}

export function findingRow(
  found: Finding,
  { text, currency, stores, timeZone }: { text: Text; currency: string; stores: readonly Store[]; timeZone: string },
  may: { act: boolean; order: boolean; dismiss: boolean },
) {
  const open = found.goneAt === undefined;
  return {
    id: found.id,
    path: `/agents/findings/${found.id}`,
    agent: text.t(`agents.agent.${found.agent}`),
    sentence: sentence(found, text, currency),
    grounds: grounds(found, text),
    isNew: found.state === "new",
    state: text.t(`agents.state.${found.state}`),
    store: stores.length > 1 ? stores.find(({ id }) => id === found.storeId)?.name : undefined,
    found: text.dateTime(found.foundAt, timeZone),
    link: linkOf(found),
    linkText: text.t(found.document === undefined ? "agents.look" : "agents.see_order"),
    lines:
      found.kind === "order"
        ? found.facts.lines.map((line) => ({
            path: `/products/${line.productId}`,
            name: line.name,
            sku: line.sku,
            quantity: `${text.quantity(line.quantityMilli)} ${line.unit}`,
            packs: packsOf(line, text),
            cost: text.money(line.costMinor, currency),
            days: text.t("agents.lasts", { days: line.days }),
          }))
        : [],
    maySee: open && may.act && found.state !== "seen",
    seeText: text.t(found.state === "dismissed" ? "agents.take_back" : "agents.mark_seen"),
    mayDismiss: open && may.dismiss && found.state !== "dismissed",
    mayOrder: open && may.order && found.kind === "order",
  };
}
