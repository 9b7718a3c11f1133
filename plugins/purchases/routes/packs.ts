/** The packs in which a supplier sells: on a page with a form for one more, and for programs. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { empty, json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import type { Packs } from "../packs.ts";
import { packJson, packRow } from "../present-suppliers.ts";
import { idParams, packAnswer, packBody, packForm, packParams, packsAnswer, packsQuery } from "../schema.ts";
import { actorOf, linkTo, READ, SUPPLIERS } from "./shared.ts";
import type { SupplierRoutes } from "./suppliers.ts";

type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "text" | "can">;

const SHOWN = 100;
const EMPTY: FormState = { values: {}, errors: {} };

export function packRoutes({ packs, suppliers, transaction }: SupplierRoutes & { packs: Packs }): Route[] {
  const listed = async (id: number, cursor: string | undefined, limit: number) => {
    const after = readCursor(cursor, ["number"])?.[0] ?? 0;
    return pageOf(await packs.list(id, after, limit), limit, ({ productId }) => [productId]);
  };
  const draw = async ({ params, text, can }: Asked, form = EMPTY, cursor?: string): Promise<Reply> => {
    const supplier = await suppliers.get(params.id);
    const path = `/suppliers/${supplier.id}`;
    const { rows, next } = await listed(supplier.id, cursor, SHOWN);
    return page("purchases/packs", {
      title: text.t("purchases.packs.of", { name: supplier.name }),
      path,
      rows: rows.map((one) => packRow(one, text)),
      next: next === null ? undefined : linkTo(`${path}/packs`, { cursor: next }),
      form,
      mayManage: can(SUPPLIERS.permission),
    });
  };
  return [
    route({
      method: "GET",
      path: "/suppliers/:id/packs",
      surface: "page",
      access: READ,
      params: idParams,
      query: packsQuery,
      handle: (request) => draw(request, EMPTY, request.query.cursor),
    }),
    route({
      method: "POST",
      path: "/suppliers/:id/packs",
      surface: "page",
      access: SUPPLIERS,
      params: idParams,
      body: packForm,
      redraw: (request, form) => draw(request, form),
      handle: async (request) => {
        const { code, pack } = request.body;
        const { id } = request.params;
        await transaction((tx) => packs.setByCode(tx, actorOf(request), id, code, pack));
        return redirect(`/suppliers/${id}/packs`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/suppliers/:id/packs/:product/remove",
      surface: "page",
      access: SUPPLIERS,
      params: packParams,
      handle: async (request) => {
        const { id, product } = request.params;
        await transaction((tx) => packs.remove(tx, actorOf(request), id, product));
        return redirect(`/suppliers/${id}/packs`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/suppliers/:id/packs",
      surface: "v1",
      access: READ,
      params: idParams,
      query: packsQuery,
      summary: "Products that a supplier sells in whole packs alone, and how much is in one",
      returns: { 200: packsAnswer },
      handle: async ({ params, query }) => {
        const { id } = await suppliers.get(params.id);
        const { rows, next } = await listed(id, query.cursor, query.limit);
        return json({ data: rows.map(packJson), next_cursor: next });
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/suppliers/:id/packs/:product",
      surface: "v1",
      access: SUPPLIERS,
      params: packParams,
      body: packBody,
      summary: "How much of a product is in a pack of that supplier: suggested orders are of whole packs",
      returns: { 200: packAnswer },
      handle: async (request) => {
        const { id, product } = request.params;
        return json(
          packJson(await transaction((tx) => packs.set(tx, actorOf(request), id, product, request.body.pack))),
        );
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/suppliers/:id/packs/:product",
      surface: "v1",
      access: SUPPLIERS,
      params: packParams,
      summary: "The supplier sells it in any quantity",
      returns: { 204: null },
      handle: async (request) => {
        const { id, product } = request.params;
        await transaction((tx) => packs.remove(tx, actorOf(request), id, product));
        return empty();
      },
    }),
  ];
}
