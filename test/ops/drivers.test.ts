/** What ops/deploy/deploy asks of Docker and of systemd's units, heard by programs that only note what they were told. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFile, chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { root } from "../arch/sources.ts";

const read = (path: string) => readFile(join(root, path), "utf8");

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
