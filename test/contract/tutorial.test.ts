import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "mocha";
import { writePlugin } from "../../kernel/scaffold.ts";
import { testDatabase } from "../harness/postgres.ts";
import { openShop } from "../harness/shop.ts";
import { type Copy, copyProject, startApp } from "./copy.ts";
import { environment } from "./system.ts";

/** ```sh blocks are commands, ```ts NAME blocks are files, in the order of the page. */
const BLOCK = /^```(sh|ts) ?([^\n]*)\n([\s\S]*?)^```$/gm;

describe("8: a plugin is one folder", () => {
  let copy: Copy;
  let database: Awaited<ReturnType<typeof testDatabase>>;
  before(async () => {
    copy = copyProject();
    database = await testDatabase();
  });
  after(async () => {
    copy?.remove();
    await database?.drop();
  });

  it("plugins/README.md does what it says, step by step", async () => {
    const text = readFileSync(join(copy.folder, "plugins/README.md"), "utf8");
    const blocks = [...text.matchAll(BLOCK)].map(([, kind, name = "", content = ""]) => ({ kind, name, content }));
    assert.ok(blocks.filter(({ kind }) => kind === "sh").length >= 2);
    assert.ok(blocks.filter(({ name }) => name.startsWith("plugins/notes/")).length >= 3);
    let printed = "";
    for (const { kind, name, content } of blocks) {
      if (kind === "ts") {
        mkdirSync(dirname(join(copy.folder, name)), { recursive: true });
        writeFileSync(join(copy.folder, name), content);
      } else printed += await copy.run("sh", ["-ec", content], { TEST_DATABASE_URL: database.url });
    }
    assert.match(printed, /4 passing/);
    // it also passes the compiler and the rules of architecture and texts
    await copy.run("npx", ["tsc", "--noEmit", "-p", "tsconfig.json"]);
    await copy.run("npx", ["mocha", "test/arch/**/*.test.ts", "test/contract/plugins.test.ts"]);
  }).timeout(300_000);

  it("a new plugin of another name boots, compiled as npm start runs it, and its page answers", async () => {
    await copy.run("npm", ["run", "new-plugin", "--", "lost-found"]);
    await copy.run("npm", ["run", "build"]);
    // the bundle runs, not the files that it was made of
    rmSync(join(copy.folder, "dist/kernel/run.js"));
    rmSync(join(copy.folder, "dist/plugins/pos/booking.js"));
    const bundle = join(copy.folder, "dist/bundle");
    const bundled = readdirSync(bundle).map((name) => readFileSync(join(bundle, name), "utf8"));
    // and what it can do without at the start is not in it: other databases, other languages, old alphabets, a second table of types
    for (const foreign of [
      /dialects\/mssql\/index\.js"/,
      /Trop grand/,
      /iconv-lite\/encodings\/index\.js"/,
      /accepts\/.*mime-db/,
    ])
      assert.ok(!bundled.some((text) => foreign.test(text)), String(foreign));
    const env = environment(database.url, join(copy.folder, "data"));
    const app = await startApp({ cwd: copy.folder, command: process.execPath, args: ["dist/kernel/main.js"], env });
    try {
      const response = await fetch(`${app.url}/lost-found`, { redirect: "manual", headers: { connection: "close" } });
      assert.equal(response.status, 303);
      assert.match(response.headers.get("location") ?? "", /^\/(login|setup)/);
    } finally {
      assert.equal(await app.stop(), 0);
    }
  }).timeout(300_000);

  it("a name that is none, or taken, is refused with a sentence", () => {
    const plugins = join(copy.folder, "plugins");
    assert.throws(() => writePlugin("Mi Plugin", plugins), /is not a plugin name/);
    assert.throws(() => writePlugin("pos", plugins), /is there already/);
    assert.throws(() => writePlugin("../pos", plugins), /is not a plugin name/);
  });

  it("a folder that PLUGINS names is loaded as well, with its tables, texts and pages", async () => {
    writePlugin("guests", join(copy.folder, "plugins"));
    const outside = join(copy.folder, "test/guests");
    renameSync(join(copy.folder, "plugins/guests"), outside);
    const shop = await openShop({ plugins: [outside] });
    try {
      const page = await (await shop.browser("employee")).get("/guests");
      assert.equal(page.status, 200);
      assert.match(page.text, /Todavía no hay notas/);
      assert.ok((await shop.db("knex_migrations").pluck("name")).includes("guests/0001_notes"));
    } finally {
      await shop.close();
    }
  });

  it("a name in PLUGINS that leads nowhere is said with its cure", async () => {
    await assert.rejects(openShop({ plugins: ["./no/such/folder"] }), /no\/such\/folder.*\n.*mend the path in PLUGINS/);
    await assert.rejects(openShop({ plugins: ["no-such-package"] }), /not installed\n.*npm install no-such-package/);
  });
});
