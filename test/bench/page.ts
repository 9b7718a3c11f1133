/** The register's whole page, against fastify that asks for the same cart and draws the same view with Eta. */
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import fastify from "fastify";
import { createTexts } from "../../kernel/i18n.ts";
import { readCatalogue } from "../../kernel/locales.ts";
import { readShop } from "../../kernel/settings/shop.ts";
import { createSettings } from "../../kernel/settings/store.ts";
import { createViews } from "../../kernel/views.ts";
import { readCart } from "../../plugins/pos/queries/carts.ts";
import { registerModel } from "../../plugins/pos/screens.ts";
import type { Browser } from "../harness/browser.ts";
import type { Shop } from "../harness/shop.ts";
import { shareOf } from "./against.ts";
import { UNLIMITED } from "./get.ts";
import { CODE, stockUp } from "./goods.ts";
import { startLoad } from "./load/load.ts";
import { openLogging } from "./open.ts";
import type { Figure } from "./stats.ts";

const ROOT = join(import.meta.dirname, "../..");
const PRODUCTS = 5000;
const LINES = 6;
const CLIENTS = 8;
const SECONDS = 2;

export async function page(): Promise<Figure[]> {
  const shop = await openLogging({ env: UNLIMITED, alone: true });
  const load = startLoad();
  let peer: Awaited<ReturnType<typeof peerServer>> | undefined;
  try {
    await stockUp(shop.db, PRODUCTS);
    const browser = await shop.browser("employee");
    const id = randomUUID();
    for (let line = 1; line <= LINES; line++) await scan(browser, id, CODE(line * 17));
    peer = await peerServer(shop, browser, id);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const ours = { url: shop.url, headers: { cookie }, asks: [[{ method: "GET", path: `/pos/carts/${id}` }]] };
    await load.run({ ...ours, clients: CLIENTS, count: 500 });
    const theirs = { ...ours, url: peer.url };
    await load.run({ ...theirs, clients: CLIENTS, count: 500 });
    const what = { name: `the register's page with ${LINES} lines`, clients: CLIENTS, seconds: SECONDS };
    const rest = () => shop.kernel.outbox.drain();
    const sides = { ours: { ...ours, rest }, peer: theirs, peerName: "fastify + eta" };
    const share = await shareOf(load, { ...what, ...sides });
    return [{ ...share, beside: `${share.beside}; ${peer.sizes}`, goal: { atLeast: 90 } }];
  } finally {
    load.close();
    await peer?.close();
    await shop.close();
  }
}

async function scan(browser: Browser, cart: string, code: string): Promise<void> {
  const page = await browser.get(`/pos/carts/${cart}`);
  await page.submit("#scan-form", { code });
}

/** No session, rights, limits, headers or further questions: the cart's query, and the view with the menu of the real page. */
async function peerServer(shop: Shop, browser: Browser, id: string) {
  const plugins = readdirSync(join(ROOT, "plugins"), { withFileTypes: true }).filter((one) => one.isDirectory());
  const folders = (what: string) => plugins.map(({ name }) => [name, join(ROOT, "plugins", name, what)] as const);
  const locales = new Map([["kernel", join(ROOT, "kernel")] as const, ...folders("")]);
  const text = createTexts(readCatalogue(locales)).es;
  const views = createViews({ shell: join(ROOT, "views"), folders: new Map(folders("views")), cache: true });
  const real = (await browser.get(`/pos/carts/${id}`)).html;
  const links = [...real.matchAll(/<a href="(\/[^"]*)"[^>]*>([^<]{2,30})<\/a>/g)];
  const nav = links.map(([, path, label]) => ({ path, label, current: false, rare: false }));
  const shellOf = () => ({
    t: text.t,
    locale: text.locale,
    shop: shopFacts,
    inTraining: false,
    path: `/pos/carts/${id}`,
    user: { fullName: "Emilio Estrada", role: "employee", account: "/account" },
    nav,
    menu: { daily: nav, rare: undefined },
    languages: [],
    asset: (name: string) => `/assets/${name}?0123456789`,
    csrf: randomUUID(),
    key: randomUUID(),
    flash: undefined,
    styles: [],
    scripts: [],
    form: undefined,
  });
  const shopFacts = { ...(await readShop(createSettings({ db: shop.kernel.db }))), storeId: 1 };
  const app = fastify();
  app.get<{ Params: { id: string } }>("/pos/carts/:id", async ({ params }, reply) => {
    const cart = await readCart(shop.db, params.id);
    if (!cart) return reply.code(404).send();
    const model = registerModel({
      cart: Object.assign(cart, { promotions: [] }),
      text,
      shop: shopFacts,
      registerName: cart.register?.name ?? "",
      all: false,
      others: [],
      parked: 0,
      hasCustomers: true,
    } as unknown as Parameters<typeof registerModel>[0]);
    return reply.type("text/html; charset=utf-8").send(views.render("pos/register", Object.assign(shellOf(), model)));
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });

  const drawn = await (await fetch(`${url}/pos/carts/${id}`)).text();
  const kilobytes = (html: string) => (html.length / 1024).toFixed(1);
  return { url, sizes: `pages of ${kilobytes(real)} and ${kilobytes(drawn)} KB`, close: () => app.close() };
}
