/** Shifts for programs. */

import { kernelErrors } from "../../../kernel/errors.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Carts } from "../carts.ts";
import { movementJson, reportJson, shiftJson } from "../present-shifts.ts";
import {
  closeBody,
  currentQuery,
  movementAnswer,
  movementBody,
  openBody,
  reportAnswer,
  shiftAnswer,
  shiftParams,
} from "../schema-shifts.ts";
import type { Shifts } from "../shifts.ts";
import { atNone } from "./at-till.ts";
import type { Places } from "./places.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "shifts.use" } as const;

export function shiftsApi(parts: { shifts: Shifts; carts: Pick<Carts, "register">; place: Places }): Route[] {
  const { shifts, carts, place } = parts;
  return [
    route({
      method: "POST",
      path: "/api/v1/shifts",
      surface: "v1",
      access,
      idempotent: true,
      store: place.named,
      body: openBody,
      summary: "Opens a shift of a register with a float",
      returns: { 201: shiftAnswer },
      handle: async ({ tx, body, session, address, shop }) => {
        const id = await shifts.open(tx, body.register_id, body.float, { seller: sellerOf(session), address }, shop);
        return json(shiftJson(await shifts.find(id, tx)), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/shifts/current",
      surface: "v1",
      access,
      store: place.named,
      query: currentQuery,
      summary: "The open shift of a register, the first one if none is named; 404 when it is closed",
      returns: { 200: shiftAnswer },
      handle: async (request) => {
        const { register_id: asked } = request.query;
        const shift = await shifts.current(asked ?? (await carts.register(atNone(request))).id);
        if (!shift) throw kernelErrors.NOT_FOUND();
        return json(shiftJson(shift));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/shifts/:id/cash-movements",
      surface: "v1",
      access,
      idempotent: true,
      store: place.shift,
      params: shiftParams,
      body: movementBody,
      summary: "Cash put in or taken out, with its reason",
      returns: { 201: movementAnswer },
      handle: async ({ tx, params, body, session, address }) => {
        const { kind, amount: amountMinor, reason } = body;
        const actor = { seller: sellerOf(session), address };
        const movement = await shifts.move(tx, params.id, { kind, amountMinor, reason }, actor);
        return json(movementJson(await shifts.find(params.id, tx), movement), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/shifts/:id/x",
      surface: "v1",
      access: { permission: "shifts.read" },
      store: place.shift,
      params: shiftParams,
      summary: "What a shift took in so far, and the cash that must be there",
      returns: { 200: reportAnswer },
      handle: async ({ params }) => {
        const shift = await shifts.find(params.id);
        return json(reportJson(shift, await shifts.report(shift)));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/shifts/:id/close",
      surface: "v1",
      access,
      idempotent: true,
      store: place.shift,
      params: shiftParams,
      body: closeBody,
      summary: "Closes a shift by what was counted: the Z report, once, with its own number",
      returns: { 201: shiftAnswer },
      handle: async ({ tx, params, body, session, address }) => {
        const counts = body.counted?.map(({ denomination, count }) => ({ denominationMinor: denomination, count }));
        const count = counts === undefined ? { totalMinor: body.total ?? 0 } : { counts };
        await shifts.close(tx, params.id, count, body.reason, { seller: sellerOf(session), address });
        return json(shiftJson(await shifts.find(params.id, tx)), 201);
      },
    }),
  ];
}
