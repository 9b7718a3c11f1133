/** The workflow of GitHub calls scripts that are here; the scripts, with programs that only note what they were told. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFile, chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
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
    await writeFile(join(folder, "ssh"), '#!/bin/sh\ncat "$2" - >&2\nprintf "%s\\n" "$@"\nexit 3\n');
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
    const { status, stdout, stderr } = remote({
      TAG: "v1.2.3",
      POS_IMAGE: "registry.example/Shop/POS",
      VALIDATE_USERNAME: "prueba",
      VALIDATE_PASSWORD: "a pass'word $x",
    });
    assert.equal(status, 3);
    assert.equal(stderr, "the key\nprueba\na pass'word $x\n", "the account goes by standard input");
    assert.match(stdout, /StrictHostKeyChecking=yes/);
    const words = stdout.trim().split("\n");
    assert.equal(words.at(-2), "pos@shop.example");
    assert.equal(
      words.at(-1)?.replace(/^.*(?=cd )/, ""),
      "cd /srv/the\\ shop && git fetch --quiet --tags && git checkout --quiet v1.2.3 && POS_IMAGE=registry.example/shop/pos VALIDATE_ALL=true ops/deploy/deploy 1.2.3",
    );
  });

  it("the shell over there hands the account to the deployment, and what is not said stands in its .env", async () => {
    const there = join(folder, "there");
    await mkdir(join(there, "ops/deploy"), { recursive: true });
    const told = 'printf \'%s|\' "$1" "$VALIDATE_USERNAME" "$VALIDATE_PASSWORD" "$VALIDATE_ALL" "$POS_IMAGE"';
    await writeFile(join(there, "ops/deploy/deploy"), `#!/bin/sh\n${told}\nexit 1\n`);
    await writeFile(join(folder, "git"), "#!/bin/sh\n");
    await writeFile(join(folder, "shell"), '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n');
    for (const file of ["there/ops/deploy/deploy", "git", "shell"]) await chmod(join(folder, file), 0o755);
    const run = (env: Record<string, string>) => {
      const PATH = `${folder}:${process.env["PATH"]}`;
      return remote({ TAG: "v1.2.3", DEPLOY_FOLDER: there, SSH: join(folder, "shell"), PATH, ...env });
    };
    const named = run({ VALIDATE_USERNAME: "prueba", VALIDATE_PASSWORD: "a pass'word $x" });
    assert.deepEqual([named.status, named.stdout], [1, "1.2.3|prueba|a pass'word $x|true||"], named.stderr);
    const silent = run({ VALIDATE_ALL: "false" });
    assert.deepEqual([silent.status, silent.stdout], [1, "1.2.3|||false||"], silent.stderr);
  });

  it("takes nothing for a tag that is none", () => {
    assert.equal(remote({ TAG: "v1; rm -rf /" }).status, 2);
  });
});

/** Answers as Docker would of three running services, and notes each word with the instances that nginx asks at that moment. */
const DOCKER = `#!/usr/bin/env bash
set -u
here=$(dirname "$0")
asked=$(sed -n 's/^server 172.30.7.\\([0-9]*\\):.*/\\1/p' "$here/ops/nginx/place/upstreams.conf" | sort | paste -sd,)
printf '%s|%s|%s\\n' "$asked" "\${POS_VERSION:-}" "$*" >>"$here/told"
# a stranger's name has no image here but that of the version which comes in
case "$*" in
  "image inspect registry.example/"*:0.1.0) exit 1 ;;
  "compose run "*|"compose up "*) echo "\${POS_IMAGE:-}:$POS_VERSION" >>"$here/images" ;;
esac
case "$*" in
  "compose ps -q "*) echo "container-$4" ;;
  "inspect -f "*) echo "registry.example:5000/pos:$(cat "$here/\${!#}" 2>/dev/null || echo 0.1.0)" ;;
  "compose up -d --no-deps --no-build "*) echo "$POS_VERSION" >"$here/container-\${!#}" ;;
  "compose exec -T nginx /etc/nginx/reload") ;;
  "compose exec -T "*) [ "$(cat "$here/container-$4" 2>/dev/null)" != 0.3.0-app2 ] || [ "$4" != app2 ] ;;
  "compose run --rm --no-deps -T --entrypoint node "*)
    echo "\${VALIDATE_PASSWORD:-}" >>"$here/passwords"
    [ "$POS_VERSION" != 0.4.0 ] ;;
  "compose run --rm --no-deps -T backup "*|"image inspect "*) ;;
  *) echo "docker: $*" >&2; exit 1 ;;
esac
`;

