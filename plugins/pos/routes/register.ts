/** The register's pages: one cart a page, so that two tabs never mix. */
import { randomUUID } from "node:crypto";
import type { AppError } from "../../../kernel/errors.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { type Advice, countsBlind } from "../../inventory/api.ts";
import type { Carts, Scanned } from "../carts.ts";
import { DISCOUNT } from "../discounts.ts";
import type { GoesWell } from "../goes-well.ts";
import type { SalePoints } from "../points.ts";
import type { Standing } from "../queries/carts.ts";
import type { Sales } from "../sales.ts";
import { addBody, cartParams, lineBody, lineParams, payBody, registerQuery, scanBody } from "../schema.ts";
import { chips, registerModel } from "../screens.ts";
import { type AtTill, atTill } from "./at-till.ts";
import { CHANGE_PRICE } from "./prices.ts";
import { inWords } from "./refused.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;
/** what HTMX may swap alone: everything but the scan box, which must not move while a scanner types */
const fragments = { register: "pos/_register" };

const CASH = { method: "cash", reference: undefined };

interface Drawing extends AtTill {
  can(permission: string): boolean;
  session: Session;
  text: Text;
  inPart: boolean;
}

interface Parts {
  carts: Carts;
  sales: Sales;
  hasCustomers: boolean;
  advice: Pick<Advice, "nearest" | "why" | "chosen">;
  points: Pick<SalePoints, "said">;
  goesWell: GoesWell;
}

const cartPath = (id: string) => `/pos/carts/${id}`;

/** The page of a cart that goes on where a scan left off. */
export function afterScan(cart: string, scanned: Scanned): string {
  if (scanned.kind === "search") return `${cartPath(cart)}?q=${encodeURIComponent(scanned.query)}`;
  return scanned.kind === "weigh" ? `${cartPath(cart)}?weigh=${scanned.productId}` : cartPath(cart);
}

