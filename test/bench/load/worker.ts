/** Clients in a process of their own, so that their work is not the server's. Told by messages, ends with its parent. */
import { randomUUID } from "node:crypto";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { createClient, type Reply } from "../http.ts";
import { type Answer, type Ask, NEW_KEY, type Order } from "./protocol.ts";

/** between two tries of what failed */
const AGAIN_MS = 50;
/** a server that is away for longer than this after the end does not come back */
const PATIENCE_MS = 30_000;

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
  const answer: Answer = { samples: [], seconds: 0, failures: {}, sold: [], unanswered: 0 };
  const started = performance.now();
  const until = started + seconds * 1000;
  let asked = 0;
  const one = async (who: number): Promise<void> => {
    const mine = asks[who % asks.length] ?? [];
    // they do not all ask at the same moment
    const first = started + ((everyMs ?? 0) * who) / clients;
    for (let turn = 0; asked < count; turn++) {
      const meant = everyMs === undefined ? performance.now() : first + turn * everyMs;
      if (meant >= until) break;
      asked++;
      const early = meant - performance.now();
      if (early > 0) await pause(early);
      const ask = withKey(mine[turn % mine.length] as Ask);
      const reply = await answered(ask);
      if (reply === undefined) answer.unanswered++;
      else {
        // from when it was meant to be asked: who had to wait for the one before has waited
        answer.samples.push(performance.now() - meant);
        if (order.keepSold) answer.sold.push(soldIn(ask, reply));
      }
    }
  };

  /** As a till does: the same again until it is answered, with the same key. */
  async function answered(ask: Ask): Promise<Reply | undefined> {
    for (let tries = 0; ; tries++) {
      const { reply, fault } = await send(client, ask);
      // the answer to an earlier try was lost, and it was done: that is told by 200
      const isReplay = tries > 0 && ask.status === 201 && reply?.status === 200;
      if (fault === undefined || isReplay) return reply;
      if (!goOn) throw new Error(fault);
      answer.failures[fault] = (answer.failures[fault] ?? 0) + 1;
      // what was refused is refused again
      if ((reply?.status ?? 500) < 500 || performance.now() > until + PATIENCE_MS) return undefined;
      await pause(AGAIN_MS);
    }
  }

  try {
    await Promise.all(Array.from({ length: clients }, (_, who) => one(who)));
  } finally {
    client.close();
  }
  return { ...answer, seconds: (performance.now() - started) / 1000 };
}

function withKey(ask: Ask): Ask {
  const own = Object.entries(ask.headers ?? {}).map(([name, value]) => [
    name,
    value === NEW_KEY ? randomUUID() : value,
  ]);
  return { ...ask, headers: Object.fromEntries(own) };
}

function soldIn({ headers }: Ask, { body }: Reply): Answer["sold"][number] {
  const { id, number } = JSON.parse(String(body)) as { id: number; number: string };
  return { key: headers?.["idempotency-key"] ?? "", id, number };
}

/** `fault`: what was wrong; undefined: nothing. */
async function send(
  client: ReturnType<typeof createClient>,
  { method, path, body, headers, status = 200 }: Ask,
): Promise<{ reply?: Reply; fault?: string }> {
  try {
    const reply = await client.send(method, path, body, headers);
    return reply.status === status ? { reply } : { reply, fault: `${reply.status} ${codeOf(String(reply.body))}` };
  } catch (error) {
    return { fault: error instanceof Error && "code" in error ? String(error.code) : String(error) };
  }
}

/** Of a problem its code, which is the same each time. */
function codeOf(body: string): string {
  return /"code":"(\w+)"/.exec(body)?.[1] ?? body.slice(0, 200);
}
