/** Stands between two programs: its target can be moved, and it can cut a connection instead of handing an answer on. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface CuttingProxy {
  readonly port: number;
  /** where connections made from now on go */
  target(port: number): void;
  /** asked at each answer: true cuts both ends before a byte of it was handed on */
  cutWhen(decide: () => boolean): void;
  close(): Promise<void>;
}

export async function cuttingProxy(port: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let to = port;
  let decide = () => false;
  const server = createServer((near) => {
    const far = connect(to, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    near.on("data", (data) => far.write(data));
    let begun = false;
    far.on("data", (data) => {
      const first = !begun;
      begun = true;
      if (first && decide()) {
        near.destroy();
        far.destroy();
      } else near.write(data);
    });
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    target: (next) => {
      to = next;
    },
    cutWhen: (rule) => {
      decide = rule;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
