/** A value may stand in a file instead of in the environment: secrets that are mounted. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "mocha";
import { z } from "zod";
import { type KernelConfig, kernelConfigSchema, readConfig } from "../../kernel/config.ts";

describe("KEY_FILE", () => {
  const folder = mkdtempSync(join(tmpdir(), "pos-odata-config-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const plugin = { owner: "till", schema: z.object({ TILL_TOKEN: z.string().min(16).optional() }) };
  const configs = (env: Record<string, string>) =>
    readConfig(env, [{ owner: "kernel", schema: kernelConfigSchema }, plugin]);
  const kernel = (env: Record<string, string>) => configs(env).get("kernel") as KernelConfig;

  it("names a file that holds the value, of the kernel and of a plugin, without the line's end", () => {
    const url = file("url", "postgres://pos:secret@db:5432/pos\n");
    assert.equal(kernel({ DATABASE_URL_FILE: url }).DATABASE_URL, "postgres://pos:secret@db:5432/pos");
    const token = file("token", "a token of 16 letters or more");
    assert.deepEqual(configs({ TILL_TOKEN_FILE: token }).get("till"), { TILL_TOKEN: "a token of 16 letters or more" });
  });

  it("gives way to the value itself; an empty file, and no name, are no value", () => {
    const url = file("url", "postgres://pos:secret@db:5432/pos");
    const given = { DATABASE_URL_FILE: url, DATABASE_URL: "postgres://other/pos" };
    assert.equal(kernel(given).DATABASE_URL, "postgres://other/pos");
    assert.equal(kernel({ DATABASE_URL_FILE: file("empty", "\n") }).DATABASE_URL, undefined);
    assert.equal(kernel({ DATABASE_URL_FILE: "" }).DATABASE_URL, undefined);
  });

  it("of strangers means nothing", () => {
    assert.doesNotThrow(() => configs({ SSL_CERT_FILE: "/nowhere" }));
  });

  it("that cannot be read is a fault beside the others, and tells no secret", () => {
    const short = file("short", "short-secret");
    assert.throws(
      () => configs({ DATABASE_URL_FILE: join(folder, "none"), TILL_TOKEN_FILE: short, PORT: "x" }),
      (error: Error) => {
        assert.match(error.message, /3 fault/);
        assert.match(error.message, /DATABASE_URL_FILE \(kernel\): .*none cannot be read \(ENOENT\)/);
        assert.doesNotMatch(error.message, /short-secret/);
        return true;
      },
    );
  });
});
