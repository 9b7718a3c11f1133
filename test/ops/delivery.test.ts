/** The workflow of GitHub calls scripts that are here; the scripts, with programs that only note what they were told. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { root } from "../arch/sources.ts";

interface Job {
  needs?: string | string[];
  environment?: string;
  steps: { uses?: string; run?: string; env?: Record<string, string> }[];
}

const read = (path: string) => readFile(join(root, path), "utf8");

describe(".github/workflows/delivery.yml", () => {
  let jobs: Record<string, Job>;
  let scripts: Record<string, string>;
  before(async () => {
    ({ jobs } = parse(await read(".github/workflows/delivery.yml")) as { jobs: Record<string, Job> });
    ({ scripts } = JSON.parse(await read("package.json")) as { scripts: Record<string, string> });
  });

  it("builds, tests, makes the image, deploys, monitors, in this order", () => {
    assert.deepEqual(
      Object.entries(jobs).map(([name, { needs = [] }]) => [name, [needs].flat()]),
      [
        ["build", []],
        ["test", ["build"]],
        ["image", ["build"]],
        ["deploy", ["test", "image"]],
        ["monitor", ["deploy"]],
      ],
    );
  });

  it("each step is a script of this repository, or npm's own; of others it uses the checkout alone", async () => {
    for (const { uses, run } of Object.values(jobs).flatMap(({ steps }) => steps)) {
      assert.ok(uses === undefined || /^actions\/checkout@v\d+$/.test(uses), uses);
      const [, script] = /^(\S+)/.exec(run ?? "") ?? [];
      if (script === undefined || run === "npm ci") continue;
      const named = /^npm run (\S+)$/.exec(run ?? "")?.[1];
      if (named !== undefined) assert.ok(named in scripts, run);
      else assert.ok(((await stat(join(root, script))).mode & 0o111) !== 0, run);
    }
    const runs = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run));
    for (const script of [".ci/run", "ops/image/build", "ops/deploy/remote"]) assert.ok(runs.includes(script), script);
  });

  it("gives secrets to the steps that need them, by environment", () => {
    for (const [name, { steps, environment }] of Object.entries(jobs))
      for (const { run = "", env = {} } of steps) {
        assert.doesNotMatch(run, /secrets\./);
        if (Object.values(env).some((value) => /secrets\.DEPLOY/.test(value)))
          assert.equal(environment, "production", name);
      }
  });
});

describe("ops/deploy/remote", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-remote-"));
    await writeFile(join(folder, "ssh"), '#!/bin/sh\ncat "$2" >&2\nprintf "%s\\n" "$@"\nexit 3\n');
    await chmod(join(folder, "ssh"), 0o755);
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const remote = (env: Record<string, string>) =>
    spawnSync(join(root, "ops/deploy/remote"), [], {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        SSH: join(folder, "ssh"),
        DEPLOY_HOST: "pos@shop.example",
        DEPLOY_FOLDER: "/srv/the shop",
        DEPLOY_KEY: "the key",
        DEPLOY_KNOWN_HOSTS: "shop.example ssh-ed25519 AAAA",
        ...env,
      },
    });

  it("runs the deployment over there, by a host that is known, and ends as it ended", () => {
    const { status, stdout, stderr } = remote({ TAG: "v1.2.3", POS_IMAGE: "registry.example/Shop/POS" });
    assert.equal(status, 3);
    assert.equal(stderr, "the key\n");
    assert.match(stdout, /StrictHostKeyChecking=yes/);
    const words = stdout.trim().split("\n");
    assert.equal(words.at(-2), "pos@shop.example");
    assert.equal(
      words.at(-1),
      "cd /srv/the\\ shop && git fetch --quiet --tags && git checkout --quiet v1.2.3 && POS_IMAGE=registry.example/shop/pos ops/deploy/deploy 1.2.3",
    );
  });

  it("takes nothing for a tag that is none", () => {
    assert.equal(remote({ TAG: "v1; rm -rf /" }).status, 2);
  });
});

/** Answers as Docker would of three running services, and notes each word with the instances that nginx asks at that moment. */
const DOCKER = `#!/usr/bin/env bash
set -u
here=$(dirname "$0")
asked=$(sed -n 's/^server 172.30.7.\\([0-9]*\\):.*/\\1/p' "$here/ops/nginx/compose/upstreams.conf" | sort | paste -sd,)
printf '%s|%s|%s\\n' "$asked" "\${POS_VERSION:-}" "$*" >>"$here/told"
case "$*" in
  "compose ps -q "*) echo "container-$4" ;;
  "inspect -f "*) echo "registry.example:5000/pos:$(cat "$here/\${!#}" 2>/dev/null || echo 0.1.0)" ;;
  "compose up -d --no-deps --no-build "*) echo "$POS_VERSION" >"$here/container-\${!#}" ;;
  "compose exec -T nginx reload-edge") ;;
  "compose exec -T "*) [ "$(cat "$here/container-$4" 2>/dev/null)" != 0.3.0-app2 ] || [ "$4" != app2 ] ;;
  "compose run --rm -T --entrypoint node "*) [ "$POS_VERSION" != 0.4.0 ] ;;
  "compose run --rm -T backup "*|"image inspect "*) ;;
  *) echo "docker: $*" >&2; exit 1 ;;
esac
`;

