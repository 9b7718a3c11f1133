import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "mocha";
import { filesIn, root, type Source, sourcesIn } from "./sources.ts";

const program = sourcesIn("kernel", "plugins", "migrations").filter(
  ({ path }) => !/^plugins\/[^/]+\/(test|public)\//.test(path),
);
const tests = sourcesIn("test", "plugins").filter(({ path }) => path.startsWith("test/") || path.includes("/test/"));

const where = (sources: Source[], pattern: RegExp) =>
  sources.flatMap(({ path, code }) =>
    code.split("\n").flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );

describe("how the code is kept", () => {
  it("the environment, the clock and chance belong to the kernel", () => {
    const plugins = program.filter(({ path }) => path.startsWith("plugins/"));
    assert.deepEqual(where(plugins, /\bprocess\.env\b|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/), []);
  });

  it("no module remembers anything: two kernels run in one process", () => {
    const modules = program.filter(({ path }) => path !== "kernel/main.ts");
    assert.deepEqual(where(modules, /^(export\s+)?(let|var)\s/), []);
  });

  it("a file is split by noun before it reaches 300 lines", () => {
    const long = [...program, ...tests]
      .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > 300);
    assert.deepEqual(long, []);
  });

  it("what TypeScript alone could not erase is not used", () => {
    assert.deepEqual(where(program, /^(export\s+)?(declare\s+)?(const\s+)?(enum|namespace)\s+\w/), []);
  });

  it("no test is tried again until it passes, none shuts the others out", () => {
    assert.deepEqual(where(tests, /\b(this\.retries|it\.only|describe\.only)\(/), []);
  });
});

describe("views only show", () => {
  const views = [...filesIn("views"), ...filesIn("plugins")].filter((path) => path.endsWith(".eta"));
  const blocks = views.flatMap((path) =>
    [...readFileSync(join(root, path), "utf8").matchAll(/<%([~=]?)([\s\S]*?)%>/g)].map(([, kind, code = ""]) => ({
      path,
      kind,
      code: code.trim(),
    })),
  );

  it("what is not escaped is an include, or the page in the layout", () => {
    const raw = blocks.filter(({ kind }) => kind === "~");
    assert.ok(raw.length > 10);
    const wrong = raw.filter(({ code }) => !/^include\(/.test(code) && code !== "it.body");
    assert.deepEqual(wrong, []);
  });

  it("no view changes what it was handed: parts and the page around them are drawn of the same", () => {
    const wrong = blocks.filter(({ code }) =>
      /\bit\b[\w.?[\]"']*\s*(=(?![=>])|\+\+|--|[-+*/|&?]+=)|\bdelete\s+it\b|\bassign\(\s*it\b|\bit\b[\w.?]*\.(push|pop|shift|unshift|splice|sort|reverse)\(/.test(
        code,
      ),
    );
    assert.deepEqual(wrong, []);
  });

  it("no view reaches for the program, the network or the clock", () => {
    const wrong = blocks.filter(({ code }) =>
      /(?<![.\w"'])(import|require|await|fetch|process|Date|Math|Intl)\s*[.(]/.test(code),
    );
    assert.deepEqual(wrong, []);
  });

  it("no inline script, style or handler: the content security policy forbids them", () => {
    const wrong = views.filter((path) =>
      /<script(?![^>]*\ssrc=)|<style|\sstyle="|\son(click|submit|change|input|load|keydown)=/i.test(
        readFileSync(join(root, path), "utf8"),
      ),
    );
    assert.deepEqual(wrong, []);
  });
});
