import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { addressKey } from "../../../kernel/http/address-key.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { audited, clientOf, hire, OTHER, PASSWORD, tryApi, tryPage, waitOutLocks } from "./doors.ts";

describe("wrong passwords", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  // each story has the address for itself
  const clear = () => shop.db.raw("DELETE FROM sign_in_failures");
  after(() => shop?.close());

  const guess = (username: string, times: number) =>
    Promise.all(Array.from({ length: times }, () => tryApi(shop, username, "wrong password")));
  const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();
  const secondsOf = ({ headers }: { headers: Headers }) => Number(headers.get("retry-after"));

  it("five in a row lock the account, for a right password too, and the sentence says how long", async () => {
    await clear();
    const id = await hire(shop, "abril");
    assert.deepEqual(statusesOf(await guess("abril", 5)), [401, 401, 401, 401, 401]);
    const locked = await tryApi(shop, "abril", PASSWORD);
    assert.equal(locked.status, 429);
    assert.equal(locked.body.code, "SIGN_IN_LOCKED");
    assert.ok(secondsOf(locked) > 0 && secondsOf(locked) <= 30, locked.text);
    assert.match(locked.body.title, /Espere \d+ segundos? e intente de nuevo/);
    const page = await tryPage(await shop.browser(), "abril", PASSWORD);
    assert.equal(page.status, 429);
    assert.match(page.text, /demasiados intentos fallidos\. Espere/);
    assert.equal((await audited(shop, "login.failed", id)).length, 5);
    const [lock, ...more] = await audited(shop, "login.locked", id);
    assert.equal(lock?.after["by"], "account");
    assert.deepEqual(more, [], "once for each lock");
  });

  it("each further one waits twice as long, up to fifteen minutes", async () => {
    await clear();
    await hire(shop, "benito");
    await guess("benito", 5);
    const waits: number[] = [];
    for (let turn = 0; turn < 7; turn++) {
      const locked = await tryApi(shop, "benito", PASSWORD);
      assert.equal(locked.status, 429);
      const { rows } = await shop.db.raw(
        `SELECT extract(epoch FROM locked_until - last_failed_at)::int AS seconds
         FROM sign_in_failures WHERE scope = 'account'`,
      );
      waits.push(rows[0].seconds);
      assert.ok(secondsOf(locked) <= rows[0].seconds);
      await waitOutLocks(shop);
      assert.equal((await tryApi(shop, "benito", "wrong password")).status, 401);
    }
    assert.deepEqual(waits, [30, 60, 120, 240, 480, 900, 900]);
    const locked = await tryApi(shop, "benito", PASSWORD);
    assert.match(locked.body.title, /Espere 15 minutos/);
  });

  it("of fifty guesses at once five are looked at", async () => {
    await clear();
    const id = await hire(shop, "celia");
    const answers = await guess("celia", 50);
    assert.equal(answers.filter(({ status }) => status === 401).length, 5);
    assert.equal(answers.filter(({ status }) => status === 429).length, 45);
    assert.equal((await audited(shop, "login.failed", id)).length, 5);
    assert.equal((await audited(shop, "login.locked", id)).length, 1);
  });

  it("a name that nobody has gets the same answers, step by step", async () => {
    await clear();
    await hire(shop, "delia");
    const story = async (username: string) => {
      const seen: unknown[] = [];
      for (let turn = 0; turn < 7; turn++) {
        const { status, body } = await tryApi(shop, username, "wrong password");
        const { request_id: _, title, ...rest } = body as unknown as Record<string, unknown>;
        seen.push([status, { ...rest, title: String(title).replace(/\d+/, "N") }]);
      }
      return seen;
    };
    const known = await story("delia");
    assert.deepEqual(await story("nobody-at-all"), known);
    const { rows } = await shop.db.raw("SELECT row_to_json(f)::text AS row FROM sign_in_failures f");
    assert.ok(rows.length > 0 && !rows.some(({ row }: { row: string }) => row.includes("nobody")));
  });

  it("a name in capitals is the same account", async () => {
    await clear();
    await hire(shop, "íñigo");
    for (const name of ["íñigo", "ÍÑIGO", "Íñigo", "ÍñIGO", "íñigo".normalize("NFD")])
      assert.equal((await tryApi(shop, name, "wrong password")).status, 401);
    assert.equal((await tryApi(shop, "íÑIGO", PASSWORD)).status, 429);
  });

  it("a name in two spellings that the database takes for one tells nobody whether somebody has it", async () => {
    await hire(shop, "admina");
    const pairs = (name: string) => [
      [name, name.replace("i", "İ")],
      [name.replace("i", "İ"), name],
      [name.toUpperCase(), name],
    ];
    const story = async (first = "", second = "") => {
      await clear();
      const before = statusesOf(await guess(first, 5));
      const { status, body } = await tryApi(shop, second, "wrong password");
      return [before, status, body.code];
    };
    for (const [turn, [first, second]] of pairs("admina").entries()) {
      const known = await story(first, second);
      const [stranger, strangerToo] = pairs("nadia")[turn] ?? [];
      assert.deepEqual(await story(stranger, strangerToo), known, `${first}, then ${second}`);
    }
  });

  it("a right password forgets the account's wrong ones, not the address's", async () => {
    await clear();
    await hire(shop, "elisa");
    await guess("elisa", 4);
    assert.equal((await tryApi(shop, "elisa", PASSWORD)).status, 200);
    assert.deepEqual(statusesOf(await guess("elisa", 4)), [401, 401, 401, 401]);
    const { rows } = await shop.db.raw("SELECT failures FROM sign_in_failures WHERE scope = 'address'");
    assert.deepEqual(rows, [{ failures: 8 }]);
  });

  it("twenty from one address lock it for every name, but not a browser that somebody has used before", async () => {
    await clear();
    await hire(shop, "fabio");
    const till = await shop.browser();
    assert.equal((await tryPage(till, "fabio", PASSWORD)).url, "/");
    for (let name = 0; name < 20; name++) await tryApi(shop, `nobody-${name}`, "wrong password");
    assert.equal((await tryApi(shop, "fabio", PASSWORD)).status, 429);
    assert.equal((await tryPage(await shop.browser(), "fabio", PASSWORD)).status, 429);
    await till.post("/logout", (await till.get("/account")).fields("/logout"));
    assert.equal((await tryPage(till, "fabio", PASSWORD)).url, "/");
    assert.equal((await audited(shop, "login.locked")).filter(({ after }) => after["by"] === "address").length, 1);
  });

  it("what happened a day ago is forgotten, and the nightly job removes it", async () => {
    await clear();
    await hire(shop, "gema");
    await guess("gema", 4);
    await shop.db.raw("UPDATE sign_in_failures SET last_failed_at = now() - interval '25 hours'");
    assert.deepEqual(statusesOf(await guess("gema", 4)), [401, 401, 401, 401]);
    assert.equal((await tryApi(shop, "gema", PASSWORD)).status, 200);
    await guess("gema", 1);
    await shop.db.raw(
      "UPDATE sign_in_failures SET last_failed_at = now() - interval '25 hours' WHERE scope = 'address'",
    );
    await shop.kernel.jobs.runNow("auth", "clean-sign-in-failures");
    const { rows } = await shop.db.raw("SELECT scope FROM sign_in_failures");
    assert.deepEqual(rows, [{ scope: "account" }]);
  });

  it("the current password cannot be guessed at an open till either", async () => {
    await clear();
    await hire(shop, "hilda");
    const client = await clientOf(shop, "hilda");
    const change = (current_password: string) =>
      client.post<{ code: string }>("/api/v1/auth/password", { current_password, password: OTHER });
    const answers = await Promise.all(Array.from({ length: 20 }, () => change("wrong password")));
    assert.equal(answers.filter(({ status }) => status === 422).length, 5);
    assert.equal((await change(PASSWORD)).body.code, "SIGN_IN_LOCKED");
    await waitOutLocks(shop);
    assert.equal((await change(PASSWORD)).status, 204);
  });

  it("a network of IPv6 is one address", () => {
    assert.equal(addressKey("2001:db8:1:2:3:4:5:6"), addressKey("2001:db8:1:2::9"));
    assert.notEqual(addressKey("2001:db8:1:2::9"), addressKey("2001:db8:1:3::9"));
    assert.equal(addressKey("::1"), "0:0:0:0::/64");
    assert.equal(addressKey("10.0.0.7"), "10.0.0.7");
    assert.equal(addressKey("::ffff:10.0.0.7"), "::ffff:10.0.0.7");
  });
});
