import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { run, whyNoPrometheus } from "../harness/prometheus.ts";
import { type Case, cases } from "./cases.ts";

const OPS = join(import.meta.dirname, "../../ops");
const files = readdirSync(join(OPS, "prometheus/rules")).map((name) => join(OPS, "prometheus/rules", name));
const texts = files.map((file) => readFileSync(file, "utf8"));
const blocks = texts
  .join("\n")
  .split(/^ {6}- alert: /m)
  .slice(1);
const alerts = blocks.map((block) => /^\w+/.exec(block)?.[0] ?? "");
const runbook = readFileSync(join(OPS, "RUNBOOK.md"), "utf8");

describe("alerts", () => {
  it("each has a case, and each case an alert", () => {
    assert.ok(alerts.length > 30);
    assert.deepEqual([...alerts].sort(), Object.keys(cases).sort());
  });

  for (const [index, alert] of alerts.entries()) {
    it(`${alert} tells how bad it is, what it is, and where the runbook speaks of it`, () => {
      const block = blocks[index] ?? "";
      assert.match(block, /severity: (critical|warning)/);
      assert.match(block, /summary: "\S.+"/);
      assert.ok(block.includes(`runbook: ops/RUNBOOK.md#${alert.toLowerCase()}\n`));
      const [, section = ""] = runbook.split(`\n## ${alert}\n`);
      assert.ok((section.split("\n## ")[0] ?? "").trim().length > 80, "the section says what to do");
    });
  }
});

it("Prometheus and Grafana ask services that docker-compose.yml has, in the network that reaches them", () => {
  const compose = readFileSync(join(OPS, "../docker-compose.yml"), "utf8");
  const services = new Map(compose.split(/^ {2}(?=[\w-]+:$)/m).map((block) => [/^[\w-]+/.exec(block)?.[0], block]));
  const asked = ["prometheus/prometheus.yml", "grafana/provisioning/datasources/prometheus.yml"].flatMap((name) => [
    ...readFileSync(join(OPS, name), "utf8").matchAll(/(?:"|http:\/\/)([\w-]+):\d+/g),
  ]);
  const names = asked.map(([, name = ""]) => name);
  assert.deepEqual(names, ["alertmanager", "app", "app2", "backup-cron", "prometheus"]);
  for (const name of names) assert.match(services.get(name) ?? "", /\bmonitoring\b/, name);
});

describe("alerts in Prometheus' own test", () => {
  let folder: string;
  before(async function () {
    const reason = whyNoPrometheus();
    if (reason !== undefined) {
      process.stdout.write(`    skipped: ${reason}\n`);
      return this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), "pos-odata-alerts-"));
  });
  after(async () => {
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  /** In which shop the alert fires, and in which it does not. */
  async function fires(alert: string, { interval = "1m", at = "15m" }: Case, shops: [Case["firing"], boolean][]) {
    const test = {
      rule_files: files.filter((_, index) => texts[index]?.includes(`alert: ${alert}\n`)),
      evaluation_interval: interval,
      tests: shops.map(([series, wanted]) => ({
        interval,
        input_series: series.map(([name, values]) => ({ series: name, values })),
        promql_expr_test: [
          {
            expr: `count by (alertname) (ALERTS{alertname="${alert}",alertstate="firing"})`,
            eval_time: at,
            exp_samples: wanted ? [{ labels: `{alertname="${alert}"}`, value: 1 }] : [],
          },
        ],
      })),
    };
    assert.equal(test.rule_files.length, 1);
    const file = join(folder, `${alert}.json`);
    await writeFile(file, JSON.stringify(test));
    const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", file], { encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
  }

  for (const [alert, one] of Object.entries(cases)) {
    it(`${alert} fires, and does not for less`, async () => {
      await fires(alert, one, [
        [one.firing, true],
        [one.quiet, false],
      ]);
    });
  }

  it("a pause shorter than the alert's patience is nothing", async () => {
    const brief: Case = { firing: [], quiet: [['pos_redis_up{job="pos-odata"}', "1x13 0 0x9"]] };
    await fires("RedisDown", brief, [[brief.quiet, false]]);
  });

  it("the files as they are delivered are read by Prometheus and Alertmanager", async () => {
    const text = readFileSync(join(OPS, "prometheus/prometheus.yml"), "utf8");
    const token = join(folder, "token");
    await writeFile(token, "x");
    const file = join(folder, "prometheus.yml");
    const mended = text.replace("/run/secrets/metrics_token", token).replace("rules/", `${OPS}/prometheus/rules/`);
    await writeFile(file, mended);
    assert.match(await run("promtool", ["check", "config", file]), /3 rule files found/);
    // Debian's is older than url_file
    const routes = readFileSync(join(OPS, "alertmanager/alertmanager.yml"), "utf8");
    assert.match(routes, /- url_file: \/run\/secrets\/alert_url$/m);
    await writeFile(join(folder, "alertmanager.yml"), routes.replace(/url_file: \S+/, "url: http://127.0.0.1/"));
    await run("amtool", ["check-config", join(folder, "alertmanager.yml")]);
  });
}).timeout(120_000);
