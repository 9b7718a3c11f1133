/** The real Prometheus and Alertmanager on loopback, with what they tell somebody who is called by them. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { whyNoProgram } from "./programs.ts";
import { until } from "./until.ts";

const OPS = join(import.meta.dirname, "../../ops");
const RULES = join(OPS, "prometheus/rules");
const PROGRAMS = ["prometheus", "promtool", "prometheus-alertmanager", "amtool"];

/** undefined, or why they are not here. */
export function whyNoPrometheus(): string | undefined {
  return whyNoProgram(...PROGRAMS);
}

/** What it said; throws with it when it ends badly. */
export async function run(file: string, args: string[]): Promise<string> {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ended with ${status}:\n${stdout}${stderr}`);
  return stdout + stderr;
}

interface Answer {
  status: string;
  error?: string;
  data: { result: { metric: Record<string, string>; value: [number, string] }[] };
}

/** One alert as Alertmanager sends it. */
export interface Told {
  status: "firing" | "resolved";
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

export interface Monitoring {
  /** what the webhook was told, oldest first */
  told: Told[];
  /** the values that a query finds now, and its labels */
  query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>;
  /** requests that a metric names as its examples */
  examples(metric: string): Promise<string[]>;
  /** what the webhook was or will be told of an alert that has these labels */
  hears(alert: string, status?: Told["status"], labels?: Record<string, string>): Promise<Told>;
  close(): Promise<void>;
}

/**
 * `targets`: host:port of instances. The rules and the routes are those of ops/; only the waiting is shorter: how long an alert
 * is patient is tried by promtool.
 */
export async function startMonitoring(targets: string[], token: string): Promise<Monitoring> {
  const folder = await mkdtemp(join(tmpdir(), "pos-odata-monitoring-"));
  const children: Watcher[] = [];
  const told: Told[] = [];
  const webhook = await listenForAlerts(told);
  const [prometheusPort, alertPort] = [await freePort(), await freePort()];

  const routes = readFileSync(join(OPS, "alertmanager/alertmanager.yml"), "utf8")
    .replace(/(group_wait|group_interval): \S+/g, "$1: 1s")
    // Debian's is older than url_file
    .replace(/url_file: \S+/, `url: http://127.0.0.1:${(webhook.address() as AddressInfo).port}/`);
  await writeFile(join(folder, "alertmanager.yml"), routes);
  await writeFile(join(folder, "token"), token);
  for (const name of readdirSync(RULES)) {
    const rules = readFileSync(join(RULES, name), "utf8").replace(/^( +for:) \S+$/gm, "$1 1s");
    await writeFile(join(folder, name), rules);
  }
  const config = {
    global: { scrape_interval: "2s", scrape_timeout: "2s", evaluation_interval: "1s" },
    rule_files: readdirSync(RULES).map((name) => join(folder, name)),
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${alertPort}`] }] }] },
    scrape_configs: [
      {
        job_name: "pos-odata",
        authorization: { credentials_file: join(folder, "token") },
        static_configs: [{ targets }],
      },
    ],
  };
  await writeFile(join(folder, "prometheus.yml"), JSON.stringify(config));

  const start = (file: string, args: string[]) => children.push(watcher(file, [...args, "--log.level=error"]));
  const close = async () => {
    for (const { child } of children) {
      const gone = once(child, "exit");
      if (child.exitCode === null && child.kill("SIGKILL")) await gone;
    }
    webhook.closeAllConnections();
    webhook.close();
    await rm(folder, { recursive: true, force: true });
  };
  /** ends when it holds; throws when one of the two has ended, as then it never will */
  const watching = (holds: () => boolean | Promise<boolean>) =>
    until(async () => {
      for (const { child, said } of children)
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`${child.spawnfile} ended with ${child.exitCode ?? child.signalCode}:\n${said()}`);
      return holds();
    });
  start("prometheus-alertmanager", [
    `--config.file=${join(folder, "alertmanager.yml")}`,
    `--storage.path=${join(folder, "alertmanager")}`,
    `--web.listen-address=127.0.0.1:${alertPort}`,
    "--cluster.listen-address=",
  ]);
  start("prometheus", [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "prometheus")}`,
    `--web.listen-address=127.0.0.1:${prometheusPort}`,
    // it keeps the examples of slow requests, too
    "--enable-feature=exemplar-storage",
  ]);
  const isReady = (port: number) =>
    fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    await watching(async () => (await isReady(prometheusPort)) && (await isReady(alertPort)));
  } catch (error) {
    await close();
    throw error;
  }

  return {
    told,
    query: async (expression) => {
      const body = new URLSearchParams({ query: expression });
      const answer = await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/query`, { method: "POST", body });
      const { status, error, data } = (await answer.json()) as Answer;
      if (status !== "success") throw new Error(`${expression}: ${error}`);
      return data.result;
    },
    examples: async (metric) => {
      const now = Math.floor(Date.now() / 1000);
      const asked = new URLSearchParams({ query: metric, start: String(now - 600), end: String(now + 60) });
      const answer = await fetch(`http://127.0.0.1:${prometheusPort}/api/v1/query_exemplars?${asked}`);
      const { data } = (await answer.json()) as { data: { exemplars: { labels: { request_id: string } }[] }[] };
      return data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.request_id));
    },
    hears: async (alert, status = "firing", labels = {}) => {
      const wanted = Object.entries({ ...labels, alertname: alert });
      const find = () =>
        told.find((one) => one.status === status && wanted.every(([name, value]) => one.labels[name] === value));
      await watching(() => find() !== undefined);
      return find() as Told;
    },
    close,
  };
}

interface Watcher {
  child: ChildProcess;
  /** its complaints */
  said(): string;
}

function watcher(file: string, args: string[]): Watcher {
  const child = spawn(file, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (part: Buffer) => {
    said = (said + String(part)).slice(-4000);
  });
  return { child, said: () => said };
}

async function listenForAlerts(told: Told[]): Promise<Server> {
  const server = createServer(async (request, answer) => {
    let text = "";
    for await (const part of request) text += part;
    told.push(...(JSON.parse(text) as { alerts: Told[] }).alerts);
    answer.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