describe("ops/deploy with docker compose", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-compose-"));
    await cp(join(root, "ops/deploy"), join(folder, "ops/deploy"), { recursive: true });
    await cp(join(root, "ops/nginx/place"), join(folder, "ops/nginx/place"), { recursive: true });
    await writeFile(join(folder, "docker"), DOCKER);
    await chmod(join(folder, "docker"), 0o755);
    await writeFile(join(folder, ".env"), "PUBLIC_URL=https://shop.example\nPOS_VERSION=0.1.0\n");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const deploy = async (version: string, more: Record<string, string> = {}) => {
    for (const name of ["told", "images", "passwords"]) await rm(join(folder, name), { force: true });
    const { status, stderr } = spawnSync(join(folder, "ops/deploy/deploy"), [version], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], DOCKER: join(folder, "docker"), DEPLOY_READY_SECONDS: "1", ...more },
    });
    const told = (await readFile(join(folder, "told"), "utf8").catch(() => "")).trim().split("\n");
    return { status, stderr, deeds: told.filter((line) => /compose (up|run|exec -T nginx)/.test(line)) };
  };
  const env = () => readFile(join(folder, ".env"), "utf8");

  it("backs up by the old version, migrates by the new one, replaces each out of nginx's list, notes the version", async () => {
    const { status, stderr, deeds } = await deploy("0.2.0");
    assert.equal(status, 0, stderr);
    assert.deepEqual(deeds, [
      "11,12|0.1.0|compose run --rm --no-deps -T backup backup",
      "11,12|0.2.0|compose run --rm --no-deps -T backup migrate --compatible",
      "12||compose exec -T nginx /etc/nginx/reload",
      "12|0.2.0|compose up -d --no-deps --no-build app",
      "11,12||compose exec -T nginx /etc/nginx/reload",
      "11||compose exec -T nginx /etc/nginx/reload",
      "11|0.2.0|compose up -d --no-deps --no-build app2",
      "11,12||compose exec -T nginx /etc/nginx/reload",
      "11,12|0.2.0|compose up -d --no-deps --no-build backup-cron",
      ...["app", "app2"].map(
        (name) =>
          `11,12|0.2.0|compose run --rm --no-deps -T --entrypoint node -e VALIDATE_URL=http://${name}:3000 backup dist/kernel/validate-main.js`,
      ),
    ]);
    assert.equal(await env(), "PUBLIC_URL=https://shop.example\nPOS_IMAGE=pos-odata\nPOS_VERSION=0.2.0\n");
  });

  it("remembers where the image came from; takes the one before from where it was; .env stays private", async () => {
    await chmod(join(folder, ".env"), 0o600);
    const POS_IMAGE = "registry.example/shop/pos";
    const { status, stderr } = await deploy("0.2.0", { POS_IMAGE });
    assert.equal(status, 0, stderr);
    assert.equal(await env(), `PUBLIC_URL=https://shop.example\nPOS_IMAGE=${POS_IMAGE}\nPOS_VERSION=0.2.0\n`);
    assert.equal((await stat(join(folder, ".env"))).mode & 0o777, 0o600);
    const images = (await readFile(join(folder, "images"), "utf8")).trim().split("\n");
    assert.deepEqual([...new Set(images)], ["pos-odata:0.1.0", `${POS_IMAGE}:0.2.0`]);
    // the next one finds it in .env
    assert.equal((await deploy("0.2.1")).status, 0);
    assert.match(await env(), new RegExp(`^POS_IMAGE=${POS_IMAGE}\nPOS_VERSION=0.2.1$`, "m"));
  });

  it("its checks have the account of .env or of whoever deploys; all of them without an account are refused at once", async () => {
    const all = await deploy("0.2.0", { VALIDATE_ALL: "true" });
    assert.deepEqual([all.status, all.deeds], [2, []]);
    await appendFile(join(folder, ".env"), "VALIDATE_USERNAME=prueba\nVALIDATE_PASSWORD='of the file'\n");
    const known = "-e VALIDATE_USERNAME -e VALIDATE_PASSWORD -e VALIDATE_ALL backup";
    const filed = await deploy("0.2.0", { VALIDATE_ALL: "true" });
    assert.equal(filed.status, 0, filed.stderr);
    assert.equal(filed.deeds.filter((deed) => deed.includes(known)).length, 2);
    assert.doesNotMatch(filed.deeds.join(), /of the file/, "no list of processes shows the password");
    const passwords = () => readFile(join(folder, "passwords"), "utf8");
    assert.equal(await passwords(), "of the file\nof the file\n");
    await deploy("0.2.1", { VALIDATE_PASSWORD: "of today" });
    assert.equal(await passwords(), "of today\nof today\n");
  });

  it("takes back what does not get ready, and what fails its checks", async () => {
    assert.equal((await deploy("0.2.0")).status, 0);
    const slow = await deploy("0.3.0-app2");
    assert.equal(slow.status, 1, slow.stderr);
    const ups = (deeds: string[]) =>
      deeds.filter((line) => line.includes("compose up")).map((line) => line.split("|")[1]);
    assert.deepEqual(ups(slow.deeds), ["0.3.0-app2", "0.3.0-app2", "0.2.0", "0.2.0"]);
    const wrong = await deploy("0.4.0");
    assert.equal(wrong.status, 1, wrong.stderr);
    assert.deepEqual(ups(wrong.deeds), ["0.4.0", "0.4.0", "0.4.0", "0.2.0", "0.2.0", "0.2.0"]);
    assert.match(await env(), /POS_VERSION=0\.2\.0/);
    const lines = (path: string) => readFile(join(path, "ops/nginx/place/upstreams.conf"), "utf8");
    assert.equal(await lines(folder), await lines(root));
  });
});

