/** Sales for programs. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { DISCOUNT } from "../discounts.ts";
import { saleHeadJson, saleJson } from "../present.ts";
import type { ProgramSales } from "../program-sales.ts";
import type { Sales } from "../sales.ts";
import { saleAnswer, saleBody, saleParams, salesAnswer, salesQuery } from "../schema.ts";
import { typesCode } from "../tenders.ts";
import { atNone, storesAsked } from "./at-till.ts";
import type { Places } from "./places.ts";
import { CHANGE_PRICE } from "./prices.ts";
import { sellerOf } from "./seller.ts";

export function salesApi(parts: { sales: Sales; programSales: ProgramSales; place: Places }): Route[] {
  const { sales, programSales, place } = parts;
  return [
    route({
      method: "POST",
      path: "/api/v1/sales",
      surface: "v1",
      access: { permission: "pos.sell" },
      store: place.named,
      approvals: [CHANGE_PRICE, DISCOUNT],
      idempotent: true,
      summary:
        "Rings a sale; a replay with the same key answers 200 with the same sale. A unit_price other than the list's needs a price_reason and the permission pos.change_price, or an approval. `unit` names a further unit of the product, e.g. a case: quantity and price are that unit's",
      body: saleBody,
      throttle: { limit: "codes", counts: ({ body }) => body.payments.some(typesCode) },
      returns: { 201: saleAnswer },
      handle: async (request) => {
        const { tx, body, session, shop, address, approval, can } = request;
        const seller = sellerOf(session);
        const sale = await programSales.post(
          tx,
          {
            items: body.items.map((item) => ({
              productId: item.product_id,
              code: item.code,
              unit: item.unit,
              quantityMilli: item.quantity,
              unitPriceMinor: item.unit_price,
              priceReason: item.price_reason,
              discountMinor: item.discount,
              discountReason: item.discount_reason,
              note: item.note,
            })),
            note: body.note,
            discountMinor: body.discount,
            discountReason: body.discount_reason,
            payments: body.payments.map((one) => ({
              method: one.method,
              amountMinor: one.amount,
              reference: one.reference,
              intentId: one.intent_id,
            })),
            customerId: body.customer_id,
            registerId: body.register_id,
            expectedTotalMinor: body.expected_total,
          },
          {
            seller,
            address,
            approvedBy: approval?.by.username,
            mayChangePrice: can(CHANGE_PRICE),
            mayGiveAny: can(DISCOUNT),
            till: atNone(request),
          },
          shop,
        );
        return json(saleJson(sale), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/sales",
      surface: "v1",
      access: { permission: "sales.read" },
      summary:
        "Sales of the stores in which one works, newest first; from and to are business dates, cashier is an id or a name",
      store: place.store,
      query: salesQuery,
      returns: { 200: salesAnswer },
      handle: async ({ query, stores }) => {
        const before = readCursor(query.cursor, ["number"])?.[0];
        const { limit, from, to, cashier, customer_id: customerId } = query;
        const { rows, next } = pageOf(
          await sales.list({
            limit,
            before,
            from,
            to,
            cashier,
            customerId,
            storeIds: storesAsked(stores, query.store_id),
          }),
          limit,
          (one) => [one.id],
        );
        return json({ data: rows.map(saleHeadJson), next_cursor: next });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/sales/:id",
      surface: "v1",
      access: { permission: "sales.read" },
      summary: "One sale with its lines and payments",
      store: place.sale,
      params: saleParams,
      returns: { 200: saleAnswer },
      handle: async ({ params }) => json(saleJson(await sales.find(params.id))),
    }),
  ];
}
