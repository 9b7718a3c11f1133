/** Gift cards and store credit: sold, looked up by whoever holds the code, blocked when lost. */
import type { AppError } from "../../../kernel/errors.ts";
import { fieldFault } from "../../../kernel/errors.ts";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Carts } from "../carts.ts";
import type { Collections } from "../collections.ts";
import { collectionJson, entryJson, entryRow, handedOptions, voucherJson, voucherRow } from "../present-collections.ts";
import type { Registers } from "../registers.ts";
import {
  blockBody,
  blockJson,
  giftCardAnswer,
  giftCardBody,
  giftCardForm,
  idParams,
  lookupBody,
  voucherAnswer,
  vouchersAnswer,
  vouchersQuery,
  voucherWithEntries,
} from "../schema-collections.ts";
import type { Tenders } from "../tenders.ts";
import type { Vouchers } from "../vouchers.ts";
import { type AtTill, atNone, atTill } from "./at-till.ts";
import { inWords } from "./refused.ts";
import { sellerOf } from "./seller.ts";

export const SELL_CARDS = "vouchers.sell";
/** to see all of them, and to block one */
export const MANAGE_VOUCHERS = "vouchers.manage";
const PAGE = 50;

interface Parts {
  vouchers: Vouchers;
  collections: Collections;
  tenders: Tenders;
  carts: Pick<Carts, "register">;
  registerOf: Registers["inUse"];
}

interface Drawing extends AtTill {
  text: Text;
  can(permission: string): boolean;
}

const EMPTY: FormState = { values: {}, errors: {} };

