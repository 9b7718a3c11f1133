/** X and Z reports on paper, for people and for programs. */
import type { Tx } from "../../../kernel/db/database.ts";
import { json, page, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Receipts } from "../receipts/receipts.ts";
import { paperView } from "../receipts/view.ts";
import { printAnswer, sheetQuery, shiftParams } from "../schema-shifts.ts";
import type { ShiftPrints } from "../shift-prints.ts";
import { sellerOf } from "./seller.ts";
import { type DrawShift, READ_SHIFTS } from "./shifts.ts";

const access = { permission: "shifts.use" } as const;

interface Asking {
  tx: Tx;
  params: { id: number };
  session: Session;
  address: string;
  can(permission: string): boolean;
}

export function shiftPrintRoutes(parts: {
  prints: ShiftPrints;
  receipts: Pick<Receipts, "width">;
  draw: DrawShift;
}): Route[] {
  const { prints, receipts, draw } = parts;
  const print = ({ tx, params, session, address, can }: Asking) =>
    prints.print(tx, params.id, can(READ_SHIFTS), { seller: sellerOf(session), address });

  return [
    route({
      method: "GET",
      path: "/shifts/:id/sheet",
      surface: "page",
      access,
      params: shiftParams,
      query: sheetQuery,
      handle: async ({ params, query, text, shop, can }) => {
        const blocks = await prints.sheet(params.id, can(READ_SHIFTS), { shop, text });
        const width = await receipts.width(query.width);
        return page("pos/shift-sheet", {
          ...paperView(blocks, width, text.t("pos.shift.sheet")),
          bare: true,
          scripts: ["pos/register.js"],
          base: `/shifts/${params.id}`,
          other: width === 58 ? 80 : 58,
        });
      },
    }),
    route({
      method: "POST",
      path: "/shifts/:id/print",
      surface: "page",
      access,
      idempotent: true,
      params: shiftParams,
      redraw: (request, form: FormState) => draw(request, request.params.id, form),
      handle: async (request) => {
        await print(request);
        return redirect(`/shifts/${request.params.id}`, { flash: { text: "pos.flash.report_queued" } });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/shifts/:id/print",
      surface: "v1",
      access,
      idempotent: true,
      params: shiftParams,
      summary:
        "Puts the X report of an open shift (needs shifts.read) or the Z of a closed one into its printer's queue",
      returns: { 201: printAnswer },
      handle: async (request) => {
        const { jobId, copy } = await print(request);
        return json({ print_job_id: jobId, copy: copy ?? null }, 201);
      },
    }),
  ];
}
