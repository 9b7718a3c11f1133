/**
 * Counts while selling goes on: each entry is compared with the books of its own moment (the snapshot and the movements since), and
 * what differs is posted as a difference. So a sale before the entry is in both, and one after it in neither. Of one between two
 * entries nobody knows whether it came from what was counted already: such a line is counted again as a whole.
 */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import type { Actor } from "../domain.ts";
import { errors } from "../errors.ts";
import * as queries from "../queries/counts.ts";
import { countedInParts } from "../shortages.ts";
import type { Stock } from "../stock.ts";
import { type Count, countNumber, type Entered, type NewCount, type Shown } from "./count.ts";

/** What becomes of the products that nobody counted: they stay as they are, or there are none. */
export const UNCOUNTED = ["keep", "zero"] as const;
export type Uncounted = (typeof UNCOUNTED)[number];

export type Counts = ReturnType<typeof createCounts>;

export function createCounts(parts: { db: Database; clock: Clock; audit: Auditor; stock: Pick<Stock, "applyCount"> }) {
  const { db, clock, audit, stock } = parts;

  /** Throws NOT_FOUND, COUNT_POSTED, COUNT_CANCELLED. */
  async function openOne(tx: Tx, id: number, how: "shared" | "alone"): Promise<Count> {
    const count = await queries.lockCount(tx, id, how);
    if (!count) throw kernelErrors.NOT_FOUND();
    const params = { number: countNumber(count), person: count.closedBy ?? "" };
    if (count.state === "posted") throw errors.COUNT_POSTED({ params });
    if (count.state === "cancelled") throw errors.COUNT_CANCELLED({ params });
    return count;
  }

  return {
    list: (storeIds: readonly number[], before: number | undefined, limit: number) =>
      queries.countsOf(db.replica, storeIds, before, limit),

    /** Throws NOT_FOUND. */
    async find(id: number, tx?: Tx): Promise<Count> {
      const found = await queries.countById(tx ?? db.primary, id);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    progress: (id: number, tx?: Tx) => queries.progressOf(tx ?? db.primary, id),
    entries: (id: number, limit: number) => queries.entriesOf(db.replica, id, limit),
    /** By name, at most `limit`. */
    lines: (id: number, shown: Shown, after: { sortKey: string; id: number } | undefined, limit: number) =>
      queries.linesOf(db.replica, id, shown, after, limit),

    /**
     * Takes the snapshot. Throws COUNT_OVERLAPS while another open count of the store has one of the products, and a fault of
     * `category_id` without a product.
     */
    async start(tx: Tx, actor: Actor, wanted: Pick<NewCount, "storeId" | "categoryId" | "note">): Promise<number> {
      const { storeId, categoryId, note } = wanted;
      const id = await queries.insertCount(tx, { ...wanted, user: actor.user, now: clock.now() });
      const nothing = () => fieldFault("category_id", "COUNT_EMPTY", "inventory.validation.count_empty");
      if (id === undefined) throw nothing();
      const lines = await queries.insertLines(tx, { id, storeId, categoryId });
      if (lines.put < lines.wanted) throw errors.COUNT_OVERLAPS();
      if (lines.wanted === 0) throw nothing();
      const after = { store_id: storeId, category_id: categoryId, lines: lines.put };
      await audit(tx, {
        ...actor,
        action: "count.started",
        subject: `count:${id}`,
        after,
        ...(note === undefined ? {} : { reason: note }),
      });
      return id;
    },

    /**
     * A counter found so many of a product; counters' entries add up, and one below zero takes a slip back. Answers what was counted
     * together, and whether it is to be counted again. Throws COUNT_POSTED, COUNT_CANCELLED, faults of `field` below zero and of a product that is not in the count.
     */
    async enter(
      tx: Tx,
      actor: Actor,
      countId: number,
      entry: { productId: number; quantityMilli: number },
      field = { quantity: "quantity", product: "product_id" },
    ): Promise<Entered> {
      const count = await openOne(tx, countId, "shared");
      const { productId, quantityMilli } = entry;
      let line = await queries.lockLine(tx, countId, productId);
      if (!line) {
        await queries.addLine(tx, count, productId);
        line = await queries.lockLine(tx, countId, productId);
      }
      if (!line) throw fieldFault(field.product, "COUNT_OTHER_PRODUCT", "inventory.validation.count_other_product");
      if ((line.countedMilli ?? 0) + quantityMilli < 0)
        throw fieldFault(field.quantity, "COUNT_NEGATIVE", "inventory.validation.count_negative");
      return queries.enterQuantity(tx, { count, productId, quantityMilli, user: actor.user, now: clock.now() });
    },

    /** What was counted of these products, or of all that differ or were counted while something moved, is counted afresh. How many. */
    async recount(tx: Tx, actor: Actor, id: number, productIds: readonly number[] | undefined): Promise<number> {
      await openOne(tx, id, "alone");
      const lines = await queries.openAgain(tx, id, productIds);
      if (lines > 0) await audit(tx, { ...actor, action: "count.recounted", subject: `count:${id}`, after: { lines } });
      return lines;
    },

    /**
     * Approves it: the differences become movements, once. Throws COUNT_POSTED, COUNT_CANCELLED, COUNT_NOTHING before anything was
     * counted, COUNT_AGAIN when something moved between entries of a line, and COUNT_BELOW_ZERO when more was sold since than would
     * be left: these are to be counted again.
     */
    async post(tx: Tx, actor: Actor, id: number, uncounted: Uncounted): Promise<void> {
      const count = await openOne(tx, id, "alone");
      const lines = await queries.linesToPost(tx, id);
      const counted = lines.filter(({ differenceMilli }) => differenceMilli !== null);
      if (counted.length === 0) throw errors.COUNT_NOTHING();
      const again = await queries.movedBetween(tx, id);
      if (again.length > 0) throw countedInParts(again);
      const posted = await stock.applyCount(tx, actor, {
        storeId: count.storeId,
        document: { type: "count", id, number: countNumber(count) },
        lines: uncounted === "zero" ? lines : counted,
      });
      await queries.closeLines(tx, id, posted);
      await queries.closeCount(tx, id, "posted", actor.user, clock.now());
      const differences = posted.filter(({ differenceMilli }) => differenceMilli !== 0).length;
      const after = { lines: posted.length, differences, uncounted };
      await audit(tx, { ...actor, action: "count.posted", subject: `count:${id}`, after });
    },

    /** Nothing of it is posted. Throws COUNT_POSTED, COUNT_CANCELLED. */
    async cancel(tx: Tx, actor: Actor, id: number): Promise<void> {
      await openOne(tx, id, "alone");
      await queries.closeLines(tx, id, []);
      await queries.closeCount(tx, id, "cancelled", actor.user, clock.now());
      await audit(tx, { ...actor, action: "count.cancelled", subject: `count:${id}` });
    },
  };
}
