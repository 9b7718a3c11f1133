/** Opening the drawer without a sale. Whoever may not do it finds there who can approve it. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Carts } from "../carts.ts";
import type { Drawer, DrawerOpening } from "../drawer.ts";
import { drawerBody, openingAnswer, openingsAnswer, openingsQuery } from "../schema-drawer.ts";
import { shiftParams } from "../schema-shifts.ts";
import { type AtTill, atTill } from "./at-till.ts";
import { sellerOf } from "./seller.ts";

export const OPEN_DRAWER = "pos.open_drawer";
const access = { permission: OPEN_DRAWER, override: true } as const;

interface Drawing extends AtTill {
  text: Text;
}

export function drawerRoutes({ drawer, carts }: { drawer: Drawer; carts: Pick<Carts, "register"> }): Route[] {
  const draw = async (request: Drawing, form: FormState = { values: {}, errors: {} }): Promise<Reply> => {
    const { name } = await carts.register(atTill(request));
    return page("pos/drawer", { title: request.text.t("pos.drawer.title"), register: name, form });
  };
  return [
    route({
      method: "GET",
      path: "/pos/drawer",
      surface: "page",
      access: { permission: "pos.sell" },
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/pos/drawer",
      surface: "page",
      access,
      idempotent: true,
      body: drawerBody,
      redraw: (request, form) => draw(request, form),
      describe: async (request) => {
        const { tx, body, text } = request;
        const { name } = await carts.register(atTill(request), tx);
        return [`${text.t("pos.drawer.title")} · ${name}`, text.t("pos.price.because", { reason: body.reason })];
      },
      handle: async (request) => {
        const { tx, body, session, address, approval, shop } = request;
        const by = { seller: sellerOf(session), address, approvedBy: approval?.by.username };
        const register = await carts.register(atTill(request));
        const { shiftId } = await drawer.open(tx, register, body.reason, by, shop);
        return redirect(`/shifts/${shiftId}`, { flash: { text: "pos.flash.drawer_opened" } });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/shifts/:id/drawer-openings",
      surface: "v1",
      access,
      idempotent: true,
      params: shiftParams,
      body: drawerBody,
      summary: "Notes that the drawer was opened without a sale; needs pos.open_drawer or an approval",
      returns: { 201: openingAnswer },
      handle: async ({ tx, params, body, session, address, approval }) => {
        const by = { seller: sellerOf(session), address, approvedBy: approval?.by.username };
        const one = await drawer.openIn(tx, params.id, body.reason, by);
        return json(openingJson(one), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/shifts/:id/drawer-openings",
      surface: "v1",
      access: { permission: "shifts.use" },
      params: shiftParams,
      query: openingsQuery,
      summary: "Each time the drawer was opened without a sale in a shift, newest first",
      returns: { 200: openingsAnswer },
      handle: async ({ params, query }) => {
        const before = readCursor(query.cursor, ["number"])?.[0];
        const found = await drawer.list(params.id, before, query.limit);
        const { rows, next } = pageOf(found, query.limit, (one) => [one.id]);
        return json({ data: rows.map(openingJson), next_cursor: next });
      },
    }),
  ];
}

function openingJson(one: DrawerOpening) {
  return {
    id: one.id,
    shift_id: one.shiftId,
    register_id: one.registerId,
    reason: one.reason,
    by: one.userName,
    created_at: one.createdAt.toISOString(),
  };
}
