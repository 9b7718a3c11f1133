/** One product as JSON, asked by a program that is signed in, against node:http that answers a constant. */
import { openShop } from "../harness/shop.ts";
import { stockUp } from "./goods.ts";
import { bareServer } from "./http.ts";
import { perSecond, startLoad } from "./load/load.ts";
import { bearer } from "./sale.ts";
import { type Figure, interleaved, median, percentile, ROUNDS } from "./stats.ts";

const PRODUCTS = 5000;
const CLIENTS = 8;
const SECONDS = 2;

export async function get(): Promise<Figure[]> {
  const shop = await openShop({ env: { RATE_LIMIT_USER: "1000000/m" } });
  const bare = await bareServer();
  const load = startLoad();
  try {
    await stockUp(shop.db, PRODUCTS);
    const headers = await bearer(shop);
    const paths = Array.from({ length: 500 }, (_, index) => `/api/v1/products/${1 + ((index * 7919) % PRODUCTS)}`);
    const asks = [paths.map((path) => ({ method: "GET", path }))];
    await load.run({ url: shop.url, headers, asks, clients: CLIENTS, count: 2000 });
    const [ours = [], peers = []] = await interleaved(ROUNDS, [
      () => load.run({ url: shop.url, headers, asks, clients: CLIENTS, seconds: SECONDS }),
      () => load.run({ url: bare.url, headers, asks, clients: CLIENTS, seconds: SECONDS }),
    ]);
    const [rates, peerRates] = [ours.map(perSecond), peers.map(perSecond)];
    const samples = ours.flatMap((one) => one.samples);
    return [
      {
        name: `GET of one product as JSON, ${CLIENTS} clients, of bare node:http`,
        value: (100 * median(rates)) / median(peerRates),
        unit: "%",
        beside: `${median(rates).toFixed(0)}/s, p99 ${percentile(samples, 0.99).toFixed(1)} ms; bare ${median(peerRates).toFixed(0)}/s`,
        samples: rates,
        peer: peerRates,
        goal: { atLeast: 45 },
      },
    ];
  } finally {
    load.close();
    await bare.close();
    await shop.close();
  }
}
