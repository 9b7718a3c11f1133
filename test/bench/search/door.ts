/** Through the front door with a large catalogue: a search, a name that goes on, and what the app holds. */
import { createClient } from "../http.ts";
import { type Figure, percentile } from "../stats.ts";
import { catalogue, typed } from "./sizes.ts";
import { shopWith } from "./stock.ts";

const PASSWORD = "correct horse battery";
const ROUNDS = 2;

export async function door(count: number): Promise<Figure[]> {
  const documents = catalogue(count);
  const shop = await shopWith(documents);
  try {
    const stranger = await shop.api("admin");
    const login = await stranger.post<{ access_token: string }>("/api/v1/auth/login", {
      username: "admin",
      password: PASSWORD,
    });
    const client = createClient(shop.url, { authorization: `Bearer ${login.body.access_token}` });
    const queries = typed(documents);
    const begun = queries.map((query) => query.slice(0, 2 + (query.length % 5)));
    const figures: Figure[] = [];
    for (const [name, path, texts, goal] of [
      ["search through HTTP", "/api/v2/ai/search/hybrid?limit=10&q=", queries, "goal 25 ms"],
      ["suggestions through HTTP", "/api/v2/ai/search/suggestions?q=", begun, "goal 25 ms"],
    ] as const) {
      const samples: number[] = [];
      for (let round = 0; round < ROUNDS; round++)
        for (const text of texts) {
          const started = performance.now();
          const { status } = await client.send("GET", path + encodeURIComponent(text));
          if (status !== 200) throw new Error(`${path}${text} answered ${status}`);
          // the first round warms up
          if (round > 0) samples.push(performance.now() - started);
        }
      const beside = `${goal}; p50 ${percentile(samples, 0.5).toFixed(1)}, p99 ${percentile(samples, 0.99).toFixed(1)} ms`;
      figures.push({
        name: `${name}, ${count} products, p95`,
        value: percentile(samples, 0.95),
        unit: "ms",
        beside,
        samples,
      });
    }
    client.close();
    return figures;
  } finally {
    await shop.close();
  }
}
