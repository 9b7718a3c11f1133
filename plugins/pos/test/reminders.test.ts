/** Reminders of debts by e-mail: to who agreed to them, once in so many days, however many ask for them at once. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { addCustomer, bookEntry } from "./accounts.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { digits, follow, type ProblemAnswer } from "./till.ts";

interface Told extends ProblemAnswer {
  queued: number;
  no_mail: number;
  no_consent: number;
  recent: number;
}

describe("reminders of debts", () => {
  let shop: Shop;
  let mailbox: Mailbox;
  let manager: ApiClient;
  before(async () => {
    mailbox = await openMailbox();
    shop = await openShop({
      env: {
        SMTP_URL: mailbox.url,
        SMTP_FROM: "Tienda <caja@tienda.example>",
        PUBLIC_URL: "https://tienda.example",
      },
    });
    manager = await shop.api("manager");
    // they go at whatever hour this runs; the hours have a test of their own
    const settings = await (await shop.browser("admin")).get("/settings");
    await settings.submit("form[action='/settings']", { "customers.reminder_hours": "" });
  });
  after(async () => {
    try {
      await shop?.close();
    } finally {
      await mailbox?.close();
    }
  });

  const hire = (name: string, more: object = {}) => addCustomer(manager, name, more);
  const book = (id: number, kind: string, minor: number, days: number) => bookEntry(shop, id, kind, minor, days);
  const agree = async (id: number, given = true) => {
    const said = { purpose: "reminders", given, channel: "written" };
    assert.equal((await manager.post(`/api/v1/customers/${id}/consents`, said, { key: randomUUID() })).status, 201);
  };
  const debtor = async (name: string, days: number, email: string | null = `${name.toLowerCase()}@correo.example`) => {
    const id = await hire(name, { email });
    await book(id, "charge", 5_000_000, days);
    return id;
  };
  const remind = (id: number, client = manager) =>
    client.post<ProblemAnswer>(`/api/v1/customers/${id}/reminders`, {}, { key: randomUUID() });
  const states = async (id: number) =>
    (await manager.get<{ data: { state: string }[] }>(`/api/v1/customers/${id}/reminders`)).body.data.map(
      ({ state }) => state,
    );
  const remindAll = (over: number, key: string = randomUUID()) =>
    manager.post<Told>("/api/v1/receivables/reminders", { over }, { key });
  const tell = ({ queued, no_mail, no_consent, recent }: Told) => ({ queued, no_mail, no_consent, recent });

  it("one goes from the page to who agreed, says how much and how old, and not a second one in a week", async () => {
    const rosa = await debtor("Rosa", 40);
    const browser = await shop.browser("manager");
    const receivables = await browser.get("/receivables");
    let page = await follow(browser, receivables, `a[href="/customers/${rosa}/reminders"]`);
    assert.match(page.root.querySelector("#against")?.text ?? "", /No ha autorizado/);
    assert.equal(page.root.querySelector("#remind"), null);
    assert.equal((await remind(rosa)).body.code, "REMINDER_NO_CONSENT");
    const people = await browser.get(`/customers/${rosa}/people`);
    await people.submit("#consent", { purpose: "reminders", given: "yes", channel: "written" });
    page = await browser.get(`/customers/${rosa}/reminders`);
    const done = await page.submit("#remind");
    assert.match(done.text, /El recordatorio está en camino/);
    await until(() => mailbox.mails.length === 1);
    const [mail] = mailbox.mails;
    assert.equal(mail?.to, "rosa@correo.example");
    assert.match(digits(/saldo pendiente de ([^,]*),/.exec(mail?.text ?? "")?.[1] ?? ""), /^50000/);
    assert.match(mail?.text ?? "", /Hola Rosa[\s\S]*de hace 40 días/);
    assert.match(mail?.raw ?? "", /List-Unsubscribe:\s+<https:\/\/tienda\.example\/no-reminders\/[\w-]{32}>/);
    await until(async () => (await states(rosa))[0] === "sent");
    assert.match((await browser.get(`/customers/${rosa}/reminders`)).text, /enviado Manuela Mora/);
    const again = await remind(rosa);
    assert.deepEqual([again.status, again.body.code], [409, "REMINDER_RECENT"]);
    assert.match(again.body.title, /7 días/);
    await shop.db.raw(
      "UPDATE customer_reminders SET created_at = created_at - interval '8 days', settled_at = settled_at - interval '8 days' WHERE customer_id = ?",
      [rosa],
    );
    assert.equal((await remind(rosa)).status, 201);
    await until(() => mailbox.mails.length === 2);
  });

  it("all whose debt is older go at once: to each who may be reminded one, though many ask in the same moment", async () => {
    const [ana, bea] = [await debtor("Ana", 31), await debtor("Bea", 100)];
    for (const id of [ana, bea, await debtor("Joven", 30), await debtor("Sinmail", 50, null)]) await agree(id);
    await debtor("Callada", 50);
    const before = mailbox.mails.length;
    const key = randomUUID();
    const answers = await Promise.all([
      ...[key, key].map((same) => remindAll(30, same)),
      ...Array.from({ length: 10 }, () => remindAll(30)),
      ...Array.from({ length: 10 }, () => remind(ana)),
    ]);
    const told = answers.slice(0, 12).filter(({ status }) => status === 200);
    const queued = answers.filter(({ status }) => status === 201).length;
    const most = told.map(({ body }) => tell(body as Told)).sort((a, b) => b.queued - a.queued)[0];
    // Rosa had one already; Ana's may be one that was asked for by itself
    assert.deepEqual(most, { queued: 2 - queued, no_mail: 1, no_consent: 1, recent: 1 + queued });
    const { rows } = await shop.db.raw(
      "SELECT customer_id, count(*)::int AS n FROM customer_reminders WHERE customer_id = ANY(?) GROUP BY 1",
      [[ana, bea]],
    );
    assert.deepEqual(
      rows.map((row: { n: number }) => row.n),
      [1, 1],
    );
    await until(async () => (await states(ana))[0] === "sent" && (await states(bea))[0] === "sent");
    assert.deepEqual(
      mailbox.mails
        .slice(before)
        .map(({ to }) => to)
        .sort(),
      ["ana@correo.example", "bea@correo.example"],
    );
    const browser = await shop.browser("manager");
    const all = await (await browser.get("/receivables")).submit("#filter", { over: "90" });
    assert.deepEqual(
      all.root.querySelectorAll("#receivables tbody th").map((cell) => cell.text),
      ["Bea"],
    );
    const done = await all.submit("#remind-all");
    assert.match(
      done.text,
      /Ningún recordatorio en camino\. Sin correo: 0; sin autorización: 0; recordados hace poco: 1/,
    );
    const list = await follow(browser, all, "#print-list");
    assert.match(
      list.root.querySelector("#list tbody")?.text.replace(/\s+/g, " ") ?? "",
      /^\s?Bea\$\s?50\.000100\d\d\/\d\d\/\d{4}/,
    );
    const { body } = await manager.get<{ data: { name: string }[] }>("/api/v1/receivables?over=30");
    assert.deepEqual(new Set(body.data.map(({ name }) => name)), new Set(["Rosa", "Ana", "Bea", "Sinmail", "Callada"]));
    const one = await manager.get<{ data: { name: string }[]; next_cursor: string }>(
      "/api/v1/receivables?over=90&limit=1",
    );
    assert.deepEqual([one.body.data[0]?.name, one.body.next_cursor], ["Bea", null]);
  });

  it("whoever wants no more of them says so by the link, without an account", async () => {
    const caro = await debtor("Caro", 60);
    await agree(caro);
    assert.equal((await remind(caro)).status, 201);
    const mine = () => mailbox.mails.find(({ to }) => to === "caro@correo.example");
    await until(() => mine() !== undefined);
    const [, path = ""] = /https:\/\/tienda\.example(\/no-reminders\/[\w-]{32})/.exec(mine()?.text ?? "") ?? [];
    const visitor = await shop.browser();
    const page = await visitor.get(path);
    const { rows } = await shop.db.raw("SELECT count(*)::int AS n FROM customer_consents WHERE customer_id = ?", [
      caro,
    ]);
    assert.equal(rows[0].n, 1, "looking at the page stops nothing: mail programs look at every link");
    assert.doesNotMatch(page.text, /Caro|50\.000/);
    for (let time = 0; time < 2; time++) {
      const done = await (await visitor.get(path)).submit("#stop");
      assert.match(done.text, /no recibirá más recordatorios/);
    }
    await shop.db.raw(
      "UPDATE customer_reminders SET created_at = created_at - interval '8 days', settled_at = settled_at - interval '8 days' WHERE customer_id = ?",
      [caro],
    );
    assert.equal((await remind(caro)).body.code, "REMINDER_NO_CONSENT");
    const people = await (await shop.browser("manager")).get(`/customers/${caro}/people`);
    assert.match(
      people.root.querySelector("#consents tbody tr")?.text ?? "",
      /No autoriza[\s\S]*En una página[\s\S]*El cliente/,
    );
    assert.equal(people.root.querySelectorAll("#consents tbody tr").length, 2);
    assert.equal((await visitor.get(`/no-reminders/${"x".repeat(32)}`)).status, 404);
    assert.equal((await visitor.get("/no-reminders/x")).status, 404);
  });

  it("a server that is busy is asked again; who has paid meanwhile, or wants none any more, gets none", async () => {
    mailbox.answer = 451;
    const [payer, stopper, late] = [await debtor("Paga", 60), await debtor("Calla", 60), await debtor("Tarde", 60)];
    for (const id of [payer, stopper, late]) {
      await agree(id);
      assert.equal((await remind(id)).status, 201);
    }
    const queue = async () =>
      (
        await shop.db.raw(
          "SELECT state, last_error, address FROM receipt_letters WHERE kind = 'reminder' AND state = 'queued'",
        )
      ).rows;
    await until(async () => (await queue()).filter((row: { last_error: string }) => row.last_error).length === 3);
    assert.ok((await queue()).every((row: { address: string | null }) => row.address === null));
    await book(payer, "payment", -5_000_000, 0);
    await agree(stopper, false);
    mailbox.answer = undefined;
    await shop.db.raw("UPDATE receipt_letters SET next_try_at = now() WHERE state = 'queued'");
    await until(async () => (await queue()).length === 0);
    assert.deepEqual(
      [await states(payer), await states(stopper), await states(late)],
      [["dropped"], ["dropped"], ["sent"]],
    );
    assert.ok(mailbox.mails.some(({ to }) => to === "tarde@correo.example"));
    assert.ok(!mailbox.mails.some(({ to }) => /paga|calla@/.test(to)));

    mailbox.answer = 550;
    const wrong = await debtor("Malo", 60);
    await agree(wrong);
    await remind(wrong);
    await until(async () => (await states(wrong))[0] === "failed");
    mailbox.answer = undefined;
    // what did not go out does not count
    assert.equal((await remind(wrong)).status, 201);
  });

  it("by who may; the trail and the queue name nobody; nothing of nobody", async () => {
    const dora = await debtor("Dora", 60);
    await agree(dora);
    const employee = await shop.api("employee");
    assert.equal((await remind(dora, employee)).status, 403);
    assert.equal(
      (await employee.post("/api/v1/receivables/reminders", { over: 0 }, { key: randomUUID() })).status,
      403,
    );
    const seen = await (await shop.browser("employee")).get(`/customers/${dora}/reminders`);
    assert.equal(seen.root.querySelector("#remind"), null);
    assert.equal((await remind(999_999)).status, 404);
    assert.equal(
      (await remind(await hire("Nada", { email: "nada@correo.example" }))).body.code,
      "REMINDER_OWES_NOTHING",
    );
    assert.equal((await remind(await debtor("Mudo", 5, null))).body.code, "REMINDER_NO_MAIL");
    for (const over of [-1, "x", 1e9]) {
      const answer = await manager.post("/api/v1/receivables/reminders", { over }, { key: randomUUID() });
      assert.equal(answer.status, 422, String(over));
    }
    const { rows } = await shop.db.raw(
      `SELECT row_to_json(a)::text AS said FROM audit_log a WHERE action LIKE '%reminded'
       UNION ALL SELECT row_to_json(r)::text FROM customer_reminders r
       UNION ALL SELECT row_to_json(l)::text FROM receipt_letters l`,
    );
    assert.ok(rows.length > 10);
    assert.doesNotMatch(JSON.stringify(rows), /@|Rosa|Ana|Bea|Caro|Tarde/);
  });

  it("two who are one get one; a person's file says what was sent, and who was forgotten gets none", async () => {
    const [one, twin] = [await debtor("Gemela", 60), await debtor("Gemelita", 60)];
    await agree(twin);
    assert.equal((await remind(twin)).status, 201);
    await until(async () => (await states(twin))[0] === "sent");
    await manager.post(`/api/v1/customers/${one}/merge`, { from_id: twin }, { key: randomUUID() });
    assert.equal((await remind(one)).body.code, "REMINDER_RECENT");
    assert.equal((await remind(twin)).body.code, "CUSTOMER_MERGED");
    const file = await manager.get<{ reminders: unknown[] }>(`/api/v1/customers/${one}/export`);
    assert.equal(file.body.reminders.length, 1);
  });
});

describe("reminders of debts without a mail server", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  it("are refused with what is missing, and the shop's own mail is offered instead", async () => {
    const manager = await shop.api("manager");
    const facts = { name: "Rosa", email: "rosa@correo.example" };
    const { body } = await manager.post<{ id: number }>("/api/v1/customers", facts, { key: randomUUID() });
    const one = await manager.post<ProblemAnswer>(`/api/v1/customers/${body.id}/reminders`, {}, { key: randomUUID() });
    assert.deepEqual([one.status, one.body.code], [409, "MAIL_NOT_SET"]);
    const all = await manager.post<ProblemAnswer>("/api/v1/receivables/reminders", { over: 0 }, { key: randomUUID() });
    assert.deepEqual([all.status, all.body.code], [409, "MAIL_NOT_SET"]);
    const page = await (await shop.browser("manager")).get(`/customers/${body.id}/reminders`);
    assert.match(page.root.querySelector("#against")?.text ?? "", /SMTP_URL/);
  });
});
