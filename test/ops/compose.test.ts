/** docker-compose.yml and the Dockerfile, read as Docker would: Docker itself does not run where these tests do. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { envExample } from "../../kernel/env-example.ts";
import { root } from "../arch/sources.ts";
import { BUILT } from "../crash/app.ts";
import { hasPostgres15, type Server15, server15 } from "../harness/postgres15.ts";

interface Service {
  image: string;
  user?: string;
  profiles?: string[];
  ports?: string[];
  volumes?: string[];
  secrets?: string[];
  environment?: Record<string, string>;
  networks?: string[] | Record<string, { ipv4_address: string } | null>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, unknown>;
  read_only?: boolean;
  privileged?: boolean;
  cap_drop?: string[];
  mem_limit?: string;
  pids_limit?: number;
  logging?: { options: Record<string, string> };
  security_opt?: string[];
  command?: string[];
}

interface Compose {
  services: Record<string, Service>;
  networks: Record<string, { internal?: boolean } | null>;
  volumes: Record<string, unknown>;
  secrets: Record<string, { file: string }>;
}

const APPS = ["app", "app2", "backup", "backup-cron"];
const read = (path: string) => readFile(join(root, path), "utf8");

describe("docker-compose.yml", () => {
  let file: Compose;
  let services: [string, Service][];
  const service = (name: string): Service => file.services[name] ?? assert.fail(`no service ${name}`);
  const networksOf = ({ networks = {} }: Service) => (Array.isArray(networks) ? networks : Object.keys(networks));

  before(async () => {
    file = parse(await read("docker-compose.yml"), { merge: true }) as Compose;
    services = Object.entries(file.services);
  });

  it("has the services, and behind profiles what not everybody wants", () => {
    const of = (profile: string | undefined) =>
      services.flatMap(([name, { profiles }]) => (profiles?.[0] === profile ? [name] : [])).sort();
    assert.deepEqual(of(undefined), ["app", "app2", "backup-cron", "db", "nginx", "redis"]);
    assert.deepEqual(of("monitoring"), ["alertmanager", "grafana", "prometheus"]);
    assert.deepEqual(of("replica"), ["db-replica"]);
    assert.deepEqual(of("commands"), ["backup"]);
  });

  it("each image is of one version", () => {
    for (const [name, { image }] of services)
      assert.match(
        image,
        /^[a-z/-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$|^\$\{POS_IMAGE:-pos-odata\}:\$\{POS_VERSION:-[\d.]+\}$/,
        name,
      );
    const primary = service("db").image;
    assert.equal(service("db-replica").image, primary);
  });

  it("the image's version is the program's, its pg_dump is the database's", async () => {
    const { version } = JSON.parse(await read("package.json")) as { version: string };
    for (const name of APPS) assert.ok(service(name).image.endsWith(`{POS_VERSION:-${version}}`), name);
    const major = /^postgres:(\d+)\./.exec(service("db").image)?.[1];
    assert.match(await read("ops/Dockerfile"), new RegExp(`postgresql-client-${major}\\b`));
  });

  it("nothing but the edge is reached from other machines", () => {
    const ports = services.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    const open = ports.filter((port) => !/ 127\.0\.0\.1:/.test(port));
    assert.deepEqual(open, ["nginx 80:80", "nginx 443:443"]);
    for (const name of ["db", "db-replica", "redis"]) assert.deepEqual(networksOf(service(name)), ["inside"], name);
    assert.equal(file.networks["inside"]?.internal, true);
    assert.deepEqual(networksOf(service("nginx")), ["edge"]);
  });

  it("each service that stays says how it is, and starts again by itself", () => {
    for (const [name, one] of services.filter(([, { profiles }]) => profiles?.[0] !== "commands")) {
      // the app's own is in its image
      if (!APPS.includes(name)) assert.match(one.healthcheck?.test[0] ?? "", /^CMD/, name);
      assert.equal((one as { restart?: string }).restart, "unless-stopped", name);
    }
  });

  it("the app may write where it must and nowhere else, and gains no rights", () => {
    for (const name of APPS) {
      const { read_only, cap_drop, security_opt, volumes = [] } = service(name);
      assert.deepEqual([read_only, cap_drop, security_opt], [true, ["ALL"], ["no-new-privileges:true"]], name);
      assert.deepEqual(
        volumes.map((volume) => volume.split(":")[1]),
        ["/data", "/backups", "/logs"],
      );
    }
    for (const [name, { privileged }] of services) assert.equal(privileged, undefined, name);
  });

  it("every variable of the app is one that it knows", async () => {
    const known = new Set([...(await envExample()).matchAll(/^#([A-Z0-9_]+)=/gm)].map(([, key = ""]) => key));
    assert.ok(known.size > 30);
    const dockerfile = /^ENV (.*)$/m.exec(await read("ops/Dockerfile"))?.[1] ?? "";
    const given = [
      ...APPS.flatMap((name) => Object.keys(service(name).environment ?? {})),
      ...dockerfile.split(" ").map((pair) => pair.split("=")[0] ?? ""),
    ];
    assert.ok(given.length > 30);
    // and what stands in .env gets through to it; the administrator is made on the set-up page, and who validates says by what
    const lacking = [...known].filter((key) => !given.includes(key) && !given.includes(`${key}_FILE`));
    assert.deepEqual(lacking.filter((key) => !/^(ADMIN|VALIDATE)_/.test(key)).sort(), []);
    const strange = given.filter((key) => !known.has(key) && !known.has(key.replace(/_FILE$/, "")));
    assert.deepEqual(strange, []);
  });

  it("no secret stands in it or has a default: each is a file of the folder that git and the image leave out", async () => {
    const text = await read("docker-compose.yml");
    assert.doesNotMatch(
      text,
      /^ *\w*(PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL|REDIS_URL)\w*(?<!_FILE): *(?!\$\{\w+:-\}$)\S/m,
    );
    for (const [name, { file: path }] of Object.entries(file.secrets)) assert.equal(path, `./secrets/${name}`);
    for (const [name, { secrets = [] }] of services)
      for (const secret of secrets) assert.ok(file.secrets[secret], `${name}: ${secret}`);
    for (const [name, { environment = {} }] of services)
      for (const [key, value] of Object.entries(environment))
        if (/_FILE$/.test(key) && value.startsWith("/"))
          assert.ok(service(name).secrets?.includes(value.replace("/run/secrets/", "")), `${name}: ${key}`);
    assert.match(await read(".gitignore"), /^secrets\/$/m);
  });

  it("networks, volumes and files that it names are there", async () => {
    for (const [name, one] of services) {
      for (const network of networksOf(one)) assert.ok(network in file.networks, `${name}: ${network}`);
      for (const volume of one.volumes ?? []) {
        const [from = ""] = volume.split(":");
        if (!from.startsWith("./")) assert.ok(from in file.volumes, `${name}: ${from}`);
        // a file that git replaces would stay as it was in the container
        else assert.ok((await stat(join(root, from))).isDirectory(), `${name}: ${from}`);
      }
    }
  });

  it("nginx asks the instances at their addresses, and the app believes nginx alone", async () => {
    const addressOf = (name: string) =>
      (service(name).networks as Record<string, { ipv4_address: string }>)["edge"]?.ipv4_address;
    const asked = [...(await read("ops/nginx/place/upstreams.conf")).matchAll(/^server ([\d.]+):3000 /gm)];
    assert.deepEqual(
      asked.map(([, address]) => address),
      [addressOf("app"), addressOf("app2")],
    );
    for (const name of APPS) assert.equal(service(name).environment?.["TRUST_PROXY"], addressOf("nginx"), name);
  });

  it("none takes all of the machine's memory, processes or disk, and Redis and the database fit into their own", () => {
    const bytes = (text: string | undefined) => {
      const [, figure, unit] = /(\d+)\s*([kmg])B?\b/i.exec(text ?? "") ?? [];
      return Number(figure) * 1024 ** (["k", "m", "g"].indexOf(unit?.toLowerCase() ?? "") + 1);
    };
    for (const [name, { mem_limit, pids_limit, logging }] of services) {
      assert.ok(bytes(mem_limit) > 0, name);
      assert.ok(Number(pids_limit) > 0, name);
      assert.ok(logging?.options["max-size"] && logging.options["max-file"], name);
    }
    const redis = service("redis");
    assert.ok(bytes(/maxmemory (\d+mb)/.exec(String(redis.command))?.[1]) < bytes(redis.mem_limit) * 0.75);
    const db = service("db");
    const buffers = db.command?.find((word) => word.startsWith("shared_buffers="));
    assert.ok(bytes(buffers) * 4 <= bytes(db.mem_limit));
  });

  it("the app watches the certificate that nginx shows, and sees no key of it", () => {
    for (const name of APPS) {
      const { environment = {}, secrets = [] } = service(name);
      assert.equal(environment["METRICS_CERTIFICATE"], "$" + "{METRICS_CERTIFICATE:-/run/secrets/tls_certificate}");
      assert.ok(secrets.includes("tls_certificate") && !secrets.includes("tls_key"), name);
    }
    assert.ok(service("nginx").secrets?.includes("tls_certificate"));
  });

  it("one instance alone makes backups by the clock", () => {
    const crons = APPS.map((name) => [name, service(name).environment?.["BACKUP_CRON"]]);
    assert.deepEqual(Object.fromEntries(crons), {
      app: "off",
      app2: "off",
      backup: "off",
      "backup-cron": "$" + "{BACKUP_CRON:-0 2 * * *}",
    });
  });

  it("Docker's own reader takes it", async function () {
    const client = ["docker-compose", "docker"].find(
      (name) => spawnSync(name, [...(name === "docker" ? ["compose"] : []), "version"]).status === 0,
    );
    if (client === undefined) {
      process.stderr.write("      skipped: neither docker-compose nor docker compose is here\n");
      return this.skip();
    }
    const words = [...(client === "docker" ? ["compose"] : []), "config", "-q"];
    const { status, stderr } = spawnSync(client, words, { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  });

  describe("its database", () => {
    let server: Server15;
    before(async function () {
      if (!hasPostgres15) {
        process.stderr.write("      skipped: no PostgreSQL 15 of Debian's packages\n");
        return this.skip();
      }
      const words =
        service("db")
          .command?.filter((word) => word !== "-c")
          .slice(1) ?? [];
      server = await server15(Object.fromEntries(words.map((word) => word.split("=") as [string, string])));
      await server.start();
    });
    after(() => server?.remove());

    it("starts with these settings, and what was answered is on the disk", async () => {
      const shown = await server.as("psql", [
        "-XAtqc",
        "SHOW fsync",
        "-c",
        "SHOW synchronous_commit",
        "-c",
        "SHOW full_page_writes",
        "-d",
        server.url(),
      ]);
      assert.deepEqual(shown.trim().split("\n"), ["on", "on", "on"]);
    });
  });
});

describe("ops/Dockerfile", () => {
  it("builds in stages of one pinned image, runs as nobody of importance, and says how it is", async () => {
    const text = await read("ops/Dockerfile");
    const from = [...text.matchAll(/^FROM (\S+)(?: AS (\w+))?$/gm)].map(([, image, name]) => [image, name]);
    const [image = ""] = from[0] ?? [];
    assert.match(image, /^node:\d+\.\d+\.\d+-bookworm-slim$/);
    assert.deepEqual(from, [
      [image, "packages"],
      ["packages", "build"],
      [image, undefined],
    ]);
    const last = text.slice(text.lastIndexOf("FROM "));
    assert.match(last, /^USER node$/m);
    assert.ok(last.indexOf("USER node") < last.indexOf("CMD ["));
    assert.match(last, /^HEALTHCHECK /m);
    assert.match(last, /\/health\/live/);
    assert.doesNotMatch(last, /COPY --from=build \/app\/node_modules/);
    assert.doesNotMatch(text, /\bARG \w*(SECRET|PASSWORD|TOKEN)/);
  });

  it("gives Node what npm start gives it, and so does the unit of systemd", async () => {
    const [image, unit] = [await read("ops/Dockerfile"), await read("ops/deploy/pos-odata@.service")];
    const command = JSON.parse(/^CMD (\[.*\])$/m.exec(image)?.[1] ?? "[]") as string[];
    assert.deepEqual(command, ["node", ...BUILT]);
    assert.equal(/^ExecStart=(.*)$/m.exec(unit)?.[1], ["/usr/bin/node", ...BUILT].join(" "));
  });

  it("takes in nothing that .dockerignore has not let in", async () => {
    const lines = (await read(".dockerignore")).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    assert.equal(lines[0], "*");
    const allowed = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    for (const path of allowed) await stat(join(root, path));
    for (const secret of ["secrets", ".env", "data", ".git", "node_modules"])
      assert.ok(!allowed.includes(secret), secret);
  });
});
