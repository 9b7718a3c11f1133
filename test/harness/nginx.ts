/** The project's own edge (ops/nginx) as a real nginx of one test, with a certificate of its own. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { type Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { projectRoots } from "../../kernel/discover.ts";
import { selfSigned } from "./certificate.ts";
import { freePort } from "./free-port.ts";
import { PATH, whyNoProgram } from "./programs.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const OPS = join(projectRoots().assets, "ops/nginx");

/** undefined, or why there is none here. */
export function whyNoNginx(): string | undefined {
  return whyNoProgram("nginx", "openssl");
}

export interface Edge {
  /** https://127.0.0.1:port */
  url: string;
  /** http://127.0.0.1:port, which only leads to the other */
  plain: string;
  /** the authority of its certificate: PEM, and a file for NODE_EXTRA_CA_CERTS or curl --cacert */
  ca: string;
  caFile: string;
  /** where it stands: nginx.conf, place/upstreams.conf, access.log, error.log, nginx.pid */
  folder: string;
  /**
   * Lines for the instances at these URLs, as they stand in place/upstreams.conf. The spare ones are asked when no other is left;
   * a dead one is left alone for so many seconds.
   */
  setUpstreams(urls: readonly string[], other?: { spare?: readonly string[]; seconds?: number }): Promise<void>;
  /** requests a second of one address; counts after a reload */
  setRate(perSecond: number): Promise<void>;
  /** By ops/nginx/reload: ends when no worker with the old files is left. */
  reload(): Promise<void>;
  /** what ops/nginx/reload is given here */
  reloadWords: readonly string[];
  ask(path: string, options?: Ask): Promise<EdgeAnswer>;
  /** what it wrote of each request, once there is a line about `wanted` */
  accessLog(wanted: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** keeps connections; else each request has one of its own: which worker and which instance answers is nginx's choice */
  agent?: Agent;
}

export interface EdgeAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
}

/** So many requests a second that no test's tills are refused on however fast a machine. */
const NO_RATE = 100_000;

/** `more`: further lines for place/edge.conf. One address may ask as often as it likes, until `setRate`. */
export async function startEdge(urls: readonly string[], more: readonly string[] = []): Promise<Edge> {
  const folder = await mkdtemp(join(tmpdir(), "pos-odata-edge-"));
  const [port, plainPort] = [await freePort(), await freePort()];
  const place = join(folder, "place");
  await mkdir(place);
  await mkdir(join(folder, "cache"));
  await cp(join(OPS, "nginx.conf"), join(folder, "nginx.conf"));
  await cp(join(OPS, "pages"), join(folder, "pages"), { recursive: true });
  const made = await certificate(folder);
  const put = (name: string, ...lines: string[]) => writeFile(join(place, name), `${lines.join("\n")}\n`);
  const user = process.geteuid?.() === 0 ? ["user root;"] : [];
  await put("process.conf", ...user, "worker_processes 2;", `pid ${folder}/nginx.pid;`, "daemon off;");
  await put("http.conf", `listen 127.0.0.1:${plainPort};`);
  await put(
    "https.conf",
    `listen 127.0.0.1:${port} ssl http2;`,
    `ssl_certificate ${made.certificate};`,
    `ssl_certificate_key ${made.key};`,
  );
  const setRate = async (perSecond: number) => put("edge.conf", ...(await edgeLines(folder, port, perSecond)), ...more);
  await setRate(NO_RATE);
  const setUpstreams: Edge["setUpstreams"] = (all, { spare = [], seconds = 5 } = {}) => {
    const line = (url: string) => `server ${new URL(url).host} max_fails=2 fail_timeout=${seconds}s`;
    return put("upstreams.conf", ...all.map((url) => `${line(url)};`), ...spare.map((url) => `${line(url)} backup;`));
  };
  await setUpstreams(urls);

  const options = ["-p", folder, "-c", "nginx.conf", "-e", join(folder, "error.log")];
  const server = spawn("nginx", options, { env: { PATH }, stdio: ["ignore", "inherit", "inherit"] });
  const reloadWords = [join(folder, "nginx.pid"), "30", ...options];
  const url = `https://127.0.0.1:${port}`;
  const ask = (path: string, asked?: Ask) => askEdge(url + path, made.ca, asked);
  const stop = async () => {
    await end(server);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await until(async () => {
      if (server.exitCode !== null) throw new Error(`nginx: ${await readFile(join(folder, "error.log"), "utf8")}`);
      return ask("/metrics").then(
        () => true,
        () => false,
      );
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    plain: `http://127.0.0.1:${plainPort}`,
    ca: made.ca,
    caFile: made.certificate,
    folder,
    setUpstreams,
    setRate,
    reloadWords,
    reload: async () => {
      await run(join(OPS, "reload"), reloadWords, { env: { PATH } });
    },
    ask,
    accessLog: async (wanted) => {
      let text = "";
      await until(async () => {
        text = await readFile(join(folder, "access.log"), "utf8");
        return text.includes(wanted);
      });
      return text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
    stop,
  };
}

/** place/edge.conf of Docker, with this folder instead of the image's. */
async function edgeLines(folder: string, port: number, perSecond: number): Promise<string[]> {
  const text = await readFile(join(OPS, "place/edge.conf"), "utf8");
  return [
    text
      .replaceAll("/var/cache/nginx", join(folder, "cache"))
      .replace("/dev/stdout", join(folder, "access.log"))
      .replace("rate=100r/s", `rate=${perSecond}r/s`)
      .replace('default "";', `default ":${port}";`)
      .replace("/etc/nginx/pages", join(folder, "pages")),
  ];
}

async function certificate(folder: string): Promise<{ certificate: string; key: string; ca: string }> {
  const [file, key] = [join(folder, "tls.pem"), join(folder, "tls.key")];
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  await selfSigned({ certificate: file, key }, { subject: names });
  return { certificate: file, key, ca: await readFile(file, "utf8") };
}

function askEdge(
  url: string,
  ca: string,
  { method = "GET", headers = {}, body, agent }: Ask = {},
): Promise<EdgeAnswer> {
  // a connection that was kept may be closed just when it is used again: browsers ask once more on a fresh one (RFC 9112, 9.3.1)
  let stale = false;
  const answered = new Promise<EdgeAnswer>((done, fail) => {
    const own = agent ? {} : { connection: "close" };
    const asking = request(url, { method, headers: { ...headers, ...own }, ca, agent: agent ?? false }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("error", fail);
      answer.on("end", () =>
        done({ status: answer.statusCode ?? 0, headers: answer.headers, bytes: Buffer.concat(parts) }),
      );
    });
    asking.on("error", (error: NodeJS.ErrnoException) => {
      stale = method === "GET" && asking.reusedSocket && error.code === "ECONNRESET";
      fail(error);
    });
    asking.end(body);
  });
  return answered.catch((error: Error) => {
    if (!stale) throw error;
    return askEdge(url, ca, { method, headers, ...(agent ? { agent } : {}) });
  });
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, "exit");
  server.kill("SIGTERM");
  await gone;
}
