import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, it } from "mocha";
import { bundleFolder, bundleIn, pluginIn, programIn } from "../../kernel/bundle/place.ts";

// that what `npm run build` makes really runs: contract/tutorial.test.ts
describe("the bundle that npm start runs", () => {
  let code: string;
  let bundle: string;
  const write = (path: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  };
  const found = (env: Record<string, string> = {}) => bundleIn(pathToFileURL(code + sep), env)?.folder;

  beforeEach(() => {
    code = mkdtempSync(join(tmpdir(), "pos-odata-bundle-"));
    bundle = bundleFolder(code);
    for (const name of ["pos", "notes"]) {
      write(join(code, "plugins", name, "index.js"));
      write(pluginIn(bundle, name));
    }
    write(programIn(bundle));
  });
  afterEach(() => rmSync(code, { recursive: true, force: true }));

  it("is taken where it is whole", () => {
    assert.equal(found(), bundle);
    assert.equal(found({ PLUGINS: " " }), bundle);
  });

  it("is not taken in development, where there is none", () => {
    rmSync(bundle, { recursive: true });
    assert.equal(found(), undefined);
  });

  it("is not taken with plugins from elsewhere, which would meet a second kernel", () => {
    assert.equal(found({ PLUGINS: "./elsewhere/guests" }), undefined);
  });

  it("is not taken when a plugin was compiled after it", () => {
    write(join(code, "plugins", "late", "index.js"));
    assert.equal(found(), undefined);
  });

  it("is taken when the folder of a plugin was deleted", () => {
    rmSync(join(code, "plugins", "notes"), { recursive: true });
    assert.equal(found(), bundle);
  });
});
