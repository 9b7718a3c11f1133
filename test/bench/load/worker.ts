/** Clients in a process of their own, so that their work is not the server's. Told by messages, ends with its parent. */
import { randomUUID } from "node:crypto";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "../http.ts";
import { type Answer, type Ask, NEW_KEY, type Order } from "./protocol.ts";

process.on("message", (order: Order) =>
  run(order).then(
    (answer) => process.send?.(answer),
    (error) => process.send?.({ failed: String(error) }),
  ),
);
process.on("disconnect", () => process.exit());

async function run(order: Order): Promise<Answer> {
  const { url, headers, asks, clients, count = Number.POSITIVE_INFINITY, seconds = 600, everyMs, goOn } = order;
  const client = createClient(url, headers);
  const answer: Answer = { samples: [], seconds: 0, failures: {} };
  const started = performance.now();
  let asked = 0;
  const one = async (who: number): Promise<void> => {
    const mine = asks[who % asks.length] ?? [];
    for (let turn = 0; asked < count && performance.now() - started < seconds * 1000; turn++) {
      asked++;
      const since = performance.now();
      const fault = await ask(client, mine[turn % mine.length] as Ask);
      if (fault === undefined) answer.samples.push(performance.now() - since);
      else if (goOn) answer.failures[fault] = (answer.failures[fault] ?? 0) + 1;
      else throw new Error(fault);
      const spare = (everyMs ?? 0) - (performance.now() - since);
      if (spare > 0 || fault !== undefined) await pause(Math.max(spare, fault === undefined ? 0 : 50));
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, (_, who) => one(who)));
  } finally {
    client.close();
  }
  return { ...answer, seconds: (performance.now() - started) / 1000 };
}

/** What was wrong; undefined: nothing. */
async function ask(client: ReturnType<typeof createClient>, ask: Ask): Promise<string | undefined> {
  const { method, path, body, headers = {}, status = 200 } = ask;
  const own = Object.entries(headers).map(([name, value]) => [name, value === NEW_KEY ? randomUUID() : value]);
  try {
    const answer = await client.send(method, path, body, Object.fromEntries(own));
    return answer.status === status ? undefined : `${answer.status} ${codeOf(String(answer.body))}`;
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** Of a problem its code, which is the same each time. */
function codeOf(body: string): string {
  return /"code":"(\w+)"/.exec(body)?.[1] ?? body.slice(0, 200);
}
