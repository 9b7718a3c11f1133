/** Below HTTP, because the code stands in the log and nowhere else. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { createAuditor } from "../../../kernel/audit-log.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { migrate } from "../../../kernel/db/migrate.ts";
import { createSettings } from "../../../kernel/settings/store.ts";
import { type KernelDatabase, kernelDatabase } from "../../../test/harness/kernel-database.ts";
import { type LogLine, memoryLog } from "../../../test/harness/log.ts";
import { createPasswords } from "../passwords.ts";
import { createSessions } from "../sessions.ts";
import { createSetup } from "../setup.ts";
import { createStrength } from "../strength.ts";

const root = join(import.meta.dirname, "../../..");
const folders = [
  { owner: "kernel", folder: join(root, "migrations") },
  { owner: "auth", folder: join(root, "plugins/auth/migrations") },
];
const opening = { shopName: "Tienda", fullName: "Ana Mora", username: "ana", password: "una frase corta" };

describe("the set-up code", () => {
  let database: KernelDatabase;
  before(async () => {
    database = await kernelDatabase();
    await migrate({ knex: database.db.primary, folders, log: memoryLog().log });
  });
  after(() => database?.close());

  /** One app instance with its own log. */
  function instance() {
    const { log, lines } = memoryLog();
    const { db } = database;
    const audit = createAuditor();
    const cache = { get: async () => undefined, set: async () => {}, delete: async () => {}, add: async () => true };
    const remember = <T>(_key: string, _seconds: number, load: () => Promise<T>) => load();
    const sessions = createSessions({
      db,
      cache: { ...cache, remember, coherent: () => true },
      clock: systemClock,
      audit,
      sign: () => "access",
    });
    const passwords = createPasswords({ N: 1024, r: 8, p: 1 });
    const settings = createSettings({ db });
    const url = "http://localhost:3000/setup";
    const strength = createStrength({ shopName: async () => "Tienda" });
    return {
      lines,
      setup: createSetup({ db, audit, clock: systemClock, log, settings, passwords, sessions, strength, url }),
    };
  }

  it("tells the owner where to type it, opens the shop once, and guesses wear it out", async () => {
    const [first, second] = [instance(), instance()];
    await first.setup.prepare();
    await second.setup.prepare();
    const [code, other] = [codeIn(first.lines), codeIn(second.lines)];
    assert.notEqual(code, other);

    for (let guess = 0; guess < 5; guess++) {
      await assert.rejects(first.setup.complete({ ...opening, code: "AAAAAAAA" }, { address: "::1" }), isWrongCode);
    }
    const fresh = codeIn(first.lines);
    assert.notEqual(fresh, code, "five wrong codes print a new one");
    for (const worn of [code, other])
      await assert.rejects(second.setup.complete({ ...opening, code: worn }, { address: "::1" }), isWrongCode);

    const typed = `${fresh.slice(0, 4)} - ${fresh.slice(4)}`.toLowerCase();
    const grants = await Promise.all([
      first.setup.complete({ ...opening, code: fresh }, { address: "::1" }),
      second.setup.complete({ ...opening, username: "beto", code: typed }, { address: "::1" }),
    ]);
    assert.equal(grants.filter((grant) => grant !== undefined).length, 1, "of two instances one lets somebody in");
    const { rows } = await database.db.primary.raw("SELECT count(*)::int AS people FROM users");
    assert.equal(rows[0].people, 1);
  });

  it("a shop that has people prints no code", async () => {
    const { setup, lines } = instance();
    await setup.prepare();
    assert.deepEqual(lines, []);
  });
});

function codeIn(lines: LogLine[]): string {
  const said = lines
    .filter(({ level }) => level === 40)
    .map(({ msg }) => /: ([A-HJ-NP-Z2-9]{8}) {2}-> {2}http/.exec(msg));
  const code = said.at(-1)?.[1];
  assert.ok(code, `no code in the log: ${JSON.stringify(lines)}`);
  return code;
}

function isWrongCode(error: unknown): boolean {
  return JSON.stringify(error).includes("SETUP_CODE_WRONG");
}
