/**
 * One product as JSON, asked by a program that is signed in, against node:http that answers a constant; and that against node:http
 * that asks the database for the same row and does nothing else, which tells how far one could come at most.
 */
import { productById } from "../../plugins/inventory/queries/products.ts";
import { shareOf } from "./against.ts";
import { stockUp } from "./goods.ts";
import { bareServer } from "./http.ts";
import { startLoad } from "./load/load.ts";
import { openLogging } from "./open.ts";
import { bearer } from "./sale.ts";
import type { Figure } from "./stats.ts";

const PRODUCTS = 5000;
const CLIENTS = 8;
const SECONDS = 2;

/** No limit of requests is reached. */
export const UNLIMITED = { RATE_LIMIT_USER: "1000000/m", RATE_LIMIT_ANONYMOUS: "1000000/m" };

export async function get(): Promise<Figure[]> {
  const shop = await openLogging({ env: UNLIMITED, alone: true });
  const bare = await bareServer();
  const asking = await bareServer(async (path) =>
    JSON.stringify(await productById(shop.db, Number(path.slice(path.lastIndexOf("/") + 1)))),
  );
  const load = startLoad();
  try {
    await stockUp(shop.db, PRODUCTS);
    const headers = await bearer(shop);
    const paths = Array.from({ length: 500 }, (_, index) => `/api/v1/products/${1 + ((index * 7919) % PRODUCTS)}`);
    const asks = [paths.map((path) => ({ method: "GET", path }))];
    await load.run({ url: shop.url, headers, asks, clients: CLIENTS, count: 2000 });
    const ours = { url: shop.url, headers, asks, rest: () => shop.kernel.outbox.drain() };
    const peer = { url: bare.url, headers, asks };
    const limit = { url: asking.url, headers, asks };
    await load.run({ ...limit, clients: CLIENTS, count: 2000 });
    const all = { clients: CLIENTS, seconds: SECONDS };
    const name = "GET of one product as JSON";
    const share = await shareOf(load, { ...all, name, ours, peer, peerName: "bare node:http" });
    const most = "node:http that asks for the row and does nothing else";
    return [
      { ...share, goal: { atLeast: 45 } },
      await shareOf(load, { ...all, name: most, ours: limit, peer, peerName: "bare node:http" }),
      await shareOf(load, { ...all, name, ours, peer: limit, peerName: most }),
    ];
  } finally {
    load.close();
    await asking.close();
    await bare.close();
    await shop.close();
  }
}
