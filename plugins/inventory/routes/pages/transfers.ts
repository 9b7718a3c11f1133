/** Transfers on pages: ask, send, receive. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../../kernel/http/route.ts";
import { doingBusiness, type Stores } from "../../../../kernel/stores/store.ts";
import { countsBlind } from "../../api.ts";
import { emptyForm } from "../../present/products.ts";
import type { Products } from "../../products.ts";
import { toEntryRow, toLineRow, toTransferRow } from "../../transfers/present.ts";
import {
  lineForm,
  receiveForm,
  requestForm,
  sendForm,
  transferParams,
  transfersQuery,
} from "../../transfers/schema.ts";
import { TRANSFER_STATES, transferNumber } from "../../transfers/transfer.ts";
import { REST, type Transfers } from "../../transfers/transfers.ts";
import { actorOf, eyesOf, nextLink, storeOptions } from "../shared.ts";
import { refuseStranger, saidFields, TRANSFER, transferAsked, transfersPage } from "../transfers.ts";

type Asked = Pick<Request<unknown, unknown, unknown, "signed-in", false>, "text" | "shop" | "stores">;
type AskedOne = Asked & Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "params" | "can">;
type Query = Parameters<typeof transfersPage>[2];
type Forms = { line?: FormState; move?: FormState };

const FIRST = { limit: 50 };

export function transferPages(parts: {
  transfers: Transfers;
  products: Products;
  stores: Pick<Stores, "list">;
}): Route[] {
  const { transfers, products } = parts;

  const drawAll = async ({ text, shop, stores }: Asked, query: Query, form?: FormState): Promise<Reply> => {
    const { rows, next } = await transfersPage(transfers, stores, query);
    const all = doingBusiness(await parts.stores.list()).filter(({ active }) => active);
    const mine = doingBusiness(stores);
    // goods come to where the person works, from elsewhere
    const other = all.find(({ id }) => id !== mine[0]?.id);
    return page("inventory/transfers", {
      title: text.t("inventory.transfers.title"),
      rows: rows.map((transfer) => toTransferRow(transfer, text, shop)),
      next: nextLink("/transfers", query, next),
      filter: { store_id: String(query.store_id ?? ""), state: query.state ?? "" },
      mine: storeOptions(mine),
      states: [
        { value: "", label: text.t("inventory.transfers.all_states") },
        ...TRANSFER_STATES.map((value) => ({ value, label: text.t(`inventory.transfers.state_${value}`) })),
      ],
      all: storeOptions(all),
      form: form ?? emptyForm({ from_store_id: String(other?.id ?? ""), to_store_id: String(mine[0]?.id ?? "") }),
    });
  };

  const drawOne = async (request: AskedOne, forms: Forms = {}): Promise<Reply> => {
    const { text, shop, stores } = request;
    const transfer = await transferAsked(transfers, request);
    const [lines, entries] = await Promise.all([transfers.lines(transfer.id), transfers.entries(transfer.id)]);
    const works = (id: number) => stores.some((store) => store.id === id);
    return page("inventory/transfer", {
      title: text.t("inventory.transfers.title_one", { number: transferNumber(transfer) }),
      href: `/transfers/${transfer.id}`,
      transfer: toTransferRow(transfer, text, shop),
      lines: lines.map((line) => toLineRow(line, text, eyesOf(request))),
      costs: eyesOf(request).cost && transfer.sentAt !== null,
      entries: entries.map((entry) => toEntryRow(entry, text, shop)),
      mayChange: transfer.state === "requested",
      maySend: transfer.state === "requested" && works(transfer.fromStoreId) && lines.length > 0,
      mayReceive: transfer.state === "sent" && works(transfer.toStoreId),
      form: forms.line ?? emptyForm(),
      move: forms.move ?? emptyForm({ rest: "later" }),
      rests: REST.map((value) => ({ value, label: text.t(`inventory.transfers.rest_${value}`) })),
    });
  };

  return [
    route({
      method: "GET",
      path: "/transfers",
      surface: "page",
      access: TRANSFER,
      query: transfersQuery,
      handle: (request) => drawAll(request, request.query),
    }),
    route({
      method: "POST",
      path: "/transfers",
      surface: "page",
      access: TRANSFER,
      body: requestForm,
      idempotent: true,
      redraw: (request, form) => drawAll(request, FIRST, form),
      handle: async (request) => {
        const { from_store_id: fromStoreId, to_store_id: toStoreId, note } = request.body;
        refuseStranger(request.stores, { fromStoreId, toStoreId }, "either");
        const wanted = { fromStoreId, toStoreId, note, lines: [] };
        const id = await transfers.request(request.tx, actorOf(request), wanted);
        return redirect(`/transfers/${id}`, { flash: { text: "inventory.transfers.requested" } });
      },
    }),
    route({
      method: "GET",
      path: "/transfers/:id",
      surface: "page",
      access: TRANSFER,
      params: transferParams,
      handle: (request) => drawOne(request),
    }),
    route({
      method: "POST",
      path: "/transfers/:id/lines",
      surface: "page",
      access: TRANSFER,
      params: transferParams,
      body: lineForm,
      idempotent: true,
      redraw: (request, line) => drawOne(request, { line }),
      handle: async (request) => {
        const { id } = await transferAsked(transfers, request);
        const { code, quantity: quantityMilli } = request.body;
        const product = await products.getByCode(code);
        await transfers.put(request.tx, id, { productId: product.id, quantityMilli, field: "code" });
        return redirect(`/transfers/${id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/transfers/:id/send",
      surface: "page",
      access: TRANSFER,
      params: transferParams,
      body: sendForm,
      idempotent: true,
      redraw: (request, move) => drawOne(request, { move }),
      handle: async (request) => {
        const { id } = await transferAsked(transfers, request, "from");
        await transfers.send(request.tx, actorOf(request), id, saidFields(request.body), countsBlind(request.can));
        return redirect(`/transfers/${id}`, { flash: { text: "inventory.transfers.sent" } });
      },
    }),
    route({
      method: "POST",
      path: "/transfers/:id/receive",
      surface: "page",
      access: TRANSFER,
      params: transferParams,
      body: receiveForm,
      idempotent: true,
      redraw: (request, move) => drawOne(request, { move }),
      handle: async (request) => {
        const { id } = await transferAsked(transfers, request, "to");
        const { rest, ...quantities } = request.body;
        await transfers.receive(request.tx, actorOf(request), id, saidFields(quantities), rest);
        return redirect(`/transfers/${id}`, { flash: { text: "inventory.transfers.received" } });
      },
    }),
    route({
      method: "POST",
      path: "/transfers/:id/cancel",
      surface: "page",
      access: TRANSFER,
      params: transferParams,
      idempotent: true,
      redraw: (request, line) => drawOne(request, { line }),
      handle: async (request) => {
        const { id } = await transferAsked(transfers, request);
        await transfers.cancel(request.tx, actorOf(request), id);
        return redirect(`/transfers/${id}`, { flash: { text: "inventory.transfers.cancelled" } });
      },
    }),
  ];
}
