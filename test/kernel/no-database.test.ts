/** The commonest fault of a first start: the person at the terminal reads what is wrong and what mends it, not a stack. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { runCommand } from "../../kernel/commands.ts";
import { BootError } from "../../kernel/errors.ts";
import { startKernel } from "../../kernel/kernel.ts";
import { byTcp } from "../harness/by-tcp.ts";
import { freePort } from "../harness/free-port.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";

describe("a DATABASE_URL that leads nowhere", () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());

  const changed = (change: (url: URL) => void) => {
    const url = new URL(database.url);
    change(url);
    return { DATABASE_URL: url.href, PORT: "0", LOG_FILES: "0" };
  };
  const refusals = async (env: Record<string, string>) => {
    const start = startKernel({ env, log: memoryLog().log, plugins: [] }).then((kernel) => kernel.stop());
    const command = runCommand({
      env: { ...env, LOG_LEVEL: "fatal" },
      words: ["verify"],
      print: () => {},
      plugins: [],
    });
    const both = await Promise.allSettled([start, command]);
    return both.map((one) => {
      assert.ok(one.status === "rejected" && one.reason instanceof BootError, JSON.stringify(one));
      return one.reason.message;
    });
  };

  it("nobody listens there, no such database, no such user: the start and the commands say so, with the cure", async () => {
    const port = String(await freePort());
    const name = "no_such_shop";
    for (const [env, said] of [
      [
        changed((url) => {
          url.href = byTcp(url.href, port).href;
        }),
        /^the database cannot be used: .*ECONNREFUSED.*\n {2}cure: start the server, or mend host and port in DATABASE_URL$/,
      ],
      [
        changed((url) => {
          url.pathname = name;
        }),
        /"no_such_shop" does not exist\n {2}cure: make it \(createdb -O USER NAME\), or mend the name in DATABASE_URL$/,
      ],
      [
        changed((url) => {
          url.username = "nobody_here";
        }),
        /nobody_here.*\n {2}cure: mend the user and the password in DATABASE_URL/,
      ],
    ] as const)
      for (const message of await refusals(env)) assert.match(message, said);
  });
});
