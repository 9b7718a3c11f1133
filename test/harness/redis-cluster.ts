/** A real Redis Cluster of three masters and a replica of each, on loopback. */
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { type TestRedis, testRedis } from "./redis.ts";
import { until } from "./until.ts";

export interface RedisCluster {
  /** for REDIS_CLUSTER_NODES */
  nodes: string;
  /** keys on each master that was there at the start */
  sizes(): Promise<number[]>;
  /** Kills the master of a key, and waits until its replica has taken its place. */
  killMasterOf(key: string): Promise<void>;
  close(): Promise<void>;
}

const MASTERS = 3;
const SLOTS = 16_384;

interface Node {
  server: TestRedis;
  bus: number;
  admin: Redis;
  alive: boolean;
}

export async function redisCluster(): Promise<RedisCluster> {
  const start = async (): Promise<Node> => {
    const bus = await freePort();
    const settings = { enabled: "yes", port: String(bus), "node-timeout": "1500", "replica-validity-factor": "0" };
    const options = Object.entries(settings).flatMap(([name, value]) => [`--cluster-${name}`, value]);
    const server = await testRedis([...options, "--cluster-announce-ip", "127.0.0.1"]);
    const admin = new Redis(server.url, { retryStrategy: () => null });
    admin.on("error", () => {});
    return { server, bus, admin, alive: true };
  };
  const nodes = await Promise.all(Array.from({ length: MASTERS * 2 }, start));
  const ask = (node: Node | undefined, ...words: (string | number)[]) =>
    node?.admin.call("CLUSTER", ...words) as Promise<string>;
  const living = () => nodes.filter(({ alive }) => alive);
  const all = async (holds: (node: Node) => Promise<boolean>) =>
    until(async () => (await Promise.all(living().map(holds))).every(Boolean));

  const [first, ...others] = nodes;
  for (const { server, bus } of others) await ask(first, "MEET", ...server.node.split(":"), bus);
  await all(async (node) => {
    const known = await ask(node, "NODES");
    return known.trim().split("\n").length === nodes.length && !known.includes("handshake");
  });
  const share = Math.ceil(SLOTS / MASTERS);
  for (let turn = 0; turn < MASTERS; turn++) {
    const [from, to] = [turn * share, Math.min(SLOTS, (turn + 1) * share) - 1];
    await ask(nodes[turn], "ADDSLOTSRANGE", from, to);
  }
  const isWhole = async (node: Node) => /cluster_state:ok/.test(await ask(node, "INFO"));
  for (let turn = 0; turn < MASTERS; turn++) {
    const master = await ask(nodes[turn], "MYID");
    const replica = nodes[MASTERS + turn];
    await until(async () => (await ask(replica, "NODES")).includes(`${master} `));
    await ask(replica, "REPLICATE", master);
    await until(async () => /master_link_status:up/.test((await replica?.admin.info("replication")) ?? ""));
  }
  await all(isWhole);

  return {
    nodes: nodes.map(({ server }) => server.node).join(),
    sizes: () => Promise.all(nodes.slice(0, MASTERS).map(({ admin }) => admin.dbsize())),
    killMasterOf: async (key) => {
      const slot = Number(await ask(living()[0], "KEYSLOT", key));
      const victim = nodes[Math.floor(slot / share)];
      if (!victim?.alive) throw new Error("it is dead already");
      victim.alive = false;
      await victim.server.kill();
      const heir = nodes[nodes.indexOf(victim) + MASTERS];
      await until(async () => /role:master/.test((await heir?.admin.info("replication")) ?? ""));
      await all(isWhole);
    },
    close: async () => {
      for (const { admin, server } of nodes) {
        admin.disconnect();
        await server.close();
      }
    },
  };
}
