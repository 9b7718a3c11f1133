/** The secrets that docker-compose.yml reads: made once, kept, and seen by nobody else. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, cp, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { root } from "../arch/sources.ts";
import { whyNoProgram } from "../harness/programs.ts";

const read = (path: string) => readFile(join(root, path), "utf8");

describe("ops/make-secrets", () => {
  let folder: string;
  before(async function () {
    const why = whyNoProgram("openssl");
    if (why !== undefined) {
      process.stderr.write(`      skipped: ${why}\n`);
      return this.skip();
    }
    folder = await mkdtemp(join(tmpdir(), "pos-odata-secrets-"));
    await cp(join(root, "ops/make-secrets"), join(folder, "ops/make-secrets"));
  });
  after(() => folder && rm(folder, { recursive: true, force: true }));
  let env: Record<string, string> = {};
  const ask = (...words: string[]) =>
    spawnSync(join(folder, "ops/make-secrets"), words, {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], ...env },
    });
  const make = (...words: string[]) => {
    const { status, stdout, stderr } = ask(...words);
    assert.equal(status, 0, stderr);
    return { said: stdout, complaints: stderr };
  };
  const secret = (name: string) => readFile(join(folder, "secrets", name), "utf8");

  it("makes all that docker-compose.yml reads, behind a folder that nobody else enters", async () => {
    assert.match(make("--self-signed", "shop.example").complaints, /nobody is told of alerts yet: ALERT_URL=/);
    await assert.rejects(stat(join(folder, "secrets/alert_url")), "Alertmanager does not start without it");
    env = { ALERT_URL: "https://pager.example/hook" };
    assert.equal(make().complaints, "");
    assert.equal(await secret("alert_url"), "https://pager.example/hook");
    const { secrets } = parse(await read("docker-compose.yml"), { merge: true }) as {
      secrets: Record<string, { file: string }>;
    };
    for (const { file } of Object.values(secrets)) await stat(join(folder, file));
    assert.equal((await stat(join(folder, "secrets"))).mode & 0o777, 0o700);
    assert.ok((await secret("jwt_secret")).length >= 32);
    assert.equal(new URL(await secret("database_url")).password, await secret("database_password"));
    assert.equal(new URL(await secret("redis_url")).password, await secret("redis_password"));
  });

  it("changes nothing the second time", async () => {
    const [token, key] = [await secret("metrics_token"), await secret("tls_key")];
    assert.equal(make("--self-signed", "shop.example").said, "");
    assert.deepEqual([await secret("metrics_token"), await secret("tls_key")], [token, key]);
  });

  it("calls another one from now on when it is told so, and takes nothing that is no address", async () => {
    env = { ALERT_URL: "https://other.example/hook" };
    make();
    env = { ALERT_URL: "pager" };
    assert.equal(ask().status, 2);
    env = {};
    make();
    assert.equal(await secret("alert_url"), "https://other.example/hook");
  });

  it("a certificate that came with root's rights alone is one that the app can read; its key stays as it was", async () => {
    for (const name of ["tls_certificate", "tls_key"]) await chmod(join(folder, "secrets", name), 0o600);
    make();
    const mode = async (name: string) => (await stat(join(folder, "secrets", name))).mode & 0o777;
    assert.deepEqual([await mode("tls_certificate"), await mode("tls_key")], [0o644, 0o600]);
  });
});
