/**
 * Carts for programs, as cashiers have them: kept here from the first scan, parked, resumed, paid. The program gives a cart its id, a
 * uuid of its own, so that a request that is sent twice finds the same cart.
 */

import type { Tx } from "../../../kernel/db/database.ts";
import { formatDecimal, QUANTITY_SCALE } from "../../../kernel/decimal.ts";
import { fieldFault } from "../../../kernel/errors.ts";
import { empty, json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Buyers } from "../buyers.ts";
import type { Carts, Scanned } from "../carts.ts";
import { DISCOUNT } from "../discounts.ts";
import type { Cart } from "../domain.ts";
import { errors } from "../errors.ts";
import type { Parking } from "../parking.ts";
import { moneyOf, saleJson } from "../present.ts";
import { priceCart } from "../pricing.ts";
import type { Sales } from "../sales.ts";
import { cartParams, lineParams, saleAnswer } from "../schema.ts";
import {
  cartAnswer,
  cartCustomerBody,
  discardBody,
  itemBody,
  parkBody,
  payCartBody,
  quantityBody,
  resumeBody,
} from "../schema-carts.ts";
import { typesCode } from "../tenders.ts";
import { atNone } from "./at-till.ts";
import { CHANGE_PRICE } from "./prices.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;

export function cartsApi(parts: { carts: Carts; parking: Parking; sales: Sales; buyers: Buyers }): Route[] {
  const { carts, parking, sales, buyers } = parts;
  /** Where a program stands: at the register that it names, or at the first in use. */
  const tillOf = (request: Parameters<typeof atNone>[0], registerId: number | undefined) => ({
    ...atNone(request),
    chosen: registerId,
  });
  const answer = async (request: {
    params: { cart: string };
    session: Parameters<typeof sellerOf>[0];
    shop: Shop;
    tx: Tx | undefined;
  }) =>
    json(cartJson(await carts.read(request.params.cart, sellerOf(request.session), request.tx), request.shop.currency));

  return [
    route({
      method: "GET",
      path: "/api/v1/carts/:cart",
      surface: "v1",
      access,
      params: cartParams,
      summary: "A cart of one's own, newest line first; one that nobody scanned into is empty",
      returns: { 200: cartAnswer },
      handle: (request) => answer(request),
    }),
    route({
      method: "POST",
      path: "/api/v1/carts/:cart/items",
      surface: "v1",
      access,
      idempotent: "optional",
      params: cartParams,
      body: itemBody,
      summary: "Adds a product by its code (`3*code` adds three) or id; what is sold by weight needs a quantity",
      returns: { 200: cartAnswer },
      handle: async (request) => {
        const { tx, params, body, session } = request;
        const { code, product_id: productId = 0, quantity: quantityMilli, register_id: registerId } = body;
        const [seller, till] = [sellerOf(session), tillOf(request, registerId)];
        const scanned: Scanned =
          code === undefined
            ? await carts.add(params.cart, seller, { productId, unitId: undefined, quantityMilli }, till, tx)
            : await carts.scan(params.cart, seller, code, till, tx);
        if (scanned.kind === "search") throw errors.CODE_UNKNOWN({ params: { code: scanned.query } });
        if (scanned.kind === "weigh") throw fieldFault("quantity", "WEIGHT_NEEDED", "kernel.validation.required");
        return answer(request);
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/carts/:cart/items/:line",
      surface: "v1",
      access,
      params: lineParams,
      body: quantityBody,
      summary: "Another quantity of a line",
      returns: { 200: cartAnswer },
      handle: async (request) => {
        const { params, body, session, can } = request;
        const wanted = { quantityMilli: body.quantity, mayChangePrice: can(CHANGE_PRICE) };
        await carts.setQuantity(params.cart, sellerOf(session), params.line, wanted);
        return answer(request);
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/carts/:cart/items/:line",
      surface: "v1",
      access,
      params: lineParams,
      summary: "Takes a line away; one that is gone already is no fault",
      returns: { 200: cartAnswer },
      handle: async (request) => {
        await carts.remove(request.params.cart, sellerOf(request.session), request.params.line);
        return answer(request);
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/carts/:cart/customer",
      surface: "v1",
      access,
      params: cartParams,
      body: cartCustomerBody,
      summary: "Whose sale it is; null: nobody's. Lines cost what the customer's group pays",
      returns: { 200: cartAnswer },
      handle: async (request) => {
        const { params, body, session } = request;
        const till = tillOf(request, body.register_id);
        await buyers.choose({ id: params.cart, seller: sellerOf(session), till }, body.customer_id ?? undefined);
        return answer(request);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/carts/:cart/park",
      surface: "v1",
      access,
      idempotent: true,
      params: cartParams,
      body: parkBody,
      summary: "Puts a cart aside under a name, for whoever works at its register",
      returns: { 204: null },
      handle: async ({ tx, params, body, session }) => {
        await parking.park(tx, params.cart, body.name, sellerOf(session));
        return empty();
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/carts/:cart/resume",
      surface: "v1",
      access,
      idempotent: true,
      params: cartParams,
      body: resumeBody,
      summary: "Takes a parked cart up, at the register where it was parked",
      returns: { 204: null },
      handle: async (request) => {
        const { tx, params, body, session } = request;
        const register = await carts.register(tillOf(request, body.register_id));
        await parking.resume(tx, params.cart, register.id, sellerOf(session));
        return empty();
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/carts/:cart/discard",
      surface: "v1",
      access,
      idempotent: true,
      params: cartParams,
      body: discardBody,
      summary: "Gives a parked cart up; who did and why stays in the trail",
      returns: { 204: null },
      handle: async (request) => {
        const { tx, params, body, session, address } = request;
        const register = await carts.register(tillOf(request, body.register_id));
        await parking.discard(tx, params.cart, register.id, body.reason, { seller: sellerOf(session), address });
        return empty();
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/carts/:cart/pay",
      surface: "v1",
      access,
      idempotent: true,
      params: cartParams,
      body: payCartBody,
      throttle: { limit: "codes", counts: ({ body }) => body.payments?.some(typesCode) ?? false },
      summary:
        "The sale of a cart; without payments it is paid exactly, in cash. 409 TOTAL_CHANGED when it costs something else",
      returns: { 201: saleAnswer },
      handle: async ({ tx, params, body, session, shop, can }) => {
        const payments = body.payments?.map((one) => ({
          method: one.method,
          amountMinor: one.amount,
          reference: one.reference,
          intentId: one.intent_id,
        }));
        const paid = { shownMinor: body.expected_total, payments, mayGiveAny: can(DISCOUNT) };
        return json(saleJson(await sales.payCart(tx, params.cart, sellerOf(session), paid, shop)), 201);
      },
    }),
  ];
}

function cartJson(cart: Cart, currency: string) {
  const money = moneyOf(currency);
  const { lines, totals, discountMinor } = priceCart([...cart.lines].reverse(), cart.discount, cart.promotions);
  return {
    id: cart.id,
    register_id: cart.register?.id ?? null,
    status: cart.status,
    sale_id: cart.saleId ?? null,
    parked_as: cart.parkedAs ?? null,
    customer_id: cart.customer?.id ?? null,
    currency,
    lines: [...lines].reverse().map((line) => ({
      line: line.line,
      product_id: line.productId,
      sku: line.sku,
      name: line.name,
      unit: line.unit,
      quantity: formatDecimal(line.quantityMilli, QUANTITY_SCALE),
      unit_price: money(line.unitPriceMinor),
      discount: money(line.discountMinor),
      total: money(line.totalMinor),
    })),
    discount: money(discountMinor),
    tax: money(totals.taxMinor),
    total: money(totals.totalMinor),
  };
}
