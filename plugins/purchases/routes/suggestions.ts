/** Suggested orders on a page, with their numbers, and for programs: each becomes an order in one step. */
import { z } from "zod";
import { formatDecimal, QUANTITY_SCALE } from "../../../kernel/decimal.ts";
import { json, page } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { currencyDigits } from "../../../kernel/money.ts";
import { countsBlind } from "../../inventory/api.ts";
import { orderAnswer } from "../answers.ts";
import type { Overdue } from "../awaited.ts";
import type { Ordering } from "../ordering.ts";
import type { Orders } from "../orders.ts";
import { minimumText, orderJson } from "../present.ts";
import { supplierOptions } from "../present-suppliers.ts";
import type { Replenishment, Suggestion } from "../replenishment.ts";
import { MOST_LINES, suggestedOrderBody, suggestionsQuery } from "../schema-lines.ts";
import type { Suppliers } from "../suppliers.ts";
import { actorOf, ORDER, READ, storeAsked, storeOptions } from "./shared.ts";

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const suggestionsAnswer = z.strictObject({
  days: z.int(),
  cover_days: z.int(),
  service_level: z.string(),
  data: z.array(
    z.strictObject({
      supplier: z.strictObject({ id: z.int(), name: z.string() }).nullable(),
      lead_time_days: z.int(),
      total: decimal,
      /** the least that the supplier takes, and what is missing to it */
      minimum: decimal,
      missing: decimal,
      lines: z.array(
        z.strictObject({
          product_id: z.int(),
          sku: z.string(),
          name: z.string(),
          sold: decimal,
          per_day: decimal,
          on_hand: decimal,
          on_order: decimal,
          safety_stock: decimal,
          reorder_point: decimal,
          target: decimal,
          /** orders of it that did not come when they should; those late by more than the lead time are not in `on_order` */
          overdue: z.array(
            z.strictObject({ order: z.string(), sent_on: z.iso.date(), due_on: z.iso.date(), quantity: decimal }),
          ),
          quantity: decimal,
          /** the quantity is of whole ones; null: the supplier sells any */
          pack: decimal.nullable(),
          cost: decimal,
          discount_bp: z.int(),
          total: decimal,
        }),
      ),
    }),
  ),
});

/** How many packs that is; empty where the supplier has none. */
function packsText({ orderMilli, packMilli, product }: Suggestion, text: Text): string {
  if (packMilli === undefined) return "";
  const pack = `${text.quantity(packMilli)} ${product.unit}`;
  return text.t("purchases.suggestions.packs", { count: Math.round(orderMilli / packMilli), pack });
}

function overdueText({ number, sentOn, dueOn }: Overdue, text: Text): string {
  const on = (day: string) => text.date(new Date(`${day}T12:00:00Z`), "UTC");
  return text.t("purchases.suggestions.overdue", { number, sent: on(sentOn), due: on(dueOn) });
}

interface Parts {
  replenishment: Replenishment;
  ordering: Ordering;
  orders: Orders;
  suppliers: Suppliers;
}

