/** A real PgBouncer in transaction mode before a test's database, on a free port. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { byTcp } from "./by-tcp.ts";
import { freePort } from "./free-port.ts";

export interface PgBouncer {
  /** of the same database as the address it was given */
  url: string;
  close(): Promise<void>;
}

/** undefined, or why there is none here. */
export function whyNoPgBouncer(): string | undefined {
  return spawnSync("pgbouncer", ["--version"]).status === 0 ? undefined : "pgbouncer is not on the PATH";
}

/** `places`: connections to the server that all clients share. */
export async function pgBouncer(url: string, places: number): Promise<PgBouncer> {
  const server = new URL(url);
  const name = server.pathname.slice(1);
  const [user, password] = [decodeURIComponent(server.username), decodeURIComponent(server.password)];
  const folder = await mkdtemp(join(tmpdir(), "pos-odata-pgbouncer-"));
  const port = await freePort();
  const settings = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    unix_socket_dir: "",
    // a server that trusts this machine asks for no password, and PgBouncer takes no empty one
    auth_type: password === "" ? "trust" : "plain",
    auth_file: join(folder, "people"),
    pool_mode: "transaction",
    default_pool_size: places,
    max_client_conn: 500,
    query_wait_timeout: 10,
  };
  const to = `host=${server.hostname} port=${server.port || 5432} dbname=${name}`;
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
  await writeFile(join(folder, "ini"), `[databases]\n${name} = ${to}\n[pgbouncer]\n${lines.join("\n")}\n`);
  await writeFile(join(folder, "people"), `"${user}" "${password}"\n`);
  await chmod(folder, 0o755);
  // it refuses to be root
  const isRoot = process.geteuid?.() === 0;
  const words = isRoot
    ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "pgbouncer"]
    : ["pgbouncer"];
  const child = spawn(words[0] ?? "", [...words.slice(1), join(folder, "ini")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  await isUp(child);
  return {
    url: byTcp(url, port).href,
    close: async () => {
      const gone = once(child, "exit");
      if (child.exitCode === null && child.kill("SIGKILL")) await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isUp(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr as NonNullable<typeof child.stderr> }).on("line", (line) => {
      said.push(line);
      if (line.includes("process up")) resolve();
    });
    child.once("exit", (code) => reject(new Error(`pgbouncer ended with ${code}:\n${said.join("\n")}`)));
  });
}