export function registerPages({ carts, sales, hasCustomers, points, advice, goesWell }: Parts): Route[] {
  const draw = async (request: Drawing, id: string, more: Partial<Extra> = {}): Promise<Reply> => {
    const seller = sellerOf(request.session);
    const [cart, { register, parked, open: others }, results, weighing] = await Promise.all([
      carts.read(id, seller),
      more.standing ?? carts.standing(seller, atTill(request)),
      more.query ? carts.search(id, more.query, request.shop.storeId, seller) : undefined,
      more.weigh ? carts.product(id, more.weigh, request.shop.storeId) : undefined,
    ]);
    const { text, shop } = request;
    const lost = more.lost ?? (results?.length === 0 ? more.query : undefined);
    // a cart stays at the register it was begun at
    const begunHere = cart.registerId === 0 || cart.registerId === register.id;
    const at = begunHere ? register : await carts.register({ ...atTill(request), chosen: cart.registerId });
    return page(
      "pos/register",
      registerModel({
        cart,
        text,
        shop,
        registerName: at.name,
        all: more.all ?? false,
        query: more.query,
        results,
        why:
          results && more.query
            ? await advice.why(
                more.query,
                results.map(({ id }) => id),
                text,
              )
            : undefined,
        weighing,
        others,
        parked,
        hasCustomers,
        nearest: lost ? await advice.nearest(lost) : undefined,
        points: await points.said(cart.customer?.id, text),
        blind: countsBlind(request.can),
        goesWell: request.inPart ? undefined : await goesWell(cart, { storeId: shop.storeId, text }),
        form: more.form,
        refusedLine: more.line,
      }),
    );
  };
  const redraw = (request: Drawing & { params: { cart: string; line?: number } }, form: FormState, error: AppError) =>
    draw(request, request.params.cart, {
      form: { ...form, ...inWords(error, request.text) },
      line: request.params.line,
      lost: error.code === "CODE_UNKNOWN" ? form.values["code"] : undefined,
      // a weight that was refused is asked for again
      weigh: form.errors["quantity"] ? Number(form.values["product_id"]) || undefined : undefined,
    });

  const current = async (request: Omit<Drawing, "text">): Promise<{ id: string; standing: Standing }> => {
    const standing = await carts.standing(sellerOf(request.session), atTill(request));
    return { id: standing.open[0]?.id ?? randomUUID(), standing };
  };
  const drawCurrent = async (request: Drawing, more: Partial<Extra> = {}): Promise<Reply> => {
    const { id, standing } = await current(request);
    return draw(request, id, { ...more, standing });
  };
  const scanTo = async (id: string, request: Omit<Drawing, "text">, code: string): Promise<Reply> => {
    const scanned = await carts.scan(id, sellerOf(request.session), code, atTill(request));
    return redirect(afterScan(id, scanned));
  };

  return [
    // drawn here: a redirect to the cart is a way there and back more for a till behind a slow line
    route({
      method: "GET",
      path: "/pos",
      surface: "page",
      access,
      fragments,
      handle: (request) => drawCurrent(request),
    }),
    route({
      method: "POST",
      path: "/pos",
      surface: "page",
      access,
      body: scanBody,
      redraw: (request, form) => drawCurrent(request, { form }),
      handle: async (request) => scanTo((await current(request)).id, request, request.body.code),
    }),
    // the page names the cart: a cart that nobody scanned into needs no row
    route({
      method: "GET",
      path: "/pos/new",
      surface: "page",
      access,
      handle: async () => redirect(cartPath(randomUUID())),
    }),
    route({
      method: "GET",
      path: "/pos/carts/:cart",
      surface: "page",
      access,
      params: cartParams,
      query: registerQuery,
      fragments,
      handle: (request) =>
        draw(request, request.params.cart, {
          query: request.query.q,
          all: request.query.all === "1",
          weigh: request.query.weigh,
        }),
    }),
    // asked for by a page whose cart has changed, when nobody scans for a moment
    route({
      method: "GET",
      path: "/pos/carts/:cart/goes-well",
      surface: "page",
      access,
      params: cartParams,
      fragments: { "goes-well": "pos/_goes-well" },
      handle: async ({ params, session, text, shop }) => {
        const cart = await carts.read(params.cart, sellerOf(session));
        return page("pos/goes-well", {
          title: text.t("pos.goes_well.title"),
          styles: ["pos/pos.css"],
          base: cartPath(cart.id),
          goesWell: chips(await goesWell(cart, { storeId: shop.storeId, text }), text, shop),
        });
      },
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/scan",
      surface: "page",
      access,
      params: cartParams,
      body: scanBody,
      fragments,
      redraw,
      handle: (request) => scanTo(request.params.cart, request, request.body.code),
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/add",
      surface: "page",
      access,
      params: cartParams,
      body: addBody,
      fragments,
      redraw,
      handle: async (request) => {
        const { params, session, body } = request;
        const wanted = { productId: body.product_id, unitId: body.unit_id, quantityMilli: body.quantity };
        const added = await carts.add(params.cart, sellerOf(session), wanted, atTill(request));
        if (body.q) advice.chosen({ query: body.q, productId: body.product_id, userId: session.user.id });
        return redirect(afterScan(params.cart, added));
      },
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/lines/:line",
      surface: "page",
      access,
      params: lineParams,
      body: lineBody,
      fragments,
      redraw,
      handle: async ({ params, session, body, can }) => {
        const seller = sellerOf(session);
        const wanted = { quantityMilli: body.quantity, mayChangePrice: can(CHANGE_PRICE) };
        if (body.do === "remove") await carts.remove(params.cart, seller, params.line);
        else await carts.setQuantity(params.cart, seller, params.line, wanted);
        return redirect(cartPath(params.cart));
      },
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/pay",
      surface: "page",
      access,
      idempotent: true,
      params: cartParams,
      body: payBody,
      redraw,
      handle: async ({ tx, params, session, body, shop, can }) => {
        const amountMinor = body.note ?? body.amount;
        const cash = amountMinor === undefined ? undefined : [{ ...CASH, amountMinor }];
        const paid = { shownMinor: body.total, payments: cash, mayGiveAny: can(DISCOUNT) };
        const sale = await sales.payCart(tx, params.cart, sellerOf(session), paid, shop);
        return redirect(`/sales/${sale.id}/receipt`);
      },
    }),
  ];
}

interface Extra {
  query: string | undefined;
  all: boolean;
  form: FormState;
  line: number | undefined;
  /** what was typed and nothing matches */
  lost: string | undefined;
  /** id of the product whose weight is asked for */
  weigh: number | undefined;
  /** where that was asked for already */
  standing: Standing;
}
