/** Who works while the servers fail: tills that sell by the API, and people who look at pages in a browser. All through nginx. */
import { randomUUID } from "node:crypto";
import type { Agent } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import type { Edge, EdgeAnswer } from "../harness/nginx.ts";
import { people } from "../harness/shop.ts";

export interface Sold {
  key: string;
  id: number;
  number: string;
  productId: number;
}

/** What did not go as it should at once, and when (performance.now). */
export interface Trouble {
  at: number;
  what: string;
}

export interface Journal {
  sold: Sold[];
  /** what had to be asked again, and when it was asked */
  trouble: (Trouble & { asked: number })[];
  /** never right: signed out, refused, a sale that its own list does not show */
  wrong: Trouble[];
}

export const newJournal = (): Journal => ({ sold: [], trouble: [], wrong: [] });

const RETRY_MS = 200;
const FORM = { "content-type": "application/x-www-form-urlencoded" };

const credentials = { username: people.admin.username, password: people.admin.password };

export async function token(edge: Edge): Promise<string> {
  const body = JSON.stringify(credentials);
  const answer = await edge.ask("/api/v1/auth/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  if (answer.status !== 200) throw new Error(`no sign-in: ${answer.status} ${answer.bytes}`);
  return JSON.parse(String(answer.bytes)).access_token;
}

/** Asks until there is an answer that is final; a write keeps its key. */
async function untilAnswered(ask: () => Promise<EdgeAnswer>, what: string, journal: Journal): Promise<EdgeAnswer> {
  for (;;) {
    const asked = performance.now();
    const answer = await ask().catch((error: Error) => error.message);
    if (typeof answer !== "string" && answer.status < 500) return answer;
    const said = typeof answer === "string" ? answer : `${answer.status} ${String(answer.bytes).slice(0, 200)}`;
    journal.trouble.push({ asked, at: performance.now(), what: `${what}: ${said}` });
    await pause(RETRY_MS);
  }
}

/** Sells one piece at a time until it is told to stop; each fourth sale it looks for in the list at once. */
export async function till(
  edge: Edge,
  bearer: string,
  goods: readonly number[],
  journal: Journal,
  goesOn: () => boolean,
): Promise<void> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${bearer}` };
  for (let turn = 0; goesOn(); turn++) {
    const productId = goods[turn % goods.length] ?? 0;
    const body = JSON.stringify({
      items: [{ product_id: productId, quantity: "1" }],
      payments: [{ method: "cash", amount: "1000" }],
    });
    const key = randomUUID();
    const ring = () =>
      edge.ask("/api/v1/sales", { method: "POST", headers: { ...headers, "idempotency-key": key }, body });
    const answer = await untilAnswered(ring, "sale", journal);
    if (answer.status !== 201 && answer.status !== 200) {
      journal.wrong.push({ at: performance.now(), what: `sale ${answer.status} ${answer.bytes}` });
      continue;
    }
    const { id, number } = JSON.parse(String(answer.bytes));
    journal.sold.push({ key, id, number, productId });
    if (turn % 4 > 0) continue;
    const list = await untilAnswered(() => edge.ask("/api/v1/sales?limit=50", { headers }), "list", journal);
    const shown =
      list.status === 200 && JSON.parse(String(list.bytes)).data.some((one: { id: number }) => one.id === id);
    if (!shown) journal.wrong.push({ at: performance.now(), what: `list ${list.status} without the sale ${number}` });
  }
}

export type Ask = (path: string, fields?: Record<string, string>) => Promise<EdgeAnswer>;

/** A browser's session, signed in on the page. */
export async function signInOnPage(edge: Edge, agent: Agent): Promise<Ask> {
  const jar = new Map<string, string>();
  const ask: Ask = async (path, fields) => {
    const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
    const answer = await edge.ask(
      path,
      fields
        ? { method: "POST", headers: { ...headers, ...FORM }, body: new URLSearchParams(fields).toString(), agent }
        : { headers, agent },
    );
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    return answer;
  };
  const login = String((await ask("/login")).bytes);
  const mark = /name="_csrf" value="([^"]+)"/.exec(login)?.[1] ?? "";
  const entered = await ask("/login", { _csrf: mark, next: "/", ...credentials });
  if (entered.status !== 303) throw new Error(`no sign-in on the page: ${entered.status} ${entered.bytes}`);
  return ask;
}

/** Looks at lists until told to stop: always the same session, and always let in. */
export async function looker(ask: Ask, journal: Journal, goesOn: () => boolean): Promise<number> {
  let seen = 0;
  for (const pages = ["/products", "/customers", "/sales"]; goesOn(); seen++) {
    const path = pages[seen % pages.length] ?? "";
    const answer = await untilAnswered(() => ask(path), path, journal);
    if (answer.status !== 200)
      journal.wrong.push({ at: performance.now(), what: `${path} ${answer.status} ${answer.headers.location ?? ""}` });
    await pause(RETRY_MS);
  }
  return seen;
}
