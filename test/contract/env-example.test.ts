import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "mocha";
import { ENV_EXAMPLE, envExample } from "../../kernel/env-example.ts";

describe(".env.example", () => {
  it("is in step with the schemas of the kernel and of every plugin (npm run env-example)", async () => {
    assert.equal(readFileSync(ENV_EXAMPLE, "utf8"), await envExample());
  });

  it("tells of every key that the code reads", async () => {
    const text = await envExample();
    for (const key of ["PORT", "DATABASE_URL", "JWT_SECRET", "ADMIN_PASSWORD", "PLUGINS"])
      assert.match(text, RegExp(`^#${key}=`, "m"));
  });
});
