import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { configSchema, setupUrl } from "../config.ts";
import { signingKeys } from "../secret.ts";

const faultsOf = (env: Record<string, string>) =>
  (configSchema.safeParse(env).error?.issues ?? []).map((issue) => `${issue.path.join(".")}: ${issue.message}`);

describe("the environment of auth", () => {
  it("a fresh PC needs nothing", () => assert.deepEqual(faultsOf({}), []));

  it("production without a secret says how to make one", () => {
    assert.match(faultsOf({ NODE_ENV: "production" }).join(), /^JWT_SECRET: is mandatory .* openssl rand/);
    assert.deepEqual(faultsOf({ NODE_ENV: "production", JWT_SECRET: "s".repeat(32) }), []);
  });

  it("a short secret is refused", () => assert.match(faultsOf({ JWT_SECRET: "s".repeat(31) }).join(), /^JWT_SECRET/));

  it("a first administrator has a name and a password that passes the rules", () => {
    assert.match(faultsOf({ ADMIN_USERNAME: "ana" }).join(), /^ADMIN_PASSWORD: .* together/);
    assert.match(faultsOf({ ADMIN_PASSWORD: "una frase corta" }).join(), /^ADMIN_USERNAME: .* together/);
    assert.match(faultsOf({ ADMIN_USERNAME: "ana", ADMIN_PASSWORD: "corta" }).join(), /^ADMIN_PASSWORD: use 12/);
    assert.deepEqual(faultsOf({ ADMIN_USERNAME: "ana", ADMIN_PASSWORD: "una frase corta" }), []);
  });

  it("the address in the log can be opened", () => {
    assert.equal(setupUrl({ HOST: "127.0.0.1", PORT: 3000 }), "http://127.0.0.1:3000/setup");
    assert.equal(setupUrl({ HOST: "0.0.0.0", PORT: 80 }), "http://localhost:80/setup");
    assert.equal(setupUrl({ HOST: "::1", PORT: 3000 }), "http://[::1]:3000/setup");
  });
});

describe("the signing secret of a shop PC", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-secret-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("is made once, for its owner's eyes, also when two processes start at once", async () => {
    const data = join(folder, "data");
    const keys = await Promise.all(Array.from({ length: 5 }, () => signingKeys({ DATA_DIR: data })));
    const again = await signingKeys({ DATA_DIR: data });
    for (const [key] of keys) assert.ok(key.equals(again[0]));
    assert.deepEqual(await readdir(data), ["jwt.secret"]);
    assert.equal((await stat(join(data, "jwt.secret"))).mode & 0o777, 0o600);
    assert.ok((await readFile(join(data, "jwt.secret"))).length >= 32);
  });

  it("a secret that was cut short stops the start and says what to do", async () => {
    await writeFile(join(folder, "jwt.secret"), "short");
    await assert.rejects(signingKeys({ DATA_DIR: folder }), /shorter than 32 bytes\n {2}cure: remove it/);
  });

  it("a secret being changed: the new one signs, the old one is still good", async () => {
    const [now, then, ...rest] = await signingKeys({
      DATA_DIR: folder,
      JWT_SECRET: "n".repeat(32),
      JWT_SECRET_OLD: "o".repeat(32),
    });
    assert.deepEqual([now.export().toString(), then?.export().toString()], ["n".repeat(32), "o".repeat(32)]);
    assert.equal(rest.length, 0);
  });

  it("the operator's own secret is not written down", async () => {
    const data = join(folder, "other");
    await signingKeys({ DATA_DIR: data, JWT_SECRET: "s".repeat(32) });
    await assert.rejects(stat(data), /ENOENT/);
  });
});
