/** Goods to tap, by category, for what has no barcode: one tap adds, and the next is one tap away. */
import { z } from "zod";
import { encodeCursor, readCursor } from "../../../kernel/http/cursor.ts";
import { file, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Input } from "../../../kernel/input.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Inventory } from "../../inventory/api.ts";
import type { Carts } from "../carts.ts";
import type { GroupPrices } from "../group-prices.ts";
import { priceCart } from "../pricing.ts";
import { cartParams } from "../schema.ts";
import { atTill } from "./at-till.ts";
import { afterScan } from "./register.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;
/** tiles on a page: six rows of four on the till's screen */
const TILES = 24;

const nothing = z.literal("").transform(() => undefined);
const placeShape = (input: Input) => ({
  category: z.union([nothing, input.id()]).optional(),
  cursor: z.string().max(1000).optional(),
});
const gridQuery = (input: Input) => z.strictObject(placeShape(input));
const pictureParams = (input: Input) => z.strictObject({ id: input.id(), hash: z.string().regex(/^[0-9a-f]{16}$/) });
const tapBody = (input: Input) => z.strictObject({ product_id: input.id(), ...placeShape(input) });

interface Place {
  category?: number | undefined;
  cursor?: string | undefined;
}

interface Drawing {
  params: { cart: string };
  session: Session;
  text: Text;
  shop: Shop;
}

export function gridPages(parts: {
  carts: Carts;
  inventory: Inventory;
  groupPrices: Pick<GroupPrices, "ofGroup">;
}): Route[] {
  const { carts, inventory, groupPrices } = parts;
  const pathOf = (cart: string, { category, cursor }: Place) => {
    const query = new URLSearchParams();
    if (category !== undefined) query.set("category", String(category));
    if (cursor) query.set("cursor", cursor);
    return `/pos/carts/${cart}/grid${query.size > 0 ? `?${query}` : ""}`;
  };

  const draw = async ({ params, session, text, shop }: Drawing, place: Place, form?: FormState): Promise<Reply> => {
    const at = readCursor(place.cursor || undefined, ["string", "number"]);
    const after = at && { sortKey: at[0], id: at[1] };
    const [cart, categories, found] = await Promise.all([
      carts.read(params.cart, sellerOf(session)),
      inventory.categories(),
      inventory.byName(shop.storeId, place.category, after, TILES),
    ]);
    const shown = await groupPrices.ofGroup(cart.customer?.group?.id, found.slice(0, TILES), shop.storeId);
    const last = shown.at(-1);
    const more = found.length > TILES && last ? encodeCursor([last.place.sortKey, last.place.id]) : undefined;
    const { category } = place;
    return page("pos/grid", {
      title: text.t("pos.grid.title"),
      styles: ["pos/pos.css"],
      base: `/pos/carts/${params.cart}`,
      message: form?.message,
      category: category ?? "",
      cursor: place.cursor ?? "",
      count: cart.lines.length,
      total: text.money(
        priceCart([...cart.lines].reverse(), cart.discount, cart.promotions).totals.totalMinor,
        shop.currency,
      ),
      categories: [{ id: undefined, name: text.t("pos.grid.all") }, ...categories].map(({ id, name }) => ({
        name,
        path: pathOf(params.cart, { category: id }),
        here: id === category,
      })),
      tiles: shown.map((one) => ({
        id: one.id,
        picture: one.picture && {
          src: `/pos/pictures/${one.id}/${one.picture.hash}`,
          width: one.picture.width,
          height: one.picture.height,
          alt: text.t("pos.grid.picture_of", { name: one.name }),
        },
        initial: [...one.name][0] ?? "",
        // a colour of its own, the same each day
        hue: one.id % 8,
        name: one.name,
        price: one.priced
          ? `${text.money(one.priceMinor, shop.currency)} / ${one.unit}`
          : text.t("pos.stores.no_price"),
        inCart: cart.lines.some(({ productId }) => productId === one.id),
      })),
      first: place.cursor ? pathOf(params.cart, { category }) : undefined,
      next: more === undefined ? undefined : pathOf(params.cart, { category, cursor: more }),
    });
  };

  return [
    route({
      method: "GET",
      path: "/pos/carts/:cart/grid",
      surface: "page",
      access,
      params: cartParams,
      query: gridQuery,
      handle: (request) => draw(request, request.query),
    }),
    // smaller than on the product's own page, and for who sells without seeing the stockroom
    route({
      method: "GET",
      path: "/pos/pictures/:id/:hash",
      surface: "page",
      access,
      params: pictureParams,
      handle: async ({ params: { id, hash } }) => {
        const { contentType, content } = await inventory.tile(id, hash);
        return file(contentType, content, { etag: hash, forever: true });
      },
    }),
    route({
      method: "POST",
      path: "/pos/carts/:cart/grid",
      surface: "page",
      access,
      params: cartParams,
      body: tapBody,
      redraw: (request, form) => draw(request, {}, form),
      handle: async (request) => {
        const { params, session, body } = request;
        const wanted = { productId: body.product_id, unitId: undefined, quantityMilli: undefined };
        const added = await carts.add(params.cart, sellerOf(session), wanted, atTill(request));
        return redirect(added.kind === "added" ? pathOf(params.cart, body) : afterScan(params.cart, added));
      },
    }),
  ];
}