describe("ops/image/build", () => {
  it("makes no image of a version that the tag does not name", async () => {
    const { version } = JSON.parse(await read("package.json")) as { version: string };
    const folder = await mkdtemp(join(tmpdir(), "pos-odata-image-"));
    try {
      await writeFile(join(folder, "docker"), '#!/bin/sh\necho "$@"\n');
      await chmod(join(folder, "docker"), 0o755);
      const build = (TAG: string) =>
        spawnSync(join(root, "ops/image/build"), [], {
          encoding: "utf8",
          env: { PATH: `${folder}:${process.env["PATH"]}`, TAG },
        });
      const wrong = build("v99.0.0");
      assert.deepEqual([wrong.status, wrong.stdout], [2, ""]);
      assert.match(wrong.stderr, /v99\.0\.0/);
      for (const tag of ["", `v${version}`])
        assert.match(build(tag).stdout, new RegExp(`^build .* -t pos-odata:${version} \\.$`, "m"), tag);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("ops/deploy/systemd.sh", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-systemd-"));
    await mkdir(join(folder, "releases/1.0.0"), { recursive: true });
    await chmod(folder, 0o755);
    const settings = [
      "# a comment, and a value that a shell would take for a command",
      "BACKUP_CRON=0 2 * * *",
      "SMTP_FROM=Mi tienda <caja@tienda.co>",
      "JWT_SECRET='single $x'",
      'ADMIN_PASSWORD="double \\"q\\" \\$x"',
      "LOG_LEVEL=warning",
    ];
    await writeFile(join(folder, "common.env"), settings.join("\n"));
    await writeFile(join(folder, "validate.env"), "VALIDATE_USERNAME=prueba\nVALIDATE_PASSWORD=of the file\n");
  });
  after(() => rm(folder, { recursive: true, force: true }));
  /** what a command of the shop is given */
  const inside = (command: string, env: Record<string, string> = {}) => {
    const { status, stdout, stderr } = spawnSync("bash", ["-c", ". ops/deploy/systemd.sh; run_command 1.0.0"], {
      cwd: root,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        POS_HOME: folder,
        POS_SETTINGS: folder,
        POS_USER: userInfo().username,
        POS_COMMAND: command,
        ...env,
      },
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };

  it("gives a command the settings as systemd reads them for an instance", async () => {
    const given = Object.fromEntries(
      inside("env", { VALIDATE_PASSWORD: "of today", LOG_LEVEL: "debug" })
        .trim()
        .split("\n")
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    const wanted = {
      BACKUP_CRON: "0 2 * * *",
      SMTP_FROM: "Mi tienda <caja@tienda.co>",
      JWT_SECRET: "single $x",
      ADMIN_PASSWORD: 'double "q" $x',
      LOG_LEVEL: "warning",
      VALIDATE_USERNAME: "prueba",
      VALIDATE_PASSWORD: "of today",
    };
    for (const [key, value] of Object.entries(wanted)) assert.equal(given[key], value, key);
    const unit = await read("ops/deploy/pos-odata@.service");
    const places = /^Environment=(.*)$/m.exec(unit)?.[1]?.split(" ") ?? [];
    assert.ok(places.length > 3);
    for (const place of places) assert.equal(`${place.split("=")[0]}=${given[place.split("=")[0] ?? ""]}`, place);
    // what it writes to is what the unit may write to
    for (const place of places.filter((one) => one.includes("_DIR=")))
      assert.match(place, /=\/var\/(lib|log)\/pos-odata(\/|$)/);
    for (const line of ["StateDirectory=pos-odata", "LogsDirectory=pos-odata", "ProtectSystem=strict"])
      assert.match(unit, new RegExp(`^${line}$`, "m"));
  });

  it("root does it as the shop's user, or what it wrote could not be written by the instances", function () {
    if (process.geteuid?.() !== 0) {
      process.stderr.write("      skipped: only root can be somebody else\n");
      return this.skip();
    }
    assert.equal(inside("id -un", { POS_USER: "nobody" }), "nobody\n");
  });
});
