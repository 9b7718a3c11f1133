/** Sends bytes to a printer that listens on a TCP port (9100 by custom), and tells how far they got. */
import { connect, isIPv4, type Socket } from "node:net";
import { lookUpLocal } from "./hosts.ts";

/** none: nothing left us, so nothing is on paper. part: some or all of it may be. whole: the printer took everything. */
export type Sent = { reached: "whole" } | { reached: "none" | "part"; error: string };

export interface Patience {
  /** until the connection stands */
  connectMs: number;
  /** until the printer has taken everything */
  sendMs: number;
  /** how long a printer that hangs up at once is given to do so, before we do */
  lingerMs: number;
}

/**
 * Printers do not answer. They are believed to have everything when they hang up after we did: one that hangs up before us,
 * resets, or has not taken it all in time may have printed a part. Never rejects; `signal` breaks off.
 */
export function send(
  { host, port }: { host: string; port: number },
  bytes: Uint8Array,
  { connectMs, sendMs, lingerMs }: Patience,
  signal: AbortSignal,
): Promise<Sent> {
  return new Promise((resolve) => {
    let sending = false;
    let saidAll = false;
    const family = isIPv4(host) ? { family: 4 } : {};
    const socket: Socket = connect({ host, port, allowHalfOpen: true, lookup: lookUpLocal, ...family });
    const timers = [setTimeout(() => give(new Error("no connection in time")), connectMs)];

    const give = (error: Error | undefined): void => {
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener("abort", broken);
      socket.removeAllListeners();
      socket.on("error", () => {});
      socket.destroy();
      resolve(
        error === undefined ? { reached: "whole" } : { reached: sending ? "part" : "none", error: error.message },
      );
    };
    const broken = () => give(new Error("broken off"));
    if (signal.aborted) return broken();
    signal.addEventListener("abort", broken);

    socket.on("error", give);
    socket.on("close", () => give(new Error("closed")));
    socket.on("end", () => give(saidAll ? undefined : new Error("the printer hung up before it had everything")));
    // what a printer says of itself is taken, so that its end is seen
    socket.resume();
    socket.on("connect", () => {
      sending = true;
      clearTimeout(timers[0]);
      timers.push(setTimeout(() => give(new Error("not taken in time")), sendMs));
      socket.write(bytes, () => {
        timers.push(
          setTimeout(() => {
            saidAll = true;
            socket.end();
          }, lingerMs),
        );
      });
    });
  });
}