export function suggestionRoutes({ replenishment, ordering, orders, suppliers }: Parts): Route[] {
  return [
    route({
      method: "GET",
      path: "/purchases/suggestions",
      surface: "page",
      access: READ,
      query: suggestionsQuery,
      handle: async ({ query, text, shop, stores, can }) => {
        const storeId = storeAsked(stores, query.store_id);
        const asked = { storeId, supplierId: query.supplier_id, notCounting: countsBlind(can) };
        const found = await replenishment.suggestions(asked);
        const money = (minor: number) => text.money(minor, shop.currency);
        return page("purchases/suggestions", {
          title: text.t("purchases.suggestions.title"),
          store: String(storeId),
          stores: storeOptions(stores),
          plan: text.t("purchases.suggestions.plan", {
            days: found.days,
            cover: found.coverDays,
            level: found.serviceLevel,
          }),
          suppliers: supplierOptions(await suppliers.choices()),
          mayOrder: can(ORDER.permission),
          groups: found.groups.map(({ supplier, leadTimeDays, lines, totalMinor, missingMinor }) => ({
            id: supplier === undefined ? "none" : String(supplier.id),
            supplierId: supplier?.id,
            name: supplier?.name ?? text.t("purchases.suggestions.nobody"),
            lead: text.t("purchases.suggestions.lead", { days: leadTimeDays }),
            total: money(totalMinor),
            doubt:
              supplier && missingMinor > 0
                ? minimumText({ ...supplier, supplier: supplier.name, missingMinor }, text, shop.currency)
                : undefined,
            // an order has so many at most: what is left is suggested after it
            rows: lines.slice(0, MOST_LINES).map((line, index) => ({
              number: index + 1,
              path: `/products/${line.product.productId}`,
              name: line.product.name,
              sku: line.product.sku,
              perDay: text.quantity(line.perDayMilli),
              onHand: text.quantity(line.onHandMilli),
              onOrder: text.quantity(line.onOrderMilli),
              overdue: line.overdue.map((order) => overdueText(order, text)),
              safety: text.quantity(line.safetyMilli),
              point: text.quantity(line.pointMilli),
              quantity: text.quantityField(line.orderMilli),
              packs: packsText(line, text),
              cost: money(line.costMinor),
            })),
          })),
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/purchases/suggestions",
      surface: "v1",
      access: READ,
      query: suggestionsQuery,
      summary: "What to order of each supplier for a store: reorder point = per_day x lead time + safety stock",
      returns: { 200: suggestionsAnswer },
      handle: async ({ query, shop, stores, can }) => {
        const { store_id: storeId, supplier_id: supplierId } = query;
        const asked = { storeId: storeAsked(stores, storeId), supplierId, notCounting: countsBlind(can) };
        const found = await replenishment.suggestions(asked);
        const money = (minor: number) => formatDecimal(minor, currencyDigits(shop.currency));
        const quantity = (milli: number) => formatDecimal(milli, QUANTITY_SCALE);
        return json({
          days: found.days,
          cover_days: found.coverDays,
          service_level: found.serviceLevel,
          data: found.groups.map(({ supplier, leadTimeDays, lines, totalMinor, missingMinor }) => ({
            supplier: supplier === undefined ? null : { id: supplier.id, name: supplier.name },
            lead_time_days: leadTimeDays,
            total: money(totalMinor),
            minimum: money(supplier?.minimumMinor ?? 0),
            missing: money(missingMinor),
            lines: lines.map((line) => ({
              product_id: line.product.productId,
              sku: line.product.sku,
              name: line.product.name,
              sold: quantity(line.product.soldMilli),
              per_day: quantity(line.perDayMilli),
              on_hand: quantity(line.onHandMilli),
              on_order: quantity(line.onOrderMilli),
              safety_stock: quantity(line.safetyMilli),
              reorder_point: quantity(line.pointMilli),
              target: quantity(line.targetMilli),
              overdue: line.overdue.map(({ number, sentOn, dueOn, milli }) => ({
                order: number,
                sent_on: sentOn,
                due_on: dueOn,
                quantity: quantity(milli),
              })),
              quantity: quantity(line.orderMilli),
              pack: line.packMilli === undefined ? null : quantity(line.packMilli),
              cost: money(line.costMinor),
              discount_bp: line.discountBp,
              total: money(line.totalMinor),
            })),
          })),
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/purchases/suggestions/order",
      surface: "v1",
      access: ORDER,
      idempotent: true,
      body: suggestedOrderBody,
      summary: "A draft of what is suggested of a supplier",
      returns: { 201: orderAnswer },
      handle: async (request) => {
        const { supplier_id: supplierId, store_id: asked } = request.body;
        const storeId = storeAsked(request.stores, asked);
        const wanted = { storeId, supplierId, notCounting: countsBlind(request.can) };
        const id = await ordering.order(request.tx, actorOf(request), wanted, request.shop.currency);
        return json(orderJson(await orders.get(id, request.tx)), 201);
      },
    }),
  ];
}
