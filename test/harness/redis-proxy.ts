/** Stands between a kernel and Redis: can stop answering without closing, as a server that hangs, and hears what is asked. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface RedisProxy {
  url: string;
  /** takes what is sent and never answers */
  stall(): void;
  /** new connections and those there were answer again */
  resume(): void;
  /** names of the commands that came while it was stalled */
  heard(): string[];
  close(): Promise<void>;
}

export async function redisProxy(target: string): Promise<RedisProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let stalled = false;
  let heard: string[] = [];
  const server = createServer((client) => {
    const redis = connect(Number(port), hostname);
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    client.on("data", (data) => {
      if (!stalled) return void redis.write(data);
      heard.push(...commandsIn(data));
      held.push(() => redis.write(data));
    });
    redis.on("data", (data) => client.write(data));
    client.on("close", () => redis.destroy());
    redis.on("close", () => client.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `redis://127.0.0.1:${address.port}`,
    stall: () => {
      stalled = true;
      heard = [];
    },
    resume: () => {
      stalled = false;
      for (const pass of held.splice(0)) pass();
    },
    heard: () => heard,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** `*2\r\n$3\r\nGET\r\n...`: the first word of each array. */
function commandsIn(data: Buffer): string[] {
  return [...data.toString("latin1").matchAll(/\*\d+\r\n\$\d+\r\n([A-Za-z]+)\r\n/g)].map(([, name = ""]) =>
    name.toLowerCase(),
  );
}
