import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { describe, it } from "mocha";
import { handClock } from "../../../test/harness/clock.ts";
import type { UserSecret } from "../domain.ts";
import { createSeal } from "../seal.ts";
import { createTickets } from "../ticket.ts";

describe("the ticket between the password and the code", () => {
  const now = new Date("2026-03-02T15:00:00Z");
  const ana: UserSecret = {
    id: 7,
    username: "ana",
    fullName: "Ana Mora",
    role: "admin",
    active: true,
    createdAt: now,
    updatedAt: now,
    passwordHash: "scrypt$1",
  };

  it("is good for five minutes, for one person with one password", () => {
    const clock = handClock();
    const seal = createSeal([createSecretKey(Buffer.from("a secret of this test"))], "ticket");
    const tickets = createTickets({ seal, clock });
    const { value } = tickets.issue(ana);
    clock.advance(299_000);
    const ticket = tickets.read(value);
    assert.equal(ticket?.userId, 7);
    assert.equal(ticket?.isFor(ana), true);
    assert.equal(ticket?.isFor({ ...ana, passwordHash: "scrypt$2" }), false);
    assert.ok(!value?.includes("scrypt"), "the hash stays here");
    clock.advance(2_000);
    assert.equal(tickets.read(value), undefined);
  });
});
