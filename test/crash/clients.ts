/** Eight tills that ring sales as fast as they are answered, and ask again with the same key when they are not. */
import { randomUUID } from "node:crypto";
import { createApiClient } from "../harness/api-client.ts";
import { people } from "../harness/shop.ts";

/** A seeded generator (mulberry32): a run that failed can be run again. Answers numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Wanted {
  key: string;
  body: { items: { product_id: number; quantity: string }[]; payments: { method: string; amount: string }[] };
}

export interface Rung {
  key: string;
  status: number;
  id: number | undefined;
  number: string | undefined;
  /** how often the sale was sent */
  sent: number;
}

/** Of the goods with these ids, each 1,000 apiece; paid with more cash than they cost. */
export function wantedSales(count: number, goods: readonly number[], random: () => number): Wanted[] {
  return Array.from({ length: count }, () => {
    const items = Array.from({ length: 1 + Math.floor(random() * 4) }, () => ({
      product_id: goods[Math.floor(random() * goods.length)] ?? 0,
      quantity: String(1 + Math.floor(random() * 3)),
    }));
    return { key: randomUUID(), body: { items, payments: [{ method: "cash", amount: "20000" }] } };
  });
}

/** One key until there is an answer that is final: a sale, or a refusal. What is not final is asked again when `ready`. */
export async function ringAll(options: {
  url: string;
  token: string;
  sales: readonly Wanted[];
  clients: number;
  ready: () => Promise<void>;
  answered?: (count: number) => void;
}): Promise<Rung[]> {
  const { url, token, sales, clients, ready, answered } = options;
  const api = createApiClient(() => url, token);
  const rung: Rung[] = [];
  let next = 0;
  const client = async () => {
    for (let sale = sales[next++]; sale !== undefined; sale = sales[next++]) {
      for (let sent = 1; ; sent++) {
        const answer = await api
          .post<{ id?: number; number?: string }>("/api/v1/sales", sale.body, { key: sale.key })
          .catch(() => undefined);
        // a head whose body the kill has cut off is no answer
        if (answer?.body !== undefined && answer.status < 500) {
          rung.push({ key: sale.key, status: answer.status, id: answer.body.id, number: answer.body.number, sent });
          break;
        }
        await ready();
      }
      answered?.(rung.length);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return rung;
}

/** Signs the administrator in and puts `kinds` products on the shelf, plenty of each. */
export async function openForBusiness(url: string, kinds: number): Promise<{ token: string; goods: number[] }> {
  const { username, password } = people.admin;
  const stranger = createApiClient(() => url);
  const login = await stranger.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
  if (login.status !== 200) throw new Error(`no sign-in: ${login.status} ${login.text}`);
  const token = login.body.access_token;
  const api = createApiClient(() => url, token);
  const goods: number[] = [];
  for (let index = 1; index <= kinds; index++) {
    const made = await api.post<{ id: number }>("/api/v1/products", {
      sku: `K${index}`,
      name: `Producto ${index}`,
      price: "1000",
    });
    if (made.status !== 201) throw new Error(`no product: ${made.status} ${made.text}`);
    // the last one runs out in the middle, so that some sales are refused
    const quantity = index === kinds ? "20" : "100000";
    const shelf = { product_id: made.body.id, quantity, reason: "received" };
    const stock = await api.post("/api/v1/inventory/adjustments", shelf, { key: randomUUID() });
    if (stock.status !== 201) throw new Error(`no stock: ${stock.status} ${stock.text}`);
    goods.push(made.body.id);
  }
  return { token, goods };
}
