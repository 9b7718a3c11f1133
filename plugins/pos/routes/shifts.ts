/** Shifts on pages: is the register open, cash in and out, X and Z. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import type { Carts } from "../carts.ts";
import type { Shift } from "../domain.ts";
import type { Drawer } from "../drawer.ts";
import { shiftModel, shiftRow } from "../present-shifts.ts";
import type { Printing } from "../printing/printing.ts";
import { movementBody, openForm, shiftParams, shiftsQuery } from "../schema-shifts.ts";
import type { Shifts } from "../shifts.ts";
import { type AtTill, atTill } from "./at-till.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "shifts.use" } as const;
export const READ_SHIFTS = "shifts.read";

interface Drawing extends AtTill {
  text: Text;
  can(permission: string): boolean;
}

/** The page of one shift. */
export type DrawShift = (
  request: Pick<Drawing, "text" | "shop" | "can">,
  id: number,
  form?: FormState,
) => Promise<Reply>;

/** of drawer openings, the newest; more is a shift to look at by program */
const SHOWN_OPENINGS = 200;

export function createDrawShift(parts: {
  shifts: Shifts;
  drawer: Pick<Drawer, "list">;
  printing: Pick<Printing, "hasPrinter">;
}): DrawShift {
  const { shifts, drawer, printing } = parts;
  return async ({ text, shop, can }, id, form) => {
    const shift = await shifts.find(id);
    const [report, movements, openings, hasPrinter] = await Promise.all([
      shifts.report(shift),
      shifts.movements(id),
      drawer.list(id, undefined, SHOWN_OPENINGS),
      printing.hasPrinter(shift.registerId),
    ]);
    const mayRead = can(READ_SHIFTS);
    const facts = { report, movements, openings, hasPrinter, mayRead, form, text, shop };
    return page("pos/shift", shiftModel(shift, facts));
  };
}

export function shiftPages(parts: {
  shifts: Shifts;
  carts: Pick<Carts, "register">;
  stores: Pick<Stores, "shopsOf">;
  draw: DrawShift;
}): Route[] {
  const { shifts, carts, stores, draw } = parts;
  const drawList = async (request: Drawing, cursor?: string, limit = 50, form?: FormState): Promise<Reply> => {
    const { text } = request;
    const register = await carts.register(atTill(request));
    const before = readCursor(cursor, ["number"])?.[0];
    const [current, found] = await Promise.all([
      shifts.current(register.id),
      shifts.list(
        request.stores.map(({ id }) => id),
        before,
        limit,
      ),
    ]);
    const { rows, next } = pageOf(found, limit, (one) => [one.id]);
    const shopOf = await stores.shopsOf([...rows, register]);
    const row = (one: Shift) => shiftRow(one, { text, shop: shopOf(one) });
    return page("pos/shifts", {
      title: text.t("pos.shift.title"),
      styles: ["pos/pos.css"],
      register: register.name,
      current: current && { ...row(current), count: `/shifts/${current.id}/close` },
      rows: rows.map(row),
      first: cursor === undefined ? undefined : "/shifts",
      next: next === null ? undefined : `/shifts?cursor=${next}`,
      form: form ?? { values: {}, errors: {} },
    });
  };

  return [
    route({
      method: "GET",
      path: "/shifts",
      surface: "page",
      access,
      query: shiftsQuery,
      handle: (request) => drawList(request, request.query.cursor, request.query.limit),
    }),
    route({
      method: "POST",
      path: "/shifts",
      surface: "page",
      access,
      idempotent: true,
      body: openForm,
      redraw: (request, form) => drawList(request, undefined, undefined, form),
      handle: async (request) => {
        const { tx, body, session, address, shop } = request;
        const { id } = await carts.register(atTill(request));
        await shifts.open(tx, id, body.float, { seller: sellerOf(session), address }, shop);
        return redirect("/pos", { flash: { text: "pos.flash.shift_opened" } });
      },
    }),
    route({
      method: "GET",
      path: "/shifts/:id",
      surface: "page",
      access,
      params: shiftParams,
      handle: (request) => draw(request, request.params.id),
    }),
    route({
      method: "POST",
      path: "/shifts/:id/cash-movements",
      surface: "page",
      access,
      idempotent: true,
      params: shiftParams,
      body: movementBody,
      redraw: (request, form) => draw(request, request.params.id, form),
      handle: async ({ tx, params, body, session, address }) => {
        const { kind, amount: amountMinor, reason } = body;
        await shifts.move(tx, params.id, { kind, amountMinor, reason }, { seller: sellerOf(session), address });
        return redirect(`/shifts/${params.id}`, { flash: { text: "pos.flash.cash_moved" } });
      },
    }),
  ];
}
