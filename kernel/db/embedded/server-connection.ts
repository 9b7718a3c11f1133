/** The superuser's connection to a server on this machine, and whether the server is the one of our folder. */
import { realpath } from "node:fs/promises";
import process from "node:process";
import pg from "pg";
import { errorCode } from "./process.ts";

export interface Address {
  port: number;
  /** the folder of the Unix socket to take instead of TCP */
  socket?: string | undefined;
  /** of the superuser `postgres` */
  password: string;
}

/** Connects as superuser. `application_name` tells other starts which process holds the DATA_DIR. */
export async function connect(address: Address, database = "postgres"): Promise<pg.Client> {
  const client = new pg.Client({
    host: address.socket ?? "127.0.0.1",
    port: address.port,
    user: "postgres",
    password: address.password,
    database,
    ssl: false,
    application_name: `pos-odata pid=${process.pid}`,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  // without a listener a dropped connection would end the app; who cares about the drop listens to "end"
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  return client;
}

export type Attempt =
  | { kind: "ours"; client: pg.Client; address: Address }
  /** nobody answers there, or it says that it is starting or stopping */
  | { kind: "not-ready"; error: unknown }
  /** it answers, and does not know our password */
  | { kind: "refused"; error: unknown }
  /** it knows our password and serves another folder */
  | { kind: "other" };

/** Tries to reach the server of `folder`: by its Unix socket, and by TCP where that cannot be used. */
export async function tryServer(address: Address, folder: string): Promise<Attempt> {
  const attempt = await tryWay(address, folder);
  if (attempt.kind !== "not-ready" || address.socket === undefined) return attempt;
  return tryWay({ ...address, socket: undefined }, folder);
}

async function tryWay(address: Address, folder: string): Promise<Attempt> {
  let client: pg.Client;
  try {
    client = await connect(address);
  } catch (error) {
    // 28: invalid authorization
    return { kind: errorCode(error)?.startsWith("28") ? "refused" : "not-ready", error };
  }
  try {
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    const served = await realpath(rows[0]?.data_directory ?? "").catch(() => "");
    if (served === folder) return { kind: "ours", client, address };
  } catch (error) {
    await client.end().catch(() => {});
    return { kind: "not-ready", error };
  }
  await client.end().catch(() => {});
  return { kind: "other" };
}
