import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import { cash, ring, stocked } from "./till.ts";

describe("a receipt by e-mail", () => {
  let shop: Shop;
  let admin: ApiClient;
  let mailbox: Mailbox;
  let saleId: number;
  before(async () => {
    mailbox = await openMailbox();
    shop = await openShop({ env: { SMTP_URL: mailbox.url, SMTP_FROM: "Tienda <caja@tienda.example>" } });
    admin = await shop.api("admin");
    const bread = await stocked(shop, { sku: "PAN", name: "Pan de año", price: "500" });
    const sale = await ring(admin, { items: [{ product_id: bread.id, quantity: "1" }], payments: cash("500") });
    saleId = sale.body.id;
  });
  after(async () => {
    try {
      await shop?.close();
    } finally {
      await mailbox?.close();
    }
  });

  const states = async () =>
    (await admin.get<{ data: { state: string }[] }>(`/api/v1/sales/${saleId}/email`)).body.data.map((one) => one.state);
  const send = (to: string, key: string = randomUUID()) =>
    admin.post<{ id: number }>(`/api/v1/sales/${saleId}/email`, { to }, { key });

  it("is asked for on the page, and goes out once with the PDF", async () => {
    const page = await (await shop.browser("employee")).get(`/sales/${saleId}/email`);
    const refused = await page.submit("#email", { to: "nadie@@x" });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /nombre@ejemplo\.com/);
    const done = await refused.submit("#email", { to: "ana@cliente.example" });
    assert.match(done.text, /El correo está en camino/);
    await until(() => mailbox.mails.length === 1);
    assert.equal(mailbox.mails[0]?.to, "ana@cliente.example");
    assert.match(mailbox.mails[0]?.raw ?? "", /Content-Type: application\/pdf; name=\S*C1-/);
    // %PDF- in base64
    assert.match(mailbox.mails[0]?.raw ?? "", /\nJVBERi0/);
    await until(async () => (await states())[0] === "sent");
  });

  it("the same key sends one letter; a line break in an address is refused", async () => {
    const key = randomUUID();
    const before = mailbox.mails.length;
    for (let time = 0; time < 3; time++) assert.ok((await send("eva@cliente.example", key)).status < 300);
    await until(async () => (await states()).every((state) => state === "sent"));
    assert.equal(mailbox.mails.length, before + 1);
    assert.equal((await send("a@b.example\r\nBcc: c@d.example")).status, 422);
  });

  it("a server that is busy is asked again; one that says no for good is believed, and the page says it", async () => {
    const before = mailbox.mails.length;
    mailbox.answer = 451;
    const { body } = await send("leo@cliente.example");
    const letter = async () =>
      (await shop.db.raw("SELECT tries, state, last_error FROM receipt_letters WHERE id = ?", [body.id])).rows[0];
    await until(async () => (await letter()).last_error !== null);
    assert.equal((await letter()).state, "queued");
    mailbox.answer = undefined;
    await shop.db.raw("UPDATE receipt_letters SET next_try_at = now() WHERE id = ?", [body.id]);
    await until(async () => (await letter()).state === "sent");
    assert.deepEqual([(await letter()).tries, mailbox.mails.length], [2, before + 1]);

    mailbox.answer = 550;
    await send("nadie@cliente.example");
    await until(async () => (await states())[0] === "failed");
    const page = await (await shop.browser("employee")).get(`/sales/${saleId}/email`);
    assert.match(page.text, /no se pudo enviar/);
    assert.match(page.text, /550/);
    mailbox.answer = undefined;
  });

  it("after a month its address is forgotten, and so is what was printed", async () => {
    await shop.db.raw("UPDATE receipt_letters SET created_at = now() - interval '31 days' WHERE state = 'failed'");
    const before = (await states()).length;
    await shop.kernel.jobs.runNow("pos", "clean-print-queue-and-letters");
    assert.equal((await states()).length, before - 1);
    assert.ok(!(await states()).includes("failed"));
  });

  it("one person has ten a minute and two hundred a day, on the page and by program together; others send theirs", async () => {
    const strict = await openShop({
      env: { SMTP_URL: mailbox.url, SMTP_FROM: "caja@tienda.example", RATE_LIMIT_LETTERS: "" },
    });
    try {
      assert.deepEqual(strict.kernel.config.RATE_LIMIT_LETTERS, [
        { max: 10, seconds: 60 },
        { max: 200, seconds: 86_400 },
      ]);
      const { id: product_id } = await stocked(strict, { sku: "PAN", price: "500" });
      const cashier = await strict.api("employee");
      const { id } = (await ring(cashier, { items: [{ product_id, quantity: "1" }], payments: cash("500") })).body;
      const path = `/api/v1/sales/${id}/email`;
      const to = (who: ApiClient, address: string) =>
        who.post<{ code?: string }>(path, { to: address }, { key: randomUUID() });
      for (let n = 0; n < 9; n += 1) assert.equal((await to(cashier, `${n}@cliente.example`)).status, 201);
      const page = await (await strict.browser("employee")).get(`/sales/${id}/email`);
      assert.equal((await page.submit("#email", { to: "@" })).status, 422, "what is not sent is not counted");
      assert.match((await page.submit("#email", { to: "diez@cliente.example" })).text, /El correo está en camino/);
      const eleventh = await to(cashier, "once@cliente.example");
      assert.deepEqual([eleventh.status, eleventh.body.code], [429, "RATE_LIMITED"]);
      const again = await page.submit("#email", { to: "doce@cliente.example" });
      assert.equal(again.status, 429);
      assert.match(again.html, /doce@cliente\.example/, "the form is drawn again with what was typed");
      const { rows } = await strict.db.raw("SELECT count(*)::int AS n FROM receipt_letters");
      assert.equal(rows[0].n, 10);
      assert.equal((await to(await strict.api("manager"), "otra@cliente.example")).status, 201);
      assert.equal((await cashier.get(path)).status, 200, "to look is no letter");
    } finally {
      await strict.close();
    }
  });

  it("the audit trail says that it went out, and keeps no address", async () => {
    const { rows } = await shop.db.raw(
      "SELECT row_to_json(a)::text AS text FROM audit_log a WHERE action = 'receipt.emailed'",
    );
    assert.ok(rows.length >= 4);
    assert.doesNotMatch(JSON.stringify(rows), /@/);
  });
});
