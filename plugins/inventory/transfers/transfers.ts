/**
 * Transfers between stores: goods leave one shelf when they are sent and come onto the other when they are received. In between they
 * are on nobody's shelf, and a ledger of their own says where they are.
 */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import type { Shortage } from "../api.ts";
import type { Actor } from "../domain.ts";
import { errors } from "../errors.ts";
import * as queries from "../queries/transfers.ts";
import { shortLines } from "../shortages.ts";
import type { Stock } from "../stock.ts";
import { type SaidQuantity, type Transfer, type TransferState, transferNumber } from "./transfer.ts";

/** What becomes of what did not arrive: it may come later, or it is given up. */
export const REST = ["later", "lost"] as const;
export type Rest = (typeof REST)[number];

export type Transfers = ReturnType<typeof createTransfers>;

export function createTransfers(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  stores: Pick<Stores, "list">;
  stock: Pick<Stock, "issue" | "receive">;
}) {
  const { db, clock, audit, stores, stock } = parts;

  /** Throws NOT_FOUND, TRANSFER_STATE. */
  async function inState(tx: Tx, id: number, state: TransferState): Promise<Transfer> {
    const transfer = await queries.transferForUpdate(tx, id);
    if (!transfer) throw kernelErrors.NOT_FOUND();
    if (transfer.state !== state)
      throw errors.TRANSFER_STATE({
        params: {
          number: transferNumber(transfer),
          state: transfer.state,
          person: transfer.closedBy ?? transfer.sentBy ?? "",
        },
        data: { state: transfer.state },
      });
    return transfer;
  }

  async function putLines(tx: Tx, id: number, lines: readonly SaidQuantity[]): Promise<void> {
    const ids = lines.map(({ productId }) => productId);
    const known = await queries.movable(tx, ids);
    lines.forEach(({ productId, field }, index) => {
      if (!known.has(productId)) throw fieldFault(field, "PRODUCT_UNKNOWN", "inventory.validation.transfer_product");
      if (ids.indexOf(productId) !== index)
        throw fieldFault(field, "PRODUCT_TWICE", "inventory.validation.transfer_twice");
    });
    for (const { productId, quantityMilli } of lines) await queries.putLine(tx, id, productId, quantityMilli);
  }

  const said = (action: string, actor: Actor, id: number, after: unknown) => ({
    ...actor,
    action,
    subject: `transfer:${id}`,
    after,
  });

  return {
    list: (storeIds: readonly number[], state: TransferState | undefined, before: number | undefined, limit: number) =>
      queries.transfersOf(db.replica, storeIds, state, before, limit),

    /** Throws NOT_FOUND. */
    async find(id: number, tx?: Tx): Promise<Transfer> {
      const found = await queries.transferById(tx ?? db.primary, id);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    /** By name of the product. */
    lines: (id: number, tx?: Tx) => queries.linesOf(tx ?? db.primary, id),
    /** What went onto the way and off it, oldest first. */
    entries: (id: number) => queries.entriesOf(db.primary, id),

    /**
     * Somebody asks for goods of another store. Throws faults of `to_store_id` (the same store), of a store that is none, out of
     * use or for training, and of a line whose product stands on no shelf or stands there twice.
     */
    async request(
      tx: Tx,
      actor: Actor,
      wanted: { fromStoreId: number; toStoreId: number; note: string | undefined; lines: readonly SaidQuantity[] },
    ): Promise<number> {
      const { fromStoreId, toStoreId, note, lines } = wanted;
      const all = await stores.list();
      for (const [field, id] of Object.entries({ from_store_id: fromStoreId, to_store_id: toStoreId })) {
        const store = all.find((one) => one.id === id && one.active);
        if (!store) throw fieldFault(field, "STORE_UNKNOWN", "kernel.validation.store_unknown");
        if (store.training) throw fieldFault(field, "TRAINING_STORE", "inventory.validation.transfer_training");
      }
      if (fromStoreId === toStoreId) throw fieldFault("to_store_id", "SAME_STORE", "inventory.validation.same_store");
      const by = actor.user.username;
      const id = await queries.insertTransfer(tx, { fromStoreId, toStoreId, note, by, now: clock.now() });
      await putLines(tx, id, lines);
      const after = { from_store_id: fromStoreId, to_store_id: toStoreId, lines: lines.length };
      await audit(tx, said("transfer.requested", actor, id, after));
      return id;
    },

    /** How much of it is asked for; 0 takes the line out. Throws TRANSFER_STATE once it was sent, and a fault of its field. */
    async put(tx: Tx, id: number, line: SaidQuantity): Promise<void> {
      await inState(tx, id, "requested");
      await putLines(tx, id, [line]);
    },

    /**
     * The goods leave the shelf; without `sent` as many as were asked for. `blind`: see countsBlind. Throws TRANSFER_STATE, TRANSFER_EMPTY, STOCK_INSUFFICIENT,
     * and a fault of a line that is not in it.
     */
    async send(
      tx: Tx,
      actor: Actor,
      id: number,
      sent: readonly SaidQuantity[] | undefined,
      blind: boolean,
    ): Promise<void> {
      const transfer = await inState(tx, id, "requested");
      const lines = await queries.linesOf(tx, id);
      refuseOthers(sent ?? [], lines);
      const goods = lines.flatMap(({ productId, requestedMilli }) => {
        const quantityMilli = sent
          ? (sent.find((one) => one.productId === productId)?.quantityMilli ?? 0)
          : requestedMilli;
        return quantityMilli > 0 ? [{ productId, quantityMilli }] : [];
      });
      if (goods.length === 0) throw errors.TRANSFER_EMPTY();
      const document = { type: "transfer", id, number: transferNumber(transfer) };
      const issued = await stock.issue(tx, { storeId: transfer.fromStoreId, document, user: actor.user, lines: goods });
      if (!issued.ok) throw short(issued.shortages, blind);
      const way = { transferId: id, storeId: transfer.fromStoreId, user: actor.user, now: clock.now() };
      const costed = goods.map((one) => ({ ...one, costMinor: issued.costs.get(one.productId) ?? 0 }));
      await queries.putOnTheWay(tx, way, costed);
      await queries.moveOn(tx, id, "sent", actor.user, way.now);
      await audit(tx, said("transfer.sent", actor, id, { lines: goods.length }));
    },

    /**
     * What arrived comes onto the shelf, at what it cost where it came from. Throws TRANSFER_STATE, TRANSFER_EMPTY, and a fault of a
     * line of which more arrived than is on the way, or that is not in it.
     */
    async receive(tx: Tx, actor: Actor, id: number, arrived: readonly SaidQuantity[], rest: Rest): Promise<void> {
      const transfer = await inState(tx, id, "sent");
      const lines = await queries.linesOf(tx, id);
      refuseOthers(arrived, lines);
      for (const { productId, quantityMilli, field } of arrived)
        if (quantityMilli > (lines.find((line) => line.productId === productId)?.inTransitMilli ?? 0))
          throw fieldFault(field, "MORE_THAN_SENT", "inventory.validation.more_than_sent");
      const split = lines.map((line) => {
        const came = arrived.find(({ productId }) => productId === line.productId)?.quantityMilli ?? 0;
        return { ...line, came, missing: line.inTransitMilli - came };
      });
      const come = split.filter(({ came }) => came > 0).map((line) => ({ ...line, quantityMilli: line.came }));
      const missing = split
        .filter((line) => line.missing > 0)
        .map((line) => ({ ...line, quantityMilli: line.missing }));
      if (come.length === 0 && rest === "later") throw errors.TRANSFER_EMPTY();
      const way = { transferId: id, storeId: transfer.fromStoreId, user: actor.user, now: clock.now() };
      if (come.length > 0) {
        await stock.receive(tx, {
          storeId: transfer.toStoreId,
          document: { type: "transfer", id, number: transferNumber(transfer) },
          bought: true,
          carriesLots: true,
          user: actor.user,
          lines: come.map(({ productId, quantityMilli, costMinor }) => ({
            productId,
            quantityMilli,
            costMinor,
            damaged: false,
          })),
        });
        await queries.takeOffTheWay(tx, way, "received", come);
      }
      const lost = rest === "lost" ? missing : [];
      if (lost.length > 0) await queries.takeOffTheWay(tx, way, "lost", lost);
      await queries.moveOn(tx, id, missing.length === lost.length ? "received" : "sent", actor.user, way.now);
      const after = {
        lines: come.length,
        lost: lost.map(({ sku, quantityMilli }) => `${sku}: ${quantityMilli / 1000}`),
      };
      await audit(tx, said("transfer.received", actor, id, after));
    },

    /** Only before it was sent. Throws TRANSFER_STATE. */
    async cancel(tx: Tx, actor: Actor, id: number): Promise<void> {
      await inState(tx, id, "requested");
      await queries.moveOn(tx, id, "cancelled", actor.user, clock.now());
      await audit(tx, said("transfer.cancelled", actor, id, undefined));
    },
  };
}

function refuseOthers(quantities: readonly SaidQuantity[], lines: readonly { productId: number }[]): void {
  quantities.forEach(({ productId, field }, index) => {
    if (!lines.some((line) => line.productId === productId))
      throw fieldFault(field, "NOT_IN_TRANSFER", "inventory.validation.transfer_other");
    if (quantities.findIndex((one) => one.productId === productId) !== index)
      throw fieldFault(field, "PRODUCT_TWICE", "inventory.validation.transfer_twice");
  });
}

function short(shortages: readonly Shortage[], blind: boolean) {
  return errors.TRANSFER_SHORT({
    params: {
      names: shortages
        .slice(0, 5)
        .map(({ name }) => name)
        .join(", "),
    },
    data: { lines: shortLines(shortages, blind) },
  });
}
