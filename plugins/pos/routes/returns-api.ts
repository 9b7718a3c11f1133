/** Taking sales back for programs. */
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { saleJson } from "../present.ts";
import type { Returns } from "../returns.ts";
import { saleAnswer, saleParams } from "../schema.ts";
import { returnBody, voidBody } from "../schema-returns.ts";
import { REFUND, VOID } from "./returns.ts";
import { sellerOf } from "./seller.ts";

export function returnsApi({ returns }: { returns: Returns }): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/sales/:id/returns",
      surface: "v1",
      access: { permission: REFUND, override: true },
      idempotent: true,
      summary:
        "Takes lines of a sale back, all that is left without `lines`; answers a document with amounts below zero. Without `refund` the money goes back the way it came",
      params: saleParams,
      body: returnBody,
      returns: { 201: saleAnswer },
      handle: async ({ tx, params, body, session, address, approval, shop }) => {
        const by = { seller: sellerOf(session), address, approvedBy: approval?.by.username };
        const order = {
          lines: body.lines?.map(({ line, quantity, restock }) => ({
            line,
            quantityMilli: quantity,
            condition: restock ? ("restock" as const) : ("damaged" as const),
          })),
          refund: body.refund?.map(({ method, amount }) => ({ method, amountMinor: amount, reference: undefined })),
          reason: body.reason,
          registerId: body.register_id,
        };
        return json(saleJson(await returns.return(tx, params.id, order, by, shop)), 201);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/sales/:id/void",
      surface: "v1",
      access: { permission: VOID, override: true },
      idempotent: true,
      summary: "Takes back a whole sale of the shift that is open at its register; answers a document below zero",
      params: saleParams,
      body: voidBody,
      returns: { 201: saleAnswer },
      handle: async ({ tx, params, body, session, address, approval, shop }) => {
        const by = { seller: sellerOf(session), address, approvedBy: approval?.by.username };
        return json(saleJson(await returns.void(tx, params.id, body.reason, by, shop)), 201);
      },
    }),
  ];
}