describe("ops/deploy with docker compose", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-compose-"));
    await cp(join(root, "ops/deploy"), join(folder, "ops/deploy"), { recursive: true });
    await cp(join(root, "ops/nginx/compose"), join(folder, "ops/nginx/compose"), { recursive: true });
    await writeFile(join(folder, "docker"), DOCKER);
    await chmod(join(folder, "docker"), 0o755);
    await writeFile(join(folder, ".env"), "PUBLIC_URL=https://shop.example\nPOS_VERSION=0.1.0\n");
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const deploy = async (version: string) => {
    await rm(join(folder, "told"), { force: true });
    const { status, stderr } = spawnSync(join(folder, "ops/deploy/deploy"), [version], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], DOCKER: join(folder, "docker"), DEPLOY_READY_SECONDS: "1" },
    });
    const told = (await readFile(join(folder, "told"), "utf8").catch(() => "")).trim().split("\n");
    return { status, stderr, deeds: told.filter((line) => /compose (up|run|exec -T nginx)/.test(line)) };
  };
  const env = () => readFile(join(folder, ".env"), "utf8");

  it("backs up by the old version, migrates by the new one, replaces each out of nginx's list, notes the version", async () => {
    const { status, stderr, deeds } = await deploy("0.2.0");
    assert.equal(status, 0, stderr);
    assert.deepEqual(deeds, [
      "11,12|0.1.0|compose run --rm -T backup backup",
      "11,12|0.2.0|compose run --rm -T backup migrate --compatible",
      "12||compose exec -T nginx reload-edge",
      "12|0.2.0|compose up -d --no-deps --no-build app",
      "11,12||compose exec -T nginx reload-edge",
      "11||compose exec -T nginx reload-edge",
      "11|0.2.0|compose up -d --no-deps --no-build app2",
      "11,12||compose exec -T nginx reload-edge",
      "11,12|0.2.0|compose up -d --no-deps --no-build backup-cron",
      ...["app", "app2"].map(
        (name) =>
          `11,12|0.2.0|compose run --rm -T --entrypoint node -e VALIDATE_URL=http://${name}:3000 -e VALIDATE_USERNAME -e VALIDATE_PASSWORD backup dist/kernel/validate-main.js`,
      ),
    ]);
    assert.equal(await env(), "PUBLIC_URL=https://shop.example\nPOS_VERSION=0.2.0\n");
  });

  it("takes back what does not get ready, and what fails its checks", async () => {
    const slow = await deploy("0.3.0-app2");
    assert.equal(slow.status, 1, slow.stderr);
    const ups = (deeds: string[]) =>
      deeds.filter((line) => line.includes("compose up")).map((line) => line.split("|")[1]);
    assert.deepEqual(ups(slow.deeds), ["0.3.0-app2", "0.3.0-app2", "0.2.0", "0.2.0"]);
    const wrong = await deploy("0.4.0");
    assert.equal(wrong.status, 1, wrong.stderr);
    assert.deepEqual(ups(wrong.deeds), ["0.4.0", "0.4.0", "0.4.0", "0.2.0", "0.2.0", "0.2.0"]);
    assert.match(await env(), /POS_VERSION=0\.2\.0/);
    const lines = (path: string) => readFile(join(path, "ops/nginx/compose/upstreams.conf"), "utf8");
    assert.equal(await lines(folder), await lines(root));
  });
});
