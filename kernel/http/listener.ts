/** Node's HTTP server with its limits set on purpose. On Deno, which has an own server, a proxy in front has to set them. */
import { createServer, type RequestListener, type Server } from "node:http";
import { addressKey } from "./address-key.ts";
import { HEAD_LIMITS } from "./address-line.ts";

/** Milliseconds, connections, bytes. */
export const LISTENER_LIMITS = {
  /** for the head of a request: a slow phone sends its kilobyte in a second; who dribbles it to hold a socket is cut off */
  headersTimeout: 15_000,
  /** for a whole request: a price list of 25 MB over 2 Mbit/s */
  requestTimeout: 120_000,
  /** how often both are looked after */
  connectionsCheckingInterval: 5_000,
  /** longer than nginx keeps its idle connections (60 s), so that it never sends on one that we have just closed */
  keepAliveTimeout: 75_000,
  /** nothing sent and nothing taken: somebody who does not read the answer */
  idleTimeout: 150_000,
  /** a hundred tills with six connections each, and as many again; below the usual limit of open files (1024) */
  maxConnections: 1000,
  /** of one address, unless it is a proxy's: forty tills behind one router with six each; nobody takes all of them */
  maxPerAddress: 250,
  /** the head of a request: cookies and a long address fit in; more is 431 */
  maxHeaderSize: 16_384,
};

export type ListenerLimits = typeof LISTENER_LIMITS;

/** `isProxy`: an address that speaks for many. */
export function createListener(
  handle: RequestListener,
  given: Partial<ListenerLimits> = {},
  isProxy: (address: string) => boolean = () => false,
): Server {
  const { maxConnections, maxPerAddress, idleTimeout, ...options } = { ...LISTENER_LIMITS, ...given };
  const server = createServer({ ...options, requireHostHeader: true, insecureHTTPParser: false }, handle);
  server.maxConnections = maxConnections;
  server.timeout = idleTimeout;
  server.maxHeadersCount = HEAD_LIMITS.headers;
  const open = new Map<string, number>();
  server.on("connection", (socket) => {
    const address = addressKey(socket.remoteAddress ?? "");
    if (isProxy(socket.remoteAddress ?? "")) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > maxPerAddress) {
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once("close", () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
  return server;
}
