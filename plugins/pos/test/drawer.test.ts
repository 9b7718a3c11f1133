/** The drawer opened without a sale, and counts that were refused: both leave a trace. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import type { ProblemAnswer } from "./till.ts";

const PIN = "402857";

describe("the drawer without a sale", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    const manager = await shop.api("manager");
    const set = { current_password: people.manager.password, pin: PIN };
    assert.equal((await manager.put("/api/v1/auth/pin", set)).status, 204);
  });
  after(() => shop?.close());

  const key = () => ({ key: randomUUID() });
  const openShift = async (float: string) => {
    const cashier = await shop.api("employee");
    const opened = await cashier.post<{ id: number }>("/api/v1/shifts", { register_id: 1, float }, key());
    assert.equal(opened.status, 201, opened.text);
    return opened.body.id;
  };
  const openings = async (shiftId: number) => {
    const manager = await shop.api("manager");
    return (await manager.get<{ drawer_openings: number }>(`/api/v1/shifts/${shiftId}/x`)).body.drawer_openings;
  };
  const trail = async (action: string) =>
    (
      await shop.db.raw("SELECT user_name, subject, after, reason FROM audit_log WHERE action = ? ORDER BY id", [
        action,
      ])
    ).rows;

  it("a cashier needs somebody's PIN and a reason; the shift counts it, the trail says who approved", async () => {
    const shiftId = await openShift("50000.00");
    const browser = await shop.browser("employee");
    const page = await browser.get("/pos/drawer");
    const empty = await (await shop.browser("manager")).get("/pos/drawer").then((own) => own.submit("#drawer"));
    assert.equal(empty.status, 422);
    assert.ok(empty.root.querySelector("#reason-error"));
    const asking = await page.submit("#drawer", { reason: "Cambiar un billete" });
    assert.equal(asking.status, 403);
    assert.equal(await openings(shiftId), 0);
    assert.match(asking.text, /Abrir el cajón sin venta · Caja 1.*Cambiar un billete/, "nobody approves unseen");
    const done = await asking.submit("#approval", { _approver: people.manager.username, _pin: PIN });
    assert.equal(done.url, `/shifts/${shiftId}`, done.text);
    assert.equal(await openings(shiftId), 1);
    const [entry] = await trail("drawer.opened");
    assert.deepEqual(
      [entry.user_name, entry.subject, entry.after.approved_by, entry.reason],
      ["emilio", `shift:${shiftId}`, "manuela", "Cambiar un billete"],
    );
    const seen = await (await shop.browser("manager")).get(`/shifts/${shiftId}`);
    assert.match(seen.text, /Cajón abierto sin venta 1/);
    assert.match(seen.root.querySelector("#openings")?.text ?? "", /Cambiar un billete\s*Emilio/);
    // the form once more: the same opening
    await asking.submit("#approval", { _approver: people.manager.username, _pin: PIN });
    assert.equal(await openings(shiftId), 1);
  });

  it("a program names the shift: only the open one, each key once, and the row is final", async () => {
    const manager = await shop.api("manager");
    const current = await manager.get<{ id: number }>("/api/v1/shifts/current");
    const path = `/api/v1/shifts/${current.body.id}/drawer-openings`;
    const bare = await (await shop.api("employee")).post<ProblemAnswer>(path, { reason: "Cambio" }, key());
    assert.deepEqual([bare.status, bare.body.code], [403, "APPROVAL_NEEDED"]);
    const once = key();
    const made = await manager.post<{ id: number; by: string }>(path, { reason: "Cambio" }, once);
    assert.deepEqual([made.status, made.body.by], [201, people.manager.fullName], made.text);
    const again = await manager.post<{ id: number }>(path, { reason: "Cambio" }, once);
    assert.deepEqual([again.status, again.body.id], [200, made.body.id]);
    interface Listed {
      data: { id: number; shift_id: number; reason: string; by: string }[];
      next_cursor: string | null;
    }
    const newest = (await manager.get<Listed>(`${path}?limit=1`)).body;
    assert.deepEqual(
      newest.data.map(({ id, shift_id, reason, by }) => [id, shift_id, reason, by]),
      [[made.body.id, current.body.id, "Cambio", people.manager.fullName]],
    );
    const older = (await manager.get<Listed>(`${path}?limit=1&cursor=${newest.next_cursor}`)).body;
    assert.deepEqual([older.data.map(({ reason }) => reason), older.next_cursor], [["Cambiar un billete"], null]);
    assert.equal((await manager.get("/api/v1/shifts/999999/drawer-openings")).status, 404);
    await assert.rejects(shop.db.raw("UPDATE drawer_openings SET reason = 'x'"));
    await assert.rejects(shop.db.raw("DELETE FROM drawer_openings"));
    const closed = await manager.post<{ z: { report: { drawer_openings: number } } }>(
      `/api/v1/shifts/${current.body.id}/close`,
      { total: "50000.00" },
      key(),
    );
    assert.equal(closed.body.z.report.drawer_openings, 2);
    const late = await manager.post<ProblemAnswer>(path, { reason: "Cambio" }, key());
    assert.deepEqual([late.status, late.body.code], [409, "SHIFT_CLOSED"]);
    await shop.kernel.ledgers.seal();
  });

  it("counts refused for want of a reason stay in the trail, twenty at once as well", async () => {
    const shiftId = await openShift("50000.00");
    const cashier = await shop.api("employee");
    const totals = Array.from({ length: 20 }, (_, index) => `${30_000 + index}.00`);
    const answers = await Promise.all(
      totals.map((total) => cashier.post<ProblemAnswer>(`/api/v1/shifts/${shiftId}/close`, { total }, key())),
    );
    for (const { status, text } of answers) assert.equal(status, 422, text);
    await until(async () => (await trail("count.refused")).length === totals.length);
    const refused = await trail("count.refused");
    const counted = refused.map(({ after: said }: { after: { counted_minor: number } }) => said.counted_minor);
    assert.deepEqual(
      counted.sort((a: number, b: number) => a - b),
      totals.map((total) => Number(total) * 100),
    );
    assert.equal(refused[0].subject, `shift:${shiftId}`);
    const closed = await cashier.post(`/api/v1/shifts/${shiftId}/close`, { total: "50000.00" }, key());
    assert.equal(closed.status, 201, closed.text);
    assert.equal((await trail("count.refused")).length, totals.length, "a good count is no refused one");
  });

  it("amounts that are tried until one can be taken out stay in the trail", async () => {
    const shiftId = await openShift("50000.00");
    const cashier = await shop.api("employee");
    const out = (amount: string) =>
      cashier.post<ProblemAnswer>(
        `/api/v1/shifts/${shiftId}/cash-movements`,
        { kind: "out", amount, reason: "banco" },
        key(),
      );
    for (const amount of ["52000.00", "51000.00"]) assert.equal((await out(amount)).body.code, "CASH_SHORT");
    assert.equal((await out("50000.00")).status, 201);
    await until(async () => (await trail("cash.refused")).length === 2);
    const refused = await trail("cash.refused");
    assert.deepEqual(
      refused.map(({ after: said }: { after: { amount_minor: number } }) => said.amount_minor).sort(),
      [5_100_000, 5_200_000],
    );
    assert.equal(refused[0].subject, `shift:${shiftId}`);
    const page = await (await shop.browser("admin")).get("/audit");
    assert.match(page.text, /Salida de efectivo rechazada/);
    assert.equal((await cashier.post(`/api/v1/shifts/${shiftId}/close`, { total: "0.00" }, key())).status, 201);
  });
});
