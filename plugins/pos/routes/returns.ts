/** Taking a sale back on pages: which goods come back and where they go, or the whole sale that should not have been. */
import type { AppError } from "../../../kernel/errors.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Carts } from "../carts.ts";
import type { Condition, Tender } from "../domain.ts";
import { returnModel, voidModel } from "../present-returns.ts";
import { tenderName } from "../present-tenders.ts";
import type { Returnable, ReturnOrder, Returns } from "../returns.ts";
import { saleParams } from "../schema.ts";
import { returnForm, voidBody } from "../schema-returns.ts";
import type { Tenders } from "../tenders.ts";
import { atHand } from "./at-till.ts";
import { inWords } from "./refused.ts";
import { sellerOf } from "./seller.ts";

export const REFUND = "sales.refund";
export const VOID = "sales.void";

interface Typed {
  lines: ReadonlyMap<number, number>;
  damaged: ReadonlySet<number>;
  everything: boolean;
}

export function returnPages({
  returns,
  tenders,
  carts,
}: {
  returns: Returns;
  tenders: Tenders;
  carts: Pick<Carts, "register">;
}): Route[] {
  const draw = async (id: number, text: Text, form?: FormState, error?: AppError): Promise<Reply> => {
    const [returnable, known] = await Promise.all([returns.returnable(id), tenders.list()]);
    const words = error ? inRefundWords(error, known, text) : {};
    return page("pos/return", returnModel(returnable, known, text, form && { ...form, ...words }));
  };

  const drawVoid = async (id: number, text: Text, form?: FormState): Promise<Reply> => {
    const { sale } = await returns.returnable(id);
    return page("pos/void", voidModel(sale, text, form));
  };

  return [
    route({
      method: "GET",
      path: "/sales/:id/return",
      surface: "page",
      access: { permission: "sales.read" },
      params: saleParams,
      handle: ({ params, text }) => draw(params.id, text),
    }),
    route({
      method: "POST",
      path: "/sales/:id/return",
      surface: "page",
      access: { permission: REFUND, override: true },
      idempotent: true,
      params: saleParams,
      body: returnForm,
      redraw: ({ params, text }, form, error) => draw(params.id, text, form, error),
      describe: async ({ tx, params, body, text }) => {
        const { sale, left } = await returns.returnable(params.id, tx);
        const wanted = linesOf({ sale, left }, body).filter(({ quantityMilli }) => quantityMilli > 0);
        return [
          ...wanted.map(({ line, quantityMilli }) => {
            const sold = sale.lines.find((one) => one.line === line);
            return `${text.quantity(quantityMilli)} ${sold?.unit ?? ""} · ${sold?.name ?? ""}`;
          }),
          text.t("pos.price.because", { reason: body.reason }),
        ];
      },
      handle: async (request) => {
        const { tx, params, body, session, address, approval, shop } = request;
        const returnable = await returns.returnable(params.id, tx);
        const order: ReturnOrder = {
          lines: linesOf(returnable, body),
          refund: body.method === undefined ? undefined : { method: body.method },
          reason: body.reason,
          registerId: await atHand(request, carts, returnable.sale.storeId),
        };
        const by = { seller: sellerOf(session), address, approvedBy: approval?.by.username };
        const posted = await returns.return(tx, params.id, order, by, shop);
        return redirect(`/sales/${posted.id}/receipt`, { flash: { text: "pos.flash.returned" } });
      },
    }),
    route({
      method: "GET",
      path: "/sales/:id/void",
      surface: "page",
      access: { permission: "sales.read" },
      params: saleParams,
      handle: ({ params, text }) => drawVoid(params.id, text),
    }),
    route({
      method: "POST",
      path: "/sales/:id/void",
      surface: "page",
      access: { permission: VOID, override: true },
      idempotent: true,
      params: saleParams,
      body: voidBody,
      redraw: ({ params, text }, form) => drawVoid(params.id, text, form),
      describe: async ({ tx, params, body, text }) => {
        const { sale } = await returns.returnable(params.id, tx);
        return [
          `${sale.number} · ${text.money(sale.totalMinor, sale.currency)}`,
          text.t("pos.price.because", { reason: body.reason }),
        ];
      },
      handle: async ({ tx, params, body, session, address, approval, shop }) => {
        const by = { seller: sellerOf(session), address, approvedBy: approval?.by.username };
        const posted = await returns.void(tx, params.id, body.reason, by, shop);
        return redirect(`/sales/${posted.id}/receipt`, { flash: { text: "pos.flash.voided" } });
      },
    }),
  ];
}

/** As inWords; a tender is called what people call it. */
function inRefundWords(error: AppError, tenders: readonly Tender[], text: Text): Partial<FormState> {
  if (error.code !== "REFUND_TENDER") return inWords(error, text);
  const code = String(error.details.data?.["method"]);
  const method = tenderName({ code, name: tenders.find((one) => one.code === code)?.name }, text);
  return { message: text.t("pos.errors.REFUND_TENDER", { method }) };
}

/** One entry a line of the sale, in its order: a fault names the place. */
function linesOf({ sale, left }: Pick<Returnable, "sale" | "left">, typed: Typed) {
  return sale.lines.map(({ line }) => ({
    line,
    quantityMilli: typed.everything ? (left.get(line) ?? 0) : (typed.lines.get(line) ?? 0),
    condition: (typed.damaged.has(line) ? "damaged" : "restock") as Condition,
  }));
}
