import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { type Import, importsOf, root, type Source, sourcesIn } from "./sources.ts";

const all = sourcesIn("kernel", "plugins", "migrations");
const ofPlugins = all.filter(({ path }) => path.startsWith("plugins/"));
const program = ofPlugins.filter(({ path }) => !/^plugins\/[^/]+\/(test|public)\//.test(path));
const pluginOf = (path: string) => /^plugins\/([^/]+)\//.exec(path)?.[1];

const faults = (sources: Source[], wrong: (source: Source, one: Import) => boolean) =>
  sources.flatMap((source) =>
    source.imports.filter((one) => wrong(source, one)).map((one) => `${source.path} imports ${one.from}`),
  );

describe("who may import whom", () => {
  it("the kernel knows no plugin", () => {
    const kernel = all.filter(({ path }) => path.startsWith("kernel/"));
    const wrong = faults(kernel, (_, { target }) => target.startsWith("plugins/"));
    assert.deepEqual(wrong, []);
  });

  it("a plugin knows the kernel, itself, and the api.ts of plugins it needs", () => {
    const wrong = faults(program, ({ path }, { target, from }) => {
      if (!from.startsWith(".")) return false;
      const owner = pluginOf(path);
      const other = pluginOf(target);
      if (other === undefined) return !target.startsWith("kernel/");
      return other !== owner && target !== `plugins/${other}/api.ts`;
    });
    assert.deepEqual(wrong, []);
  });

  it("whoever imports another plugin's api.ts says that it needs it", () => {
    const wrong = program.flatMap(({ path, imports }) =>
      imports
        .filter(({ target, typeOnly }) => !typeOnly && pluginOf(target) && pluginOf(target) !== pluginOf(path))
        .filter(({ target }) => {
          const index = all.find((one) => one.path === `plugins/${pluginOf(path)}/index.ts`);
          return !index?.imports.some((one) => one.target === target) || !/\bneeds:/.test(index.code);
        })
        .map(({ from }) => `${path} imports ${from}, but its index.ts has no needs for it`),
    );
    assert.deepEqual(wrong, []);
  });

  it("routes ask services, services ask queries: no route knows SQL", () => {
    const routes = program.filter(({ path }) => /^plugins\/[^/]+\/routes(\/|\.ts$)/.test(path));
    assert.ok(routes.length > 5);
    const wrong = faults(
      routes,
      (_, { target, typeOnly }) => /^plugins\/[^/]+\/(queries|migrations)(\/|\.ts$)/.test(target) && !typeOnly,
    );
    assert.deepEqual(wrong, []);
  });

  it("business rules know no HTTP server and no templates", () => {
    const services = program.filter(({ path }) => !/\/(routes|public)\//.test(path) && pluginOf(path) !== "auth");
    const wrong = faults(services, (_, { target }) => /^(koa|@koa\/.*|eta|htmx\.org)$/.test(target));
    assert.deepEqual(wrong, []);
  });

  it("knex and pg stay in queries, migrations and the kernel; their types may travel", () => {
    const outside = program.filter(({ path }) => !/\/(queries|migrations)\/|\/queries\.ts$/.test(path));
    const wrong = faults(outside, (_, { target, typeOnly }) => /^(knex|pg)$/.test(target) && !typeOnly);
    assert.deepEqual(wrong, []);
  });

  it("imports of project files end in .ts and lead to a file", () => {
    const wrong = faults(
      all,
      (_, { from, target }) => from.startsWith(".") && !(/\.(ts|json)$/.test(from) && existsSync(join(root, target))),
    );
    assert.deepEqual(wrong, []);
  });

  it("the reader of imports sees every kind of them", () => {
    const text = `import a from "a";\nimport type { B } from "@scope/b/deep";\nimport { type C } from "./c.ts";
import { type D, e } from "../d.ts";\nexport { f } from "./f.ts";\nconst g = await import("g");\nimport "h";`;
    assert.deepEqual(
      importsOf("kernel/http/x.ts", text).map(({ target, typeOnly }) => `${target}${typeOnly ? " (type)" : ""}`),
      ["a", "@scope/b (type)", "kernel/http/c.ts (type)", "kernel/d.ts", "kernel/http/f.ts", "g", "h"],
    );
  });
});
