/** A printer in the network, with the moods of real ones. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { listenAgain } from "../../../test/harness/free-port.ts";

/** accepts: takes all and hangs up after the sender. stalls: accepts and reads nothing. closes: hangs up at once. drops: resets after a few bytes. */
export type Mood = "accepts" | "stalls" | "closes" | "drops";

export interface FakePrinter {
  readonly port: number;
  mood: Mood;
  /** what was taken wholly, oldest first */
  readonly papers: Buffer[];
  /** connections so far */
  readonly visits: number;
  /** refuses connections until it is opened again on the same port */
  switchOff(): Promise<void>;
  switchOn(): Promise<void>;
}

export async function openPrinter(): Promise<FakePrinter> {
  const sockets = new Set<Socket>();
  const state = { visits: 0, port: 0 };
  const papers: Buffer[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    state.visits += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    if (printer.mood === "stalls") {
      socket.pause();
      return;
    }
    if (printer.mood === "closes") {
      socket.destroy();
      return;
    }
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (printer.mood === "drops") socket.resetAndDestroy();
    });
    socket.on("end", () => {
      papers.push(Buffer.concat(chunks));
      socket.end();
    });
  });
  const listen = async (port: number) => {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  };
  const printer: FakePrinter = {
    get port() {
      return state.port;
    },
    mood: "accepts",
    papers,
    get visits() {
      return state.visits;
    },
    switchOff: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
    switchOn: () => listenAgain(() => listen(state.port)),
  };
  await listen(0);
  const address = server.address();
  state.port = typeof address === "object" && address ? address.port : 0;
  return printer;
}
