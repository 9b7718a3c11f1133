/** Ports of this machine. */
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const TAKEN = /address already in use/i;
const PATIENCE_MS = 20_000;

/** One that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Listens again where it did before: what connects to anywhere may have been given the port for a moment. */
export async function listenAgain(listen: () => Promise<void>): Promise<void> {
  const started = performance.now();
  for (;;) {
    try {
      return await listen();
    } catch (error) {
      if (!TAKEN.test(String(error)) || performance.now() - started > PATIENCE_MS) throw error;
      await pause(50);
    }
  }
}
