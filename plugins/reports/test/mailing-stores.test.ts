/** Reports by e-mail of all stores: each tells of days that are over in every one of them, so that no sale is told by none. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { type ApiClient, createApiClient } from "../../../test/harness/api-client.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { type Mailbox, openMailbox } from "../../pos/test/mailbox.ts";

interface Problem {
  id: number;
  code?: string;
  errors?: { field: string; code: string; message?: string }[];
}

describe("reports by e-mail of stores whose days end at other hours", () => {
  let shop: Shop;
  let mailbox: Mailbox;
  let admin: ApiClient;
  let north = 0;
  // a Monday, ten o'clock in Bogotá, where days of the shop end at midnight
  const clock = handClock("2026-03-02T15:00:00Z");

  before(async () => {
    mailbox = await openMailbox();
    shop = await openShop({ clock, env: { SMTP_URL: mailbox.url, SMTP_FROM: "caja@tienda.example" } });
    admin = await shop.api("admin");
    north = await open({ name: "Norte", day_cutoff_hour: 6 });
    await open({ name: "Escuela", day_cutoff_hour: 9, training: true });
    await open({ name: "Cerrada", day_cutoff_hour: 11, active: false });
  });
  after(async () => {
    try {
      await shop?.close();
    } finally {
      await mailbox?.close();
    }
  });

  const open = async (facts: object) => {
    const { active, ...rest } = facts as { active?: boolean };
    const made = await admin.post<{ id: number }>("/api/v1/stores", rest, { key: randomUUID() });
    assert.equal(made.status, 201, made.text);
    if (active === false) assert.equal((await admin.patch(`/api/v1/stores/${made.body.id}`, { active })).status, 200);
    return made.body.id;
  };
  const order = async (hour: number, more: object = {}) => {
    const { rows } = await shop.db.raw("SELECT id FROM users WHERE username = 'admin'");
    const asked = { report: "sales-by-day", rhythm: "daily", hour, format: "csv", recipients: [rows[0].id], ...more };
    return admin.post<Problem>("/api/v1/reports/schedules", asked, { key: randomUUID() });
  };
  const signInAgain = async () => {
    const { username, password } = people.admin;
    const { body } = await (await shop.api()).post<{ access_token: string }>("/api/v1/auth/login", {
      username,
      password,
    });
    admin = createApiClient(() => shop.url, body.access_token);
  };
  const lastDays = async () =>
    (
      await shop.db.raw(
        "SELECT schedule_id AS id, to_char(last_day, 'YYYY-MM-DD') AS day FROM report_mailings ORDER BY due_at, schedule_id",
      )
    ).rows.map(({ id, day }: { id: number; day: string }) => [id, day]);

  it("an hour at which a store still sells on the day before is refused", async () => {
    const early = await order(1);
    const [fault] = early.body.errors ?? [];
    assert.deepEqual([early.status, fault?.field, fault?.code], [422, "hour", "HOUR_BEFORE_CUTOFF"]);
    assert.match(early.text, /6:00/);
    assert.equal((await order(5)).status, 422);
    assert.equal((await order(1, { store_id: north })).status, 422);
    const refused = [(await order(1, { report: "stock-value" })).status, (await order(1, { store_id: 1 })).status];
    assert.deepEqual(refused, [201, 201], "of what is there now, and of a store whose days end at midnight");
  });

  it("a store that ends its days later since then is waited for: the day that is not over comes with the next letter", async () => {
    const whole = await order(6);
    assert.equal(whole.status, 201, whole.text);
    const [now, one] = [1, 2];
    // Tuesday at half past six
    clock.advance(20.5 * 3_600_000);
    await shop.kernel.jobs.runNow("reports", "send-due");
    assert.deepEqual(await lastDays(), [
      [now, "2026-03-01"],
      [one, "2026-03-02"],
      [whole.body.id, "2026-03-02"],
    ]);
    await signInAgain();
    const later = await admin.patch(`/api/v1/stores/${north}`, { day_cutoff_hour: 8 });
    assert.equal(later.status, 200, later.text);
    clock.advance(24 * 3_600_000);
    await shop.kernel.jobs.runNow("reports", "send-due");
    assert.deepEqual((await lastDays()).at(-1), [whole.body.id, "2026-03-02"], "the 3rd still goes on in the north");
  });
});
