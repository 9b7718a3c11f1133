/** Payments that a provider takes, as the API and the pages show them. */
import { renderSVG } from "uqr";
import type { Model } from "../../kernel/http/reply.ts";
import type { Text } from "../../kernel/i18n.ts";
import { type Intent, UNSETTLED } from "./payments/domain.ts";
import { moneyOf } from "./present.ts";

export function intentJson(one: Intent) {
  return {
    id: one.id,
    method: one.method,
    provider: one.provider,
    register_id: one.registerId,
    amount: moneyOf(one.currency)(one.amountMinor),
    currency: one.currency,
    state: one.state,
    reference: one.reference ?? null,
    qr: one.qr ?? null,
    expires_at: one.expiresAt.toISOString(),
    sale_id: one.saleId ?? null,
    created_at: one.createdAt.toISOString(),
  };
}

/** At the till, while the customer pays. */
export function intentModel(intent: Intent, tender: string, leftMinor: number, text: Text, timeZone: string): Model {
  const base = `/pos/carts/${intent.cartId}`;
  const waiting = intent.state === "new" || intent.state === "pending";
  return {
    title: text.t("pos.intent.title", { tender }),
    styles: ["pos/pos.css"],
    base,
    path: `${base}/payments/${intent.id}`,
    amount: text.money(intent.amountMinor, intent.currency),
    state: text.t(`pos.intent.states.${intent.state}`),
    waiting,
    ...(waiting ? { refresh: 3 } : {}),
    approved: intent.state === "approved",
    receipt: intent.saleId === undefined ? undefined : `/sales/${intent.saleId}/receipt`,
    qr:
      waiting && intent.qr !== undefined
        ? `data:image/svg+xml;base64,${Buffer.from(renderSVG(intent.qr, { border: 2 })).toString("base64")}`
        : undefined,
    until: waiting ? text.dateTime(intent.expiresAt, timeZone) : undefined,
    left: leftMinor > 0 ? text.money(leftMinor, intent.currency) : undefined,
  };
}

export function intentRow(intent: Intent, tender: string, text: Text, timeZone: string) {
  const open = UNSETTLED.includes(intent.state);
  return {
    path: `/payments/${intent.id}`,
    at: text.dateTime(intent.createdAt, timeZone),
    tender,
    register: intent.registerName,
    by: intent.userName,
    amount: text.money(intent.amountMinor, intent.currency),
    state: text.t(`pos.intent.states.${intent.state}`),
    open,
    mayAbandon: intent.state === "new" || intent.state === "pending",
    mayGiveBack: intent.state === "approved",
    sale: intent.saleId === undefined ? undefined : `/sales/${intent.saleId}`,
    cart: open && intent.cartId !== undefined ? `/pos/carts/${intent.cartId}/payment` : undefined,
  };
}
