/** Labels on a page and for programs: of a delivery, or of products that are chosen. */
import { Readable } from "node:stream";
import { page, type Reply, stream } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import type { Deliveries } from "../deliveries.ts";
import { CODE_KINDS } from "../labels/codes.ts";
import { FORMAT_NAMES } from "../labels/formats.ts";
import { type Labels, labelsOf } from "../labels/labels.ts";
import { labelsBody, labelsForm, labelsQuery } from "../schema-labels.ts";
import { mine, storeAsked, storeOptions } from "./shared.ts";

export const LABELS = { permission: "labels.print" } as const;

type Asked = Pick<Request<unknown, unknown, unknown, "signed-in", false>, "text" | "stores">;

/** rows that stay empty under those that are filled */
const SPARE = 8;

export function labelRoutes({ labels, deliveries }: { labels: Labels; deliveries: Deliveries }): Route[] {
  const draw = async ({ text, stores }: Asked, { values, errors, message }: FormState): Promise<Reply> => {
    const filled = Object.keys(values).flatMap((name) => /^code_(\d+)$/.exec(name)?.[1] ?? []);
    const last = Math.max(0, ...filled.filter((number) => values[`code_${number}`]).map(Number));
    return page("purchases/labels", {
      title: text.t("purchases.labels.title"),
      form: { values, errors, message },
      rows: Array.from({ length: last + SPARE }, (_, index) => {
        const number = index + 1;
        const cell = (what: string) => ({
          name: `${what}_${number}`,
          what,
          value: values[`${what}_${number}`] ?? "",
          error: errors[`${what}_${number}`],
        });
        return { number, cells: [cell("code"), cell("copies")] };
      }),
      formats: FORMAT_NAMES.map((value) => ({ value, label: text.t(`purchases.labels.formats.${value}`) })),
      symbols: CODE_KINDS.map((value) => ({ value, label: text.t(`purchases.labels.symbols.${value}`) })),
      withPrices: values["prices"] !== undefined,
      stores: storeOptions(stores.filter(({ active }) => active)),
    });
  };
  const pdf = (bytes: Buffer, name: string) => stream("application/pdf", Readable.from([bytes]), name);

  return [
    route({
      method: "GET",
      path: "/labels",
      surface: "page",
      access: LABELS,
      query: labelsQuery,
      handle: async (request) => {
        const { document_id: documentId, code } = request.query;
        const values: Record<string, string> = { prices: "on" };
        const wanted =
          documentId === undefined
            ? code === undefined
              ? []
              : [{ sku: code, copies: 1 }]
            : labelsOf(mine(request.stores, await deliveries.get(documentId)));
        for (const [index, { sku, copies }] of wanted.entries()) {
          values[`code_${index + 1}`] = sku;
          values[`copies_${index + 1}`] = String(copies);
        }
        return draw(request, { values, errors: {} });
      },
    }),
    route({
      method: "POST",
      path: "/labels",
      surface: "page",
      access: LABELS,
      body: labelsForm,
      redraw: (request, form) => draw(request, form),
      handle: async (request) => {
        const { format, symbol, prices, store_id: asked, labels: wanted } = request.body;
        const { text } = request;
        const storeId = storeAsked(request.stores, asked);
        return pdf(
          await labels.print(wanted, { storeId, format, symbol, prices, text }),
          text.t("purchases.labels.file"),
        );
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/labels",
      surface: "v1",
      access: LABELS,
      body: labelsBody,
      summary: "Labels as a PDF: EAN-13 or Code 128, or QR, on sheets of A4 or a roll of 58 mm",
      returns: { 200: null },
      handle: async (request) => {
        const { format, symbol, prices, store_id: asked } = request.body;
        const wanted = request.body.labels.map((one, index) => ({ ...one, field: `labels.${index}.code` }));
        const storeId = storeAsked(request.stores, asked);
        const look = { storeId, format, symbol, prices, text: request.text };
        return pdf(await labels.print(wanted, look), "labels.pdf");
      },
    }),
  ];
}
