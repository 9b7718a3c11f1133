/** Before the doors open: what runs short is filled up, received by hand. */
import type { Tx } from "../../../kernel/db/database.ts";
import type { Good } from "./catalogue.ts";
import type { Person } from "./people.ts";
import { insertRows } from "./rows.ts";
import { auditRow } from "./trail.ts";

/** `goods`: those that somebody took from since the last delivery. Answers those that came. */
export async function deliver(
  tx: Tx,
  { storeId, goods, manager, at }: { storeId: number; goods: Iterable<Good>; manager: Person; at: Date },
): Promise<Good[]> {
  const short = [...goods].filter(({ onHandMilli, reorderPointMilli }) => onHandMilli <= reorderPointMilli);
  short.sort((one, other) => one.id - other.id);
  const movements: object[] = [];
  const trail: object[] = [];
  for (const good of short) {
    const before = good.onHandMilli;
    // whole pieces and whole kilograms come in
    const quantityMilli = Math.ceil((good.fullMilli - before) / 1000) * 1000;
    good.onHandMilli += quantityMilli;
    movements.push({
      store_id: storeId,
      product_id: good.id,
      reason: "received",
      quantity_milli: quantityMilli,
      balance_milli: good.onHandMilli,
      cost_minor: good.costMinor,
      user_id: manager.id,
      user_name: manager.username,
      created_at: at,
    });
    trail.push(
      auditRow(at, {
        user: manager,
        action: "stock.adjusted",
        subject: `product:${good.id}`,
        before: { on_hand_milli: before },
        after: { on_hand_milli: good.onHandMilli },
        reason: "received",
      }),
    );
  }
  await insertRows(tx, "stock_movements", movements);
  await insertRows(tx, "audit_log", trail);
  return short;
}

/** What is on hand is where the ledger of the day ends. */
export async function settleShelves(tx: Tx, storeId: number, goods: readonly Good[]): Promise<void> {
  const ordered = goods.toSorted((one, other) => one.id - other.id);
  await tx.raw(
    `UPDATE inventory i SET on_hand_milli = line.milli FROM unnest(:ids::bigint[], :milli::bigint[]) AS line (id, milli)
     WHERE i.store_id = :storeId AND i.product_id = line.id`,
    { storeId, ids: ordered.map(({ id }) => id), milli: ordered.map(({ onHandMilli }) => onHandMilli) },
  );
}
