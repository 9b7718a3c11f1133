/** Counting the drawer and closing the shift: whoever counts is not shown what ought to be there. */
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { errors } from "../errors.ts";
import { countModel } from "../present-shifts.ts";
import { closeForm, shiftParams } from "../schema-shifts.ts";
import type { Shifts } from "../shifts.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "shifts.use" } as const;

export function closingPages({ shifts }: { shifts: Shifts }): Route[] {
  const draw = async (text: Text, id: number, form: FormState = { values: {}, errors: {} }): Promise<Reply> => {
    const shift = await shifts.find(id);
    if (shift.closing) throw errors.SHIFT_CLOSED();
    return page("pos/shift-count", countModel(shift, text, form));
  };

  return [
    route({
      method: "GET",
      path: "/shifts/:id/close",
      surface: "page",
      access,
      params: shiftParams,
      handle: ({ text, params }) => draw(text, params.id),
    }),
    route({
      method: "POST",
      path: "/shifts/:id/close",
      surface: "page",
      access,
      idempotent: true,
      params: shiftParams,
      body: closeForm,
      redraw: ({ text, params }, form) => draw(text, params.id, form),
      handle: async ({ tx, params, body, session, address }) => {
        const { total, counted, reason } = body;
        const count = total === undefined ? { counts: counted } : { totalMinor: total };
        await shifts.close(tx, params.id, count, reason, { seller: sellerOf(session), address });
        return redirect(`/shifts/${params.id}`, { flash: { text: "pos.flash.shift_closed" } });
      },
    }),
  ];
}
