/** Through the front door with a large catalogue: a search, a name that goes on, and what the app holds. */
import { bareServer, createClient } from "../http.ts";
import { type Figure, percentile } from "../stats.ts";
import { catalogue, typed } from "./sizes.ts";
import { shopWith } from "./stock.ts";

const PASSWORD = "correct horse battery";
const ROUNDS = 2;

export async function door(count: number): Promise<Figure[]> {
  const documents = catalogue(count);
  const shop = await shopWith(documents);
  const bare = await bareServer();
  try {
    const stranger = await shop.api("admin");
    const login = await stranger.post<{ access_token: string }>("/api/v1/auth/login", {
      username: "admin",
      password: PASSWORD,
    });
    const client = createClient(shop.url, { authorization: `Bearer ${login.body.access_token}` });
    const peer = createClient(bare.url, {});
    const queries = typed(documents);
    const begun = queries.map((query) => query.slice(0, 2 + (query.length % 5)));
    const figures: Figure[] = [];
    for (const [name, path, texts, goal] of [
      ["search through HTTP", "/api/v2/ai/search/hybrid?limit=10&q=", queries, "goal 25 ms"],
      ["suggestions through HTTP", "/api/v2/ai/search/suggestions?q=", begun, "goal 25 ms"],
    ] as const) {
      const samples: number[] = [];
      const constant: number[] = [];
      for (let round = 0; round < ROUNDS; round++)
        for (const text of texts) {
          const started = performance.now();
          const { status } = await client.send("GET", path + encodeURIComponent(text));
          if (status !== 200) throw new Error(`${path}${text} answered ${status}`);
          // the first round warms up
          if (round === 0) continue;
          samples.push(performance.now() - started);
          const asked = performance.now();
          await peer.send("GET", "/");
          constant.push(performance.now() - asked);
        }
      const [p50, p99] = [0.5, 0.99].map((share) => percentile(samples, share).toFixed(1));
      const beside = `${goal}; p50 ${p50}, p99 ${p99} ms; bare node:http p95 ${percentile(constant, 0.95).toFixed(1)} ms`;
      figures.push({
        name: `${name}, ${count} products, p95`,
        value: percentile(samples, 0.95),
        unit: "ms",
        beside,
        samples,
      });
    }
    client.close();
    peer.close();
    return figures;
  } finally {
    await bare.close();
    await shop.close();
  }
}
