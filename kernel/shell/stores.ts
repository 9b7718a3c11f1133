/** The stores, on pages and for programs. */

import type { ShellRouteParts } from "../http/parts.ts";
import { json, page, type Reply, redirect } from "../http/reply.ts";
import { type FormState, type Route, route } from "../http/route.ts";
import type { Session } from "../http/session.ts";
import type { Text } from "../i18n.ts";
import type { Shop } from "../settings/shop.ts";
import {
  AS_THE_SHOP,
  fromSent,
  storeBody,
  storeEditForm,
  storeForm,
  storeJson,
  storeListJson,
  storeParams,
  storePatch,
  toStoreJson,
} from "../stores/schema.ts";
import type { Store } from "../stores/store.ts";

const access = { permission: "stores.manage" } as const;

export function storeRoutes({ db, stores }: Pick<ShellRouteParts, "db" | "stores">): Route[] {
  return [
    route({
      method: "GET",
      path: "/stores",
      surface: "page",
      access,
      handle: async ({ text, shop }) =>
        page("stores", {
          title: text.t("kernel.stores.title"),
          rows: (await stores.list()).map((store) => rowOf(store, text, shop)),
        }),
    }),
    route({
      method: "GET",
      path: "/stores/new",
      surface: "page",
      access,
      handle: async (request) => draw(request, undefined),
    }),
    route({
      method: "POST",
      path: "/stores",
      surface: "page",
      access,
      idempotent: true,
      body: storeForm,
      redraw: async (request, form) => draw(request, undefined, form),
      handle: async ({ tx, body, ...request }) => {
        await stores.create(tx, actorOf(request), {
          ...AS_THE_SHOP,
          active: true,
          training: false,
          ...fromSent(body),
          name: body.name,
        });
        return redirect("/stores", { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/stores/:id",
      surface: "page",
      access,
      params: storeParams,
      handle: async (request) => draw(request, await stores.find(request.params.id)),
    }),
    route({
      method: "POST",
      path: "/stores/:id",
      surface: "page",
      access,
      params: storeParams,
      body: storeEditForm,
      redraw: async (request, form) => draw(request, await stores.find(request.params.id), form),
      handle: async ({ params, body, ...request }) => {
        await db.transaction((tx) => stores.update(tx, actorOf(request), params.id, fromSent(body)));
        return redirect("/stores", { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/stores",
      surface: "v1",
      access: "signed-in",
      summary: "The stores in which one works; null is as the shop",
      returns: { 200: storeListJson },
      handle: async (request) => json({ data: request.stores.map(toStoreJson) }),
    }),
    route({
      method: "POST",
      path: "/api/v1/stores",
      surface: "v1",
      access,
      idempotent: true,
      body: storeBody,
      summary: "Adds a store; what is left out or null is as the shop",
      returns: { 201: storeJson },
      handle: async ({ tx, body, ...request }) => {
        const store = { ...AS_THE_SHOP, active: true, training: false, ...fromSent(body), name: body.name };
        const id = await stores.create(tx, actorOf(request), store);
        return json(toStoreJson({ id, ...store }), 201);
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/stores/:id",
      surface: "v1",
      access,
      params: storeParams,
      body: storePatch,
      summary:
        "Changes a store; the currency only before its first document, training only before anything happened in it",
      returns: { 200: storeJson },
      handle: async ({ params, body, ...request }) => {
        await db.transaction((tx) => stores.update(tx, actorOf(request), params.id, fromSent(body)));
        return json(toStoreJson(await stores.find(params.id)));
      },
    }),
  ];
}

function actorOf({ session, address }: { session: Session; address: string }) {
  return { user: session.user, address };
}

function rowOf(store: Store, text: Text, shop: Shop) {
  return {
    path: `/stores/${store.id}`,
    name: store.name,
    active: store.active,
    state: text.t(store.active ? "kernel.stores.in_use" : "kernel.stores.not_in_use"),
    training: store.training,
    timeZone: store.timeZone ?? shop.timeZone,
    currency: store.currency ?? shop.currency,
  };
}

/** A store to be edited, or a new one; beside each field stands what the shop has. */
async function draw(
  { text, shop }: { text: Text; shop: Shop },
  store: Store | undefined,
  form?: FormState,
): Promise<Reply> {
  const stored = store ? Object.entries(toStoreJson(store)).map(([name, value]) => [name, String(value ?? "")]) : [];
  const shown = form ?? { values: Object.fromEntries(stored) as Record<string, string>, errors: {} };
  const shops = {
    time_zone: shop.timeZone,
    day_cutoff_hour: text.integer(shop.dayCutoffHour),
    currency: shop.currency,
    tax_id: shop.taxId,
    address: shop.address,
    phone: shop.phone,
    receipt_header: shop.receiptHeader,
    receipt_footer: shop.receiptFooter,
  };
  return page("store", {
    title: store?.name ?? text.t("kernel.stores.new"),
    action: store ? `/stores/${store.id}` : "/stores",
    isNew: store === undefined,
    // an unmarked box is not sent
    active: form === undefined ? store?.active !== false : form.values["active"] !== undefined,
    training: form === undefined ? store?.training === true : form.values["training"] !== undefined,
    form: shown,
    fields: Object.entries(shops).map(([name, own]) => ({
      name,
      label: text.t(`kernel.stores.${name}`),
      hint: own === "" ? undefined : text.t("kernel.stores.as_shop", { value: own }),
      value: shown.values[name],
      error: shown.errors[name],
      inputmode: name === "day_cutoff_hour" ? "numeric" : undefined,
    })),
  });
}
