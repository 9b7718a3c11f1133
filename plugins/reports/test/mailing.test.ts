/** Reports by e-mail: made from a report's page, sent once at their hour with what each recipient may see, stopped by a link. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { type ApiClient, createApiClient } from "../../../test/harness/api-client.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, people, type Role, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { type Mailbox, openMailbox } from "../../pos/test/mailbox.ts";
import { cash, type Goods, ring, stocked } from "../../pos/test/till.ts";

const HOUR_MS = 3_600_000;

interface Problem {
  id: number;
  code?: string;
  errors?: { field: string; code: string; title?: string }[];
}

interface Listed {
  data: { id: number; next_at: string; recipients: { user_id: number; last_state: string | null }[] }[];
}

describe("reports by e-mail", () => {
  let shop: Shop;
  let mailbox: Mailbox;
  let manager: ApiClient;
  let bread: Goods;
  // a Monday, ten o'clock in Bogotá
  const clock = handClock("2026-03-02T15:00:00Z");

  before(async () => {
    mailbox = await openMailbox();
    shop = await openShop({
      clock,
      env: { SMTP_URL: mailbox.url, SMTP_FROM: "Tienda <caja@tienda.example>", PUBLIC_URL: "https://tienda.example" },
    });
    await shop.api("employee");
    await shop.api("manager");
    await signInAgain();
    bread = await stocked(shop, { sku: "PAN", price: "1190" });
  });
  after(async () => {
    try {
      await shop?.close();
    } finally {
      await mailbox?.close();
    }
  });

  const idOf = async (username: string): Promise<number> =>
    (await shop.db.raw("SELECT id FROM users WHERE username = ?", [username])).rows[0].id;
  const order = async (more: object = {}, client = manager) =>
    client.post<Problem>(
      "/api/v1/reports/schedules",
      {
        report: "sales-by-day",
        rhythm: "daily",
        hour: 7,
        format: "csv",
        recipients: [await idOf(people.manager.username)],
        ...more,
      },
      { key: randomUUID() },
    );
  const listed = async (client = manager) => (await client.get<Listed>("/api/v1/reports/schedules")).body.data;
  /** Two that run it at once take turns; a tick of one moment is run once. */
  const run = () =>
    until(() => {
      clock.advance(1);
      return shop.kernel.jobs.runNow("reports", "send-due").then(() => true, busy);
    });
  const busy = (error: Error) => (/at work already/.test(error.message) ? false : Promise.reject(error));
  /** Sessions end with the hours that the clock is put on. */
  const signIn = async (role: Role): Promise<ApiClient> => {
    const { username, password } = people[role];
    const stranger = await shop.api();
    const { body } = await stranger.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
    return createApiClient(() => shop.url, body.access_token);
  };
  const signInAgain = async () => {
    manager = await signIn("manager");
  };
  const advance = async (hours: number) => {
    clock.advance(hours * HOUR_MS);
    await signInAgain();
  };
  const queued = async () =>
    (await shop.db.raw("SELECT count(*)::int AS n FROM receipt_letters WHERE kind = 'report'")).rows[0].n;
  /** The file of a letter, as text. */
  const attached = (raw: string) => {
    const [, coded = ""] = /Content-Disposition: attachment[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(raw) ?? [];
    return Buffer.from(coded.replace(/\s/g, ""), "base64").toString("utf8");
  };
  const settled = (state: string) =>
    until(
      async () =>
        (await shop.db.raw("SELECT count(*)::int AS n FROM report_mailings WHERE state = ?", [state])).rows[0].n > 0,
    );

  it("is made from the page, with the filters of the report, and comes at its hour with the file of the day before", async () => {
    assert.equal(
      (
        await ring(await shop.api("employee"), {
          items: [{ product_id: bread.id, quantity: "2" }],
          payments: cash("5000"),
        })
      ).status,
      201,
    );
    await shop.kernel.outbox.drain();
    let browser = await shop.browser("manager");
    let page = await (await browser.get("/reports/schedules")).submit("#address", { email: "no es" });
    assert.match(page.text, /Esa no es una dirección de correo/);
    page = await page.submit("#address", { email: "manuela@tienda.example" });
    assert.equal(
      page.root.querySelector("#address input[name=email]")?.getAttribute("value"),
      "manuela@tienda.example",
    );
    const report = await browser.get("/reports/sales-by-day?compare=previous");
    page = await browser.get(
      report.root.querySelector("#by-mail")?.getAttribute("href")?.replaceAll("&amp;", "&") ?? "",
    );
    assert.match(page.text, /Comparado con el período anterior/);
    assert.match(page.text, /Administrador \(aún no ha puesto su correo\)/);
    assert.ok(!page.text.includes(people.employee.fullName), "who may not read it is not offered");
    const nobody = await page.submit("#schedule", { rhythm: "daily", hour: "7", format: "csv" });
    assert.match(nobody.text, /Escoja a quién se envía/);
    assert.match(nobody.text, /Comparado con el período anterior/);
    const me = String(await idOf(people.manager.username));
    page = await nobody.submit("#schedule", { rhythm: "daily", hour: "7", format: "csv", recipients: me });
    assert.match(page.text, /El informe quedó programado[\s\S]*Cada día a las 07:00/);
    const [one] = await listed();
    assert.equal(one?.next_at, "2026-03-03T12:00:00.000Z");

    await run();
    assert.equal(await queued(), 0, "not before its hour");
    await advance(21);
    await Promise.all([run(), run(), run()]);
    await run();
    await until(() => mailbox.mails.length === 1);
    const [mail] = mailbox.mails;
    assert.equal(mail?.to, "manuela@tienda.example");
    assert.match(mail?.raw ?? "", /filename="sales-by-day 2026-03-02\s+2026-03-02\.csv"/);
    assert.match(attached(mail?.raw ?? ""), /2026-03-02[^\n]*2380/);
    assert.match(attached(mail?.raw ?? ""), /;Antes: 1\/03\/2026 \(COP\)/);
    assert.match((mail?.raw ?? "").replace(/=\r\n/g, ""), /2\/03\/2026, comparado con 1\/03\/2026\. El archivo/);
    assert.match(mail?.raw ?? "", /List-Unsubscribe:\s+<https:\/\/tienda\.example\/reports\/no-more\/[\w-]{32}>/);
    assert.equal(await queued(), 1, "once, however often it is looked for");
    await settled("sent");
    browser = await shop.browser("manager");
    assert.match((await browser.get("/reports/schedules")).text, /Manuela Mora enviado/);
    const { rows } = await shop.db.raw(
      "SELECT user_name AS username, after FROM audit_log WHERE action = 'reports.mailed'",
    );
    assert.deepEqual(rows, [{ username: "manuela", after: { format: "csv", last_day: "2026-03-02" } }]);
  });

  it("missed turns come once, for the last of them", async () => {
    // off for three days, until the afternoon
    await advance(3 * 24 + 8);
    await run();
    await until(() => mailbox.mails.length === 2);
    assert.equal(await queued(), 2);
    assert.match(mailbox.mails[1]?.raw ?? "", /filename="sales-by-day 2026-03-05\s+2026-03-05\.csv"/);
    assert.equal((await listed())[0]?.next_at, "2026-03-07T12:00:00.000Z");
  });

  it("who may not see it any more, or has no address, gets nothing", async () => {
    const adminId = await idOf(people.admin.username);
    assert.equal((await order({ recipients: [adminId] })).status, 201);
    await shop.db.raw("INSERT INTO role_permissions VALUES ('manager', 'reports.read', false)");
    const before = mailbox.mails.length;
    await advance(24);
    await run();
    await until(async () => {
      const { rows } = await shop.db.raw("SELECT count(*)::int AS n FROM report_mailings WHERE state = 'dropped'");
      return rows[0].n === 2;
    });
    assert.equal(mailbox.mails.length, before);
    await shop.db.raw("DELETE FROM role_permissions");
  });

  it("of all stores is not for who works in one to stop, unless it is theirs", async () => {
    const me = await idOf(people.manager.username);
    const theirs = await signIn("admin");
    const north = await theirs.post("/api/v1/stores", { name: "Norte" }, { key: randomUUID() });
    assert.equal(north.status, 201, north.text);
    const made = await order({ recipients: [await idOf(people.admin.username)] }, theirs);
    assert.equal(made.status, 201);
    assert.ok(
      (await listed()).some(({ id }) => id === made.body.id),
      "who works in all sees it",
    );
    const given = await theirs.put(`/api/v1/users/${me}/stores`, { store_ids: [1] });
    assert.ok(given.status < 300, given.text);
    await signInAgain();
    assert.ok((await listed()).every(({ id }) => id !== made.body.id));
    assert.equal((await manager.delete(`/api/v1/reports/schedules/${made.body.id}`)).status, 404);
    const own = await order();
    assert.equal((await manager.delete(`/api/v1/reports/schedules/${own.body.id}`)).status, 204);
    assert.equal((await theirs.delete(`/api/v1/reports/schedules/${made.body.id}`)).status, 204);
    await theirs.put(`/api/v1/users/${me}/stores`, { store_ids: [] });
    await signInAgain();
  });

  it("stops by the link of the letter, which only asks, and by the button of the page", async () => {
    const { rows } = await shop.db.raw("SELECT token FROM report_recipients ORDER BY schedule_id LIMIT 1");
    const stranger = await shop.browser();
    const asked = await stranger.get(`/reports/no-more/${rows[0].token}`);
    assert.equal((await listed())[0]?.recipients.length, 1, "looking stops nothing: mail programs look at every link");
    assert.match((await asked.submit("#stop")).text, /ya no recibirá ese informe/);
    assert.equal((await listed())[0]?.recipients.length, 0);
    assert.equal((await stranger.get(`/reports/no-more/${"x".repeat(32)}`)).status, 404);
    const left = await listed();
    const browser = await shop.browser("manager");
    for (const { id } of left) {
      const page = await browser.get("/reports/schedules");
      await page.submit(`form[action="/reports/schedules/${id}/stop"]`);
    }
    assert.deepEqual(await listed(), []);
    const before = await queued();
    await advance(48);
    await run();
    assert.equal(await queued(), before);
  });

  it("refuses what cannot be, and says why", async () => {
    const employee = await signIn("employee");
    assert.equal((await order({}, employee)).status, 403);
    const wrong = async (more: object) => {
      const { status, body } = await order(more);
      return [status, body.code, body.errors?.map(({ field, code }) => `${field} ${code}`).join()];
    };
    assert.deepEqual(await wrong({ recipients: [await idOf(people.employee.username)] }), [
      422,
      "VALIDATION",
      "recipients RECIPIENT",
    ]);
    assert.deepEqual(await wrong({ recipients: [] }), [422, "VALIDATION", "recipients REQUIRED"]);
    assert.deepEqual((await wrong({ report: "nothing" })).slice(0, 2), [404, "REPORT_UNKNOWN"]);
    assert.deepEqual((await wrong({ store_id: 999 })).slice(0, 2), [403, "STORE_NOT_YOURS"]);
    assert.equal((await wrong({ hour: 24 }))[0], 422);
    assert.equal((await wrong({ rhythm: "hourly" }))[0], 422);
    assert.equal((await manager.delete("/api/v1/reports/schedules/999999")).status, 404);
    assert.deepEqual(await listed(), []);
  });
});

describe("reports by e-mail without a mail server", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  it("cannot be made, and the page says what is missing", async () => {
    const page = await (await shop.browser("manager")).get("/reports/sales-by-day/schedule");
    assert.match(page.root.querySelector("#impossible")?.text ?? "", /SMTP_URL/);
    assert.equal(page.root.querySelector("#schedule"), null);
    const body = { report: "sales-by-day", rhythm: "daily", hour: 7, format: "pdf", recipients: [1] };
    const answer = await (await shop.api("manager")).post<Problem>("/api/v1/reports/schedules", body, {
      key: randomUUID(),
    });
    assert.deepEqual([answer.status, answer.body.code], [409, "MAIL_NOT_SET"]);
  });
});
