/** One product as JSON, asked by a program that is signed in, against node:http that answers a constant. */
import { openShop } from "../harness/shop.ts";
import { shareOf } from "./against.ts";
import { stockUp } from "./goods.ts";
import { bareServer } from "./http.ts";
import { startLoad } from "./load/load.ts";
import { bearer } from "./sale.ts";
import type { Figure } from "./stats.ts";

const PRODUCTS = 5000;
const CLIENTS = 8;
const SECONDS = 2;

/** No limit of requests is reached. */
export const UNLIMITED = { RATE_LIMIT_USER: "1000000/m", RATE_LIMIT_ANONYMOUS: "1000000/m" };

export async function get(): Promise<Figure[]> {
  const shop = await openShop({ env: UNLIMITED, alone: true });
  const bare = await bareServer();
  const load = startLoad();
  try {
    await stockUp(shop.db, PRODUCTS);
    const headers = await bearer(shop);
    const paths = Array.from({ length: 500 }, (_, index) => `/api/v1/products/${1 + ((index * 7919) % PRODUCTS)}`);
    const asks = [paths.map((path) => ({ method: "GET", path }))];
    await load.run({ url: shop.url, headers, asks, clients: CLIENTS, count: 2000 });
    const share = await shareOf(load, {
      name: "GET of one product as JSON",
      clients: CLIENTS,
      seconds: SECONDS,
      ours: { url: shop.url, headers, asks },
      peer: { url: bare.url, headers, asks },
      peerName: "bare node:http",
    });
    return [{ ...share, goal: { atLeast: 45 } }];
  } finally {
    load.close();
    await bare.close();
    await shop.close();
  }
}
