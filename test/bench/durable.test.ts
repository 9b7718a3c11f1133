import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import pg from "pg";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";
import { refuseForgetful } from "./durable.ts";

describe("what is measured", () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());

  it("is measured on a server that keeps what it answered, and on no other", async () => {
    await refuseForgetful(database.url);
    const client = new pg.Client(database.url);
    await client.connect();
    const name = new URL(database.url).pathname.slice(1);
    await client.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    await client.end();
    await assert.rejects(refuseForgetful(database.url), /synchronous_commit = off$/);
  });
});