export function voucherPages({ vouchers, tenders, carts }: Parts): Route[] {
  const drawList = async ({ text, shop, can }: Drawing, before?: number, form = EMPTY): Promise<Reply> => {
    const all = can(MANAGE_VOUCHERS);
    const found = all ? await vouchers.list(before, PAGE) : [];
    const { rows, next } = pageOf(found, PAGE, (one) => [one.id]);
    return page("pos/vouchers", {
      title: text.t("pos.voucher.title"),
      form,
      all,
      vouchers: rows.map((one) => voucherRow(one, text, shop.timeZone)),
      next: next === null ? undefined : `/vouchers?cursor=${next}`,
      maySell: can(SELL_CARDS),
    });
  };
  const drawNew = async (request: Drawing, form = EMPTY, error?: AppError): Promise<Reply> => {
    const { text } = request;
    const [known, register] = await Promise.all([tenders.list(), carts.register(atTill(request))]);
    const words = error ? inWords(error, text) : {};
    return page("pos/voucher-new", {
      title: text.t("pos.voucher.sell_title"),
      register: register.name,
      methods: handedOptions(known, text),
      form: { ...form, ...words, errors: { ...form.errors, ...words.errors } },
    });
  };
  const drawOne = async ({ text, shop, can }: Drawing, id: number, form = EMPTY): Promise<Reply> => {
    const [one, entries] = await Promise.all([vouchers.find(id), vouchers.entries(id)]);
    return page("pos/voucher", {
      ...voucherRow(one, text, shop.timeZone),
      title: `${text.t(`pos.tender.${one.kind}`)} ${voucherRow(one, text, shop.timeZone).code}`,
      entries: entries.map((entry) => entryRow(entry, one.currency, text, shop.timeZone)),
      mayBlock: can(MANAGE_VOUCHERS),
      form,
    });
  };

  return [
    route({
      method: "GET",
      path: "/vouchers",
      surface: "page",
      access: { permission: "pos.sell" },
      query: vouchersQuery,
      handle: (request) => drawList(request, readCursor(request.query.cursor, ["number"])?.[0]),
    }),
    // a code is money: it is sent in a body and stands in no address
    route({
      method: "POST",
      path: "/vouchers/lookup",
      surface: "page",
      access: { permission: "pos.sell" },
      body: lookupBody,
      throttle: { limit: "codes", counts: () => true },
      redraw: (request, form) => drawList(request, undefined, form),
      handle: async ({ body }) => redirect(`/vouchers/${(await vouchers.byCode(body.code)).id}`),
    }),
    route({
      method: "GET",
      path: "/vouchers/new",
      surface: "page",
      access: { permission: SELL_CARDS },
      handle: (request) => drawNew(request),
    }),
    route({
      method: "POST",
      path: "/vouchers",
      surface: "page",
      access: { permission: SELL_CARDS },
      idempotent: true,
      body: giftCardForm,
      // that a code is taken tells that somebody has it
      throttle: { limit: "codes", counts: ({ body }) => body.code !== undefined },
      redraw: drawNew,
      handle: async (request) => {
        const { tx, body, session, address, shop } = request;
        const { amount: amountMinor, method, reference, code, expires_on: expiresOn } = body;
        const register = await carts.register(atTill(request));
        const issue = { register, seller: sellerOf(session), address, code, expiresOn };
        const { collectionId } = await vouchers.sell(tx, { method, amountMinor, reference }, issue, shop);
        return redirect(`/collections/${collectionId}`, { flash: { text: "pos.flash.card_sold" } });
      },
    }),
    route({
      method: "GET",
      path: "/vouchers/:id",
      surface: "page",
      access: { permission: "pos.sell" },
      params: idParams,
      handle: (request) => drawOne(request, request.params.id),
    }),
    route({
      method: "POST",
      path: "/vouchers/:id/block",
      surface: "page",
      access: { permission: MANAGE_VOUCHERS },
      idempotent: true,
      params: idParams,
      body: blockBody,
      redraw: (request, form) => drawOne(request, request.params.id, form),
      handle: async ({ tx, params, body, session, address, shop }) => {
        const by = { seller: sellerOf(session), address, storeId: shop.storeId };
        await vouchers.block(tx, params.id, body.blocked === "true", body.reason, by);
        return redirect(`/vouchers/${params.id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
  ];
}

export function vouchersApi({ vouchers, collections, registerOf }: Parts): Route[] {
  const withEntries = async (id: number, open: boolean) => {
    const [one, entries] = await Promise.all([vouchers.find(id), vouchers.entries(id)]);
    return { ...voucherJson(one, open), entries: entries.map((entry) => entryJson(entry, one.currency)) };
  };
  return [
    route({
      method: "POST",
      path: "/api/v1/gift-cards",
      surface: "v1",
      access: { permission: SELL_CARDS },
      idempotent: true,
      body: giftCardBody,
      // that a code is taken tells that somebody has it
      throttle: { limit: "codes", counts: ({ body }) => body.code !== undefined },
      summary: "Sells a gift card; without a code it is given one. The answer alone tells the code in full",
      returns: { 201: giftCardAnswer },
      handle: async (request) => {
        const { tx, body, session, address, shop } = request;
        const register = await registerOf(tx, body.register_id, atNone(request));
        if (!register) throw fieldFault("register_id", "REGISTER_UNKNOWN", "pos.validation.register_unknown");
        const { amount: amountMinor, method, reference, code, expires_on: expiresOn } = body;
        const issue = { register, seller: sellerOf(session), address, code, expiresOn };
        const sold = await vouchers.sell(tx, { method, amountMinor, reference }, issue, shop);
        return json(
          {
            collection: collectionJson(await collections.find(sold.collectionId, tx)),
            gift_card: voucherJson(await vouchers.find(sold.voucherId, tx), true),
          },
          201,
        );
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/vouchers",
      surface: "v1",
      access: { permission: MANAGE_VOUCHERS },
      query: vouchersQuery,
      summary: "Gift cards and store credit, newest first, without their codes",
      returns: { 200: vouchersAnswer },
      handle: async ({ query }) => {
        const found = await vouchers.list(readCursor(query.cursor, ["number"])?.[0], query.limit);
        const { rows, next } = pageOf(found, query.limit, (one) => [one.id]);
        return json({ data: rows.map((one) => voucherJson(one, false)), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/vouchers/lookup",
      surface: "v1",
      access: { permission: "pos.sell" },
      body: lookupBody,
      throttle: { limit: "codes", counts: () => true },
      summary: "What is left on a gift card or store credit, by its code, and its movements",
      returns: { 200: voucherWithEntries },
      handle: async ({ body }) => json(await withEntries((await vouchers.byCode(body.code)).id, true)),
    }),
    route({
      method: "GET",
      path: "/api/v1/vouchers/:id",
      surface: "v1",
      access: { permission: "pos.sell" },
      params: idParams,
      summary: "One gift card or store credit with its movements, without its code",
      returns: { 200: voucherWithEntries },
      handle: async ({ params }) => json(await withEntries(params.id, false)),
    }),
    route({
      method: "POST",
      path: "/api/v1/vouchers/:id/block",
      surface: "v1",
      access: { permission: MANAGE_VOUCHERS },
      idempotent: true,
      params: idParams,
      body: blockJson,
      summary: "Blocks a lost gift card or store credit, or takes it again",
      returns: { 200: voucherAnswer },
      handle: async ({ tx, params, body, session, address, shop }) => {
        const by = { seller: sellerOf(session), address, storeId: shop.storeId };
        await vouchers.block(tx, params.id, body.blocked, body.reason, by);
        return json(voucherJson(await vouchers.find(params.id, tx), false));
      },
    }),
  ];
}
