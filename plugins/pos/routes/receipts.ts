/** Receipts: the page, the PDF, copies, and the page that a customer sees by a link. */
import { Readable } from "node:stream";
import type { Tx } from "../../../kernel/db/database.ts";
import { json, page, type Reply, redirect, stream } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Printing } from "../printing/printing.ts";
import { columnsOf, type PaperWidth } from "../receipts/escpos.ts";
import type { Reader, Receipt, Receipts } from "../receipts/receipts.ts";
import { receiptView } from "../receipts/view.ts";
import { saleParams } from "../schema.ts";
import { copyAnswer, linkAnswer, receiptFormatQuery, receiptQuery, tokenParams } from "../schema-receipts.ts";
import { registerActor } from "./registers.ts";
import { MANAGE_VOUCHERS } from "./vouchers.ts";

interface Copying {
  tx: Tx;
  session: Session;
  address: string;
  params: { id: number };
}

interface Asking {
  params: { id: number };
  query: { width?: PaperWidth | undefined; copy?: number | undefined };
  text: Text;
  session: Session;
  can(permission: string): boolean;
}

const readerOf = ({ text, session, can }: Asking): Reader => ({
  text,
  sees: (writer) => writer === session.user.id || can(MANAGE_VOUCHERS),
});

const access = { permission: "sales.read" } as const;

export function receiptRoutes({ receipts, printing }: { receipts: Receipts; printing: Printing }): Route[] {
  const pdf = async (receipt: Receipt, width: PaperWidth, text: Text): Promise<Reply> =>
    file("application/pdf", await receipts.pdf(receipt, width, text), `${receipt.sale.number}.pdf`);

  const asPdf = async (request: Asking): Promise<Reply> => {
    const { params, query, text } = request;
    const receipt = await receipts.read(params.id, readerOf(request), { copy: query.copy });
    return pdf(receipt, await receipts.width(query.width), text);
  };

  const makeCopy = async (request: Copying) => {
    const { tx, params } = request;
    const { sale, copy } = await receipts.copy(tx, registerActor(request), params.id);
    return { copy, jobId: await printing.copy(tx, sale, copy) };
  };

  return [
    route({
      method: "GET",
      path: "/sales/:id/receipt",
      surface: "page",
      access,
      params: saleParams,
      query: receiptQuery,
      handle: async (request) => {
        const { params, query, text, origin } = request;
        const receipt = await receipts.read(params.id, readerOf(request), { copy: query.copy });
        const [width, link] = await Promise.all([receipts.width(query.width), receipts.link(params.id, origin)]);
        return page("pos/receipt", {
          ...receiptView(receipt, width, text),
          bare: true,
          scripts: ["pos/register.js"],
          base: `/sales/${params.id}`,
          // what the cashier hands over: the change of a sale, what is given back of a return
          handed: {
            label: text.t(receipt.sale.kind === "sale" ? "pos.receipt.change" : "pos.receipt.given_back"),
            amount: text.money(
              receipt.sale.kind === "sale" ? receipt.sale.changeMinor : -receipt.sale.totalMinor,
              receipt.sale.currency,
            ),
          },
          copy: query.copy,
          other: width === 58 ? 80 : 58,
          link,
          share: `https://wa.me/?text=${encodeURIComponent(text.t("pos.receipt.share_text", { shop: receipt.shop.name, url: link }))}`,
        });
      },
    }),
    route({
      method: "GET",
      path: "/sales/:id/receipt.pdf",
      surface: "page",
      access,
      params: saleParams,
      query: receiptQuery,
      handle: asPdf,
    }),
    route({
      method: "POST",
      path: "/sales/:id/copies",
      surface: "page",
      access,
      idempotent: true,
      params: saleParams,
      handle: async (request) => {
        const { copy, jobId } = await makeCopy(request);
        const flash = jobId === undefined ? {} : { flash: { text: "pos.flash.copy_queued" } };
        return redirect(`/sales/${request.params.id}/receipt?copy=${copy}`, flash);
      },
    }),
    route({
      method: "GET",
      path: "/r/:token",
      surface: "page",
      access: "public",
      params: tokenParams,
      handle: async ({ params, text }) => {
        const receipt = await receipts.shared(params.token, { text });
        const width = await receipts.width();
        return page("pos/receipt-shared", {
          ...receiptView(receipt, width, text),
          bare: true,
          pdf: `/r/${params.token}/receipt.pdf`,
        });
      },
    }),
    route({
      method: "GET",
      path: "/r/:token/receipt.pdf",
      surface: "page",
      access: "public",
      params: tokenParams,
      handle: async ({ params, text }) =>
        pdf(await receipts.shared(params.token, { text }), await receipts.width(), text),
    }),
    route({
      method: "GET",
      path: "/api/v1/sales/:id/receipt",
      surface: "v1",
      access,
      params: saleParams,
      query: receiptFormatQuery,
      summary: "The receipt as PDF, as bytes for an ESC/POS printer, or as lines of text; width is 58 or 80 mm",
      returns: { 200: null },
      handle: async (request) => {
        const { params, query, text } = request;
        const receipt = await receipts.read(params.id, readerOf(request), { copy: query.copy });
        const width = await receipts.width(query.width);
        if (query.format === "pdf") return pdf(receipt, width, text);
        if (query.format === "text")
          return file("text/plain; charset=utf-8", receipts.lines(receipt, columnsOf(width)).join("\n"));
        return file("application/octet-stream", receipts.bytes(receipt, { width, codePage: "cp858" }));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/sales/:id/receipt.pdf",
      surface: "v1",
      access,
      params: saleParams,
      query: receiptQuery,
      summary: "The receipt as PDF",
      returns: { 200: null },
      handle: asPdf,
    }),
    route({
      method: "POST",
      path: "/api/v1/sales/:id/copies",
      surface: "v1",
      access,
      idempotent: true,
      params: saleParams,
      summary: "Counts one more copy of the receipt, which is then marked with its number",
      returns: { 201: copyAnswer },
      handle: async (request) => {
        const { copy, jobId } = await makeCopy(request);
        return json({ copy, print_job_id: jobId ?? null }, 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/sales/:id/link",
      surface: "v1",
      access,
      params: saleParams,
      summary: "The address under which everybody who is given it sees the receipt",
      returns: { 200: linkAnswer },
      handle: async ({ params, text, origin }) => {
        await receipts.read(params.id, { text });
        return json({ url: await receipts.link(params.id, origin) });
      },
    }),
  ];
}

function file(type: string, content: string | Uint8Array, name?: string): Reply {
  return stream(type, Readable.from([Buffer.from(content)]), name);
}
