/** A payment terminal on this machine, as a bank would run one: it can hang, refuse, lose answers, and be paid late. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openShop, type Shop } from "../../../test/harness/shop.ts";

interface Taken {
  amountMinor: number;
  state: "pending" | "approved" | "declined" | "cancelled";
  created: number;
  refunds: Map<string, number>;
}

export async function openTerminal() {
  const payments = new Map<string, Taken>();
  let mood: "well" | "silent" | "deaf" = "well";
  const hanging = new Set<ServerResponse>();

  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const asked = JSON.parse(body);
    const known = payments.get(asked.id);
    // deaf: it does what it is told, and its answer is lost
    if (mood === "silent") return void hanging.add(response);
    if (request.url === "/create") {
      if (known) known.created += 1;
      else payments.set(asked.id, { amountMinor: asked.amountMinor, state: "pending", created: 1, refunds: new Map() });
    }
    if (request.url === "/cancel" && known?.state === "pending") known.state = "cancelled";
    if (request.url === "/refund" && known) known.refunds.set(asked.refundId, asked.amountMinor);
    if (mood === "deaf") return void response.destroy();
    const state = payments.get(asked.id)?.state ?? "unknown";
    response.end(JSON.stringify({ state, reference: `T-${asked.id.slice(0, 4)}`, qr: `pay:${asked.id}` }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    payments,
    is(wanted: typeof mood) {
      mood = wanted;
      for (const response of hanging) response.destroy();
      hanging.clear();
    },
    /** what the customer or the bank does */
    settle(id: string, state: "approved" | "declined") {
      const payment = payments.get(id);
      if (!payment) throw new Error(`the terminal never heard of ${id}`);
      payment.state = state;
    },
    refunded: (id: string) => [...(payments.get(id)?.refunds.values() ?? [])].reduce((sum, one) => sum + one, 0),
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export type Terminal = Awaited<ReturnType<typeof openTerminal>>;

/** A shop whose provider `fake` asks that terminal, and waits some seconds for it: longer than a busy machine takes. */
export function shopWith({ url }: Pick<Terminal, "url">): Promise<Shop> {
  return openShop({
    plugins: [join(import.meta.dirname, "fake-terminal")],
    env: { TERMINAL_URL: url, PAYMENT_TIMEOUT_SECONDS: "5" },
  });
}
