/** Merging: two entries of the register that are one person become one, for good, with a trail. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Actor, Customer } from "./domain.ts";
import { errors } from "./errors.ts";
import { writeEntry } from "./queries/accounts.ts";
import * as queries from "./queries/customers.ts";
import { clearDocument, markMerged, mergedInto } from "./queries/merging.ts";
import { findByContacts, listContacts, moveContacts } from "./queries/people.ts";
import { writePoints } from "./queries/points.ts";

export type Merging = ReturnType<typeof createMerging>;

export interface MergeActor extends Actor {
  user: Actor["user"] & { fullName: string };
}

/** It happens to the shop as a whole. */
const NO_STORE = 0;

export function createMerging({ db, clock, audit }: { db: Database; clock: Clock; audit: Auditor }) {
  async function move(tx: Tx, from: Customer, into: Customer, { user }: MergeActor): Promise<void> {
    const now = clock.now();
    const steps = [
      { of: from, other: into, sign: -1 },
      { of: into, other: from, sign: 1 },
    ];
    for (const { of, other, sign } of steps) {
      const document = { type: "merge", id: other.id, number: `#${other.id}` };
      const entry = { customerId: of.id, storeId: NO_STORE, currency: of.currency, document, user };
      if (from.balanceMinor !== 0)
        await writeEntry(tx, "merge", { ...entry, amountMinor: sign * from.balanceMinor }, now);
      const points = sign * from.points;
      if (points !== 0)
        await writePoints(tx, { ...entry, kind: "merge", points, amountMinor: 0, saleId: undefined }, 0, now);
    }
  }

  return {
    /** Those that were merged into a customer. */
    into: (id: number) => mergedInto(db.primary, id),

    /**
     * What `fromId` owes and its points go to `intoId`, which keeps its own facts and gets those that it lacks; documents stay as they
     * are and count as `intoId`'s. Throws NOT_FOUND; faults of `from_id`: MERGE_SELF, CUSTOMER_UNKNOWN, MERGE_CURRENCY; CUSTOMER_MERGED, CUSTOMER_ERASED.
     */
    async merge(tx: Tx, actor: MergeActor, fromId: number, intoId: number): Promise<Customer> {
      if (fromId === intoId) throw fieldFault("from_id", "MERGE_SELF", "customers.validation.merge_self");
      // everybody who merges locks in the same order
      const locked = new Map<number, Customer | undefined>();
      for (const id of [fromId, intoId].sort((a, b) => a - b)) locked.set(id, await queries.customerById(tx, id, true));
      const [from, into] = [locked.get(fromId), locked.get(intoId)];
      if (!into) throw kernelErrors.NOT_FOUND();
      if (!from) throw fieldFault("from_id", "CUSTOMER_UNKNOWN", "customers.validation.unknown");
      if (from.mergedInto !== undefined || into.mergedInto !== undefined) throw errors.CUSTOMER_MERGED();
      if (from.erasedAt !== undefined || into.erasedAt !== undefined) throw errors.CUSTOMER_ERASED();
      if (from.currency !== into.currency)
        throw fieldFault("from_id", "MERGE_CURRENCY", "customers.validation.merge_currency");
      await move(tx, from, into, actor);
      if (!into.document && from.document) await clearDocument(tx, fromId);
      await moveContacts(tx, fromId, intoId);
      await findByContacts(tx, intoId, await listContacts(tx, [intoId]));
      await markMerged(tx, fromId, intoId, clock.now());
      const facts = {
        ...into,
        document: into.document ?? from.document,
        phone: into.phone ?? from.phone,
        email: into.email ?? from.email,
        address: into.address ?? from.address,
        note: into.note ?? from.note,
      };
      const merged = await queries.updateCustomer(tx, intoId, facts, clock.now());
      // with what the one lacked and got: whoever has to part them again finds it here
      const got = (["document", "phone", "email", "address", "note"] as const).filter(
        (fact) => into[fact] === undefined && from[fact] !== undefined,
      );
      const moved = { balance_minor: from.balanceMinor, points: from.points };
      const { user, address } = actor;
      const about = { user, address, action: "customer.merged" };
      await audit(tx, { ...about, subject: `customer:${intoId}`, after: { merged_from: fromId, ...moved, got } });
      await audit(tx, { ...about, subject: `customer:${fromId}`, after: { merged_into: intoId, ...moved } });
      return merged;
    },
  };
}
