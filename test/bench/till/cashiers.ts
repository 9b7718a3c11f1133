/** The cashiers, in a process of their own, so that their work is not the server's. Started by till.ts, told by messages. */
import { once } from "node:events";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { createBrowser } from "../../harness/browser.ts";
import { createClient } from "../http.ts";
import { createDemand } from "../shop/demand.ts";
import { createRandom, type Random } from "../shop/random.ts";
import type { Order, Run, Waited } from "./protocol.ts";

type Client = ReturnType<typeof createClient>;

const [order] = (await once(process, "message")) as [Order];
const demand = createDemand(order.codes.length);
const people = await Promise.all(order.cashiers.map(signIn));
const bare = createClient(order.bareUrl, {});
process.send?.("ready");
process.on("message", async (run: Run) => process.send?.(await work(run)));
process.on("disconnect", () => process.exit());

async function signIn({ username, registerId }: Order["cashiers"][number], index: number) {
  const browser = createBrowser(() => order.url);
  const page = await (await browser.get("/login")).submit("input[name=password]", {
    username,
    password: order.password,
  });
  if (page.url.startsWith("/login")) throw new Error(`${username} could not sign in: ${page.text}`);
  await (await browser.get("/pos/registers")).submit("/pos/registers", { register_id: String(registerId) });
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { cookie, "content-type": "application/x-www-form-urlencoded", "accept-encoding": "gzip" };
  return {
    client: createClient(order.url, headers),
    plain: createClient(order.url, { cookie }),
    random: createRandom(index + 1),
  };
}

async function work({ run, seconds, pauseMs }: Run): Promise<Waited> {
  const waited: Waited = { scan: [], pay: [], bare: [], refused: 0 };
  const until = performance.now() + seconds * 1000;
  await Promise.all(
    people.map(async (one) => {
      // they do not press their keys together
      await pause(one.random.int(0, pauseMs));
      while (performance.now() < until) {
        if (run === "till") await serve(one, pauseMs, waited);
        else await timed(waited.bare, async () => void (await bare.send("GET", "/")));
        if (run === "bare") await pause(pauseMs);
      }
    }),
  );
  return waited;
}

/** One customer: a fresh cart, the lines one by one, cash, the receipt. */
async function serve(
  { client, plain, random }: { client: Client; plain: Client; random: Random },
  pauseMs: number,
  waited: Waited,
): Promise<void> {
  const fresh = await plain.send("GET", "/pos/new");
  const cart = String(fresh.headers["location"]);
  let html = String((await plain.send("GET", cart)).body);
  const lines = random.int(Math.ceil(order.lines / 2), Math.floor(order.lines * 1.5));
  for (let line = 0; line < lines; line++) {
    await pause(pauseMs);
    const code = order.codes[demand.rank(random)] ?? "";
    await timed(waited.scan, async () => {
      const htmx = { "hx-request": "true", "hx-target": "register" };
      const body = new URLSearchParams({ _csrf: fieldOf(html, "_csrf"), code }).toString();
      // without compression, since reading the fields is this process's work and not the till's
      const posted = await plain.send("POST", `${cart}/scan`, body, htmx);
      if (posted.status !== 200) throw new Error(`a scan answered ${posted.status}: ${posted.body}`);
      html = String(posted.body);
    });
  }
  await pause(pauseMs);
  const fields = {
    _csrf: fieldOf(html, "_csrf"),
    _key: fieldOf(html, "_key"),
    total: fieldOf(html, "total"),
    amount: "",
  };
  const started = performance.now();
  const paid = await client.send("POST", `${cart}/pay`, new URLSearchParams(fields).toString());
  if (paid.status === 409) {
    waited.refused++;
    return;
  }
  if (paid.status !== 303) throw new Error(`a payment answered ${paid.status}: ${paid.body}`);
  const receipt = await plain.send("GET", String(paid.headers["location"]));
  waited.pay.push(performance.now() - started);
  if (receipt.status !== 200) throw new Error(`a receipt answered ${receipt.status}`);
}

async function timed(samples: number[], step: () => Promise<void>): Promise<void> {
  const started = performance.now();
  await step();
  samples.push(performance.now() - started);
}

function fieldOf(html: string, name: string): string {
  const [, value] = new RegExp(`name="${name}" value="([^"]*)"`).exec(html) ?? [];
  if (value === undefined) throw new Error(`the register's page has no ${name}`);
  return value;
}
