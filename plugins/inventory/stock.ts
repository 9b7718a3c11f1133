/** Quantities: changed by documents and by hand, always with a movement, never below zero unless the shop allows it. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault } from "../../kernel/errors.ts";
import type { Emit } from "../../kernel/events/event.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import { type IssueOrder, type IssueResult, type ReceiptOrder, type StockDocument, stockMoved } from "./api.ts";
import { averageOf, movingAverage } from "./costs.ts";
import type { Actor, AdjustmentReason, Movement } from "./domain.ts";
import { errors } from "./errors.ts";
import type { SaidLot } from "./lots/lot.ts";
import { createShelfLots } from "./lots/shelf.ts";
import { unstocked } from "./queries/goods.ts";
import * as ledger from "./queries/ledger.ts";
import { defaultStore } from "./queries/shelves.ts";
import * as queries from "./queries/stock.ts";
import * as lists from "./queries/stock-lists.ts";
import { allowNegative } from "./settings.ts";
import { belowZero, short, shortageOf } from "./shortages.ts";

export interface Adjustment {
  storeId: number;
  productId: number;
  /** signed thousandths; or what was counted, when `counted` is set */
  quantityMilli: number;
  /** the quantity is what stands on the shelf, not a difference */
  counted?: boolean;
  reason: AdjustmentReason;
  note?: string | undefined;
  /** the lot that it is of; without one what goes is taken of those that go bad first */
  lot?: SaidLot | undefined;
}

export interface StockParts {
  db: Database;
  clock: Clock;
  settings: Settings;
  emit: Emit;
  audit: Auditor;
  stores: Pick<Stores, "shopOf">;
}

export type Stock = ReturnType<typeof createStock>;

export function createStock({ db, clock, settings, emit, audit, stores }: StockParts) {
  const lots = createShelfLots({ clock, stores });

  /** Makes missing shelves; throws PRODUCT_UNKNOWN when a product does not exist at all. */
  async function lockShelves(tx: Tx, storeId: number, ids: readonly number[]): Promise<Map<number, queries.ShelfRow>> {
    let shelves = await queries.shelvesForUpdate(tx, storeId, ids);
    if (shelves.length < ids.length) {
      await queries.openShelves(tx, storeId, ids);
      shelves = await queries.shelvesForUpdate(tx, storeId, ids);
    }
    if (shelves.length < ids.length) throw errors.PRODUCT_UNKNOWN();
    return new Map(shelves.map((shelf) => [shelf.productId, shelf]));
  }

  async function issue(tx: Tx, order: IssueOrder, ownOnly: boolean): Promise<IssueResult | undefined> {
    const lines = order.lines.toSorted((a, b) => a.productId - b.productId);
    refuseNonsense(lines);
    if (lines.length === 0) return { ok: true, costs: new Map() };
    const ids = lines.map((line) => line.productId);
    const anyway = await settings.get(allowNegative);
    const quantitiesMilli = lines.map((line) => line.quantityMilli);
    const now = clock.now();
    const wanted = Object.assign({}, order, { productIds: ids, quantitiesMilli, allowNegative: anyway, ownOnly, now });
    let { taken, shelves } = await queries.takeOut(tx, wanted);
    if (!taken && shelves.length < ids.length) {
      if (ownOnly) return undefined;
      await lockShelves(tx, order.storeId, ids);
      ({ taken, shelves } = await queries.takeOut(tx, wanted));
    }
    if (!taken) {
      const byId = new Map(shelves.map((shelf) => [shelf.productId, shelf]));
      const counting = await queries.countingOf(tx, order.storeId, ids);
      return { ok: false, shortages: lines.flatMap((line) => shortageOf(line, byId.get(line.productId), counting)) };
    }
    const said = lines.filter((line) => line.lots !== undefined);
    const tracked = new Set(shelves.flatMap(({ productId, tracksLots }) => (tracksLots ? [productId] : [])));
    const chosen = await lots.takeSaid(tx, order, said, tracked);
    if ([...tracked].some((id) => !chosen.has(id))) await lots.take(tx, order, chosen);
    await emit(tx, stockMoved, { storeId: order.storeId, productIds: ids, document: order.document.type });
    return { ok: true, costs: new Map(shelves.map(({ productId, costMinor }) => [productId, costMinor])) };
  }

  return {
    /** See `Inventory.issue`. Throws PRODUCT_UNKNOWN and faults of lots; a product twice or a quantity that is not positive is a fault. */
    issue: async (tx: Tx, order: IssueOrder): Promise<IssueResult> => (await issue(tx, order, false)) as IssueResult,

    /** As issue; undefined where one of the products has no shelf of its own in the store: a kit, a service, or yet to be opened. */
    issueOwn: (tx: Tx, order: IssueOrder): Promise<IssueResult | undefined> => issue(tx, order, true),

    /** See `Inventory.receive`. Throws PRODUCT_UNKNOWN, and NOT_STOCKED for what is bought and stands on no shelf. */
    async receive(tx: Tx, order: ReceiptOrder): Promise<void> {
      const ids = [...new Set(order.lines.map(({ productId }) => productId))].sort((a, b) => a - b);
      if (ids.length === 0) return;
      const shelves = await lockShelves(tx, order.storeId, ids);
      // what was sold may come back, whatever it has become since; what is bought is goods
      const name = order.bought ? await unstocked(tx, ids) : undefined;
      if (name !== undefined) throw errors.NOT_STOCKED({ params: { name } });
      const { storeId, document, user } = order;
      const tracked = (productId: number) => shelves.get(productId)?.tracksLots ?? false;
      const bare = order.lines.find((line) => tracked(line.productId) && line.lot === undefined);
      if (order.asksLots && bare)
        throw errors.LOT_REQUIRED({ params: { name: shelves.get(bare.productId)?.name ?? "" } });
      const about = { storeId, document, user, now: clock.now() };
      const lines = perProduct(order.lines, 1);
      const priced = order.bought ? lines.map((line) => withAverage(line, shelves.get(line.productId))) : lines;
      await queries.putIn(tx, { ...about, reason: document.type, lines: priced });
      const said = order.lines.flatMap(({ lot, ...line }) =>
        lot === undefined ? [] : [{ ...line, lot, fields: line.lotFields, tracked: tracked(line.productId) }],
      );
      if (said.length > 0) await lots.put(tx, about, said);
      if (order.carriesLots && ids.some(tracked)) await lots.carry(tx, about);
      const damaged = order.lines.filter((line) => line.damaged);
      if (damaged.length > 0) await queries.putIn(tx, { ...about, reason: "damaged", lines: perProduct(damaged, -1) });
      if (order.takesBack && ids.some(tracked)) await lots.restore(tx, about, order.takesBack, damaged.length > 0);
      const owing = new Set(ids.filter((id) => tracked(id) && (shelves.get(id)?.onHandMilli ?? 0) < 0));
      if (owing.size > 0) await lots.pay(tx, about, owing);
      await emit(tx, stockMoved, { storeId, productIds: ids, document: document.type });
    },

    /**
     * Posts what a count found: the difference each, without one (null) everything that is there goes. Products in id order. Answers
     * what was moved; throws PRODUCT_UNKNOWN and COUNT_BELOW_ZERO.
     */
    async applyCount(
      tx: Tx,
      actor: Actor,
      count: {
        storeId: number;
        document: StockDocument;
        lines: readonly { productId: number; differenceMilli: number | null }[];
      },
    ): Promise<{ productId: number; differenceMilli: number }[]> {
      const { storeId, document, lines } = count;
      const ids = lines.map(({ productId }) => productId);
      const shelves = await lockShelves(tx, storeId, ids);
      const found = lines.flatMap(({ productId, differenceMilli }) => {
        const shelf = shelves.get(productId);
        return shelf ? [{ productId, shelf, differenceMilli: differenceMilli ?? -shelf.onHandMilli }] : [];
      });
      const below = found.filter(
        ({ shelf, differenceMilli }) => differenceMilli < 0 && shelf.onHandMilli + differenceMilli < 0,
      );
      if (below.length > 0 && !(await settings.get(allowNegative))) throw belowZero(below.map(({ shelf }) => shelf));
      const moved = found.filter(({ differenceMilli }) => differenceMilli !== 0);
      const about = { storeId, document, user: actor.user, now: clock.now() };
      if (moved.length > 0) {
        const received = moved.map(({ productId, shelf, differenceMilli }) => ({
          productId,
          quantityMilli: differenceMilli,
          costMinor: shelf.costMinor,
        }));
        await queries.putIn(tx, { ...about, reason: "count", lines: received });
        if (moved.some(({ shelf }) => shelf.tracksLots)) await lots.take(tx, about);
        const productIds = moved.map(({ productId }) => productId);
        await emit(tx, stockMoved, { storeId, productIds });
      }
      await queries.markCounted(tx, storeId, ids);
      return found.map(({ productId, differenceMilli }) => ({ productId, differenceMilli }));
    },

    /**
     * Changes a quantity by hand. Throws PRODUCT_UNKNOWN, NOT_STOCKED, STOCK_INSUFFICIENT, and a fault of the field `quantity` for a
     * difference of zero.
     */
    async adjust(tx: Tx, actor: Actor, adjustment: Adjustment): Promise<Movement> {
      const { storeId, productId, reason, note } = adjustment;
      const shelf = (await lockShelves(tx, storeId, [productId])).get(productId);
      if (!shelf) throw errors.PRODUCT_UNKNOWN();
      if ((await unstocked(tx, [productId])) !== undefined) throw errors.NOT_STOCKED({ params: { name: shelf.name } });
      const difference = adjustment.counted ? adjustment.quantityMilli - shelf.onHandMilli : adjustment.quantityMilli;
      if (difference === 0 && !adjustment.counted) {
        throw fieldFault("quantity", "QUANTITY_ZERO", "inventory.validation.quantity_zero");
      }
      const { lot } = adjustment;
      if (shelf.tracksLots && reason === "received" && difference > 0 && lot === undefined)
        throw errors.LOT_REQUIRED({ params: { name: shelf.name } });
      const id = await queries.changeByHand(tx, {
        storeId,
        productId,
        quantityMilli: difference,
        reason,
        note,
        costMinor: shelf.costMinor,
        user: actor.user,
        now: clock.now(),
        allowNegative: await settings.get(allowNegative),
      });
      const movement = id === undefined ? undefined : await ledger.movementById(tx, id);
      if (!movement) throw short(shelf, difference);
      if (lot !== undefined) await lots.move(tx, movement, shelf.tracksLots, lot);
      else if (shelf.tracksLots && difference < 0) await lots.takeOf(tx, storeId, [movement.id]);
      await audit(tx, {
        ...actor,
        action: "stock.adjusted",
        subject: `product:${productId}`,
        before: { on_hand_milli: shelf.onHandMilli },
        after: { on_hand_milli: movement.balanceMilli },
        reason: note === undefined ? reason : `${reason}: ${note}`,
      });
      await emit(tx, stockMoved, { storeId, productIds: [productId] });
      return movement;
    },

    /** Newest first, at most `limit`, older than `before`. */
    movements: (filter: ledger.MovementFilter, before: number | undefined, limit: number) =>
      ledger.movements(db.replica, filter, before, limit),

    /** All, oldest first, so many at once. */
    ledgerPages: (filter: ledger.MovementFilter, size: number) => ledger.ledgerPages(db.replica, filter, size),

    /** Active products by name. */
    onHand: (
      storeId: number | undefined,
      which: lists.OnHandFilter,
      after: { sortKey: string; id: number } | undefined,
      limit: number,
    ) => lists.onHand(db.replica, storeId, which, after, limit),

    /** Of each of the stores in which something is low. */
    countLow: (storeIds: readonly number[], which: Pick<lists.OnHandFilter, "notCounting"> = {}) =>
      lists.countLow(db.replica, storeIds, which),

    /** How much of a product stands in each store, by its id. */
    shelvesOf: (productId: number) => lists.shelvesOf(db.primary, productId),

    defaultStore: () => defaultStore(db.primary),
  };
}

/** One movement a product, in id order, as the shelves are locked. */
function perProduct(lines: ReceiptOrder["lines"], sign: 1 | -1): queries.Received[] {
  const totals = new Map<number, queries.Received>();
  for (const { productId, quantityMilli, costMinor } of lines) {
    if (!Number.isSafeInteger(quantityMilli) || quantityMilli <= 0) throw new RangeError(`quantity ${quantityMilli}`);
    const { quantityMilli: before, costMinor: cost } = totals.get(productId) ?? { quantityMilli: 0, costMinor };
    const parts = [
      { quantityMilli: Math.abs(before), costMinor: cost },
      { quantityMilli, costMinor },
    ];
    totals.set(productId, { productId, costMinor: averageOf(parts), quantityMilli: before + sign * quantityMilli });
  }
  return [...totals.values()].sort((a, b) => a.productId - b.productId);
}

function withAverage(line: queries.Received, shelf: queries.ShelfRow | undefined): queries.Received {
  const { onHandMilli: quantityMilli, costMinor } = shelf ?? { onHandMilli: 0, costMinor: 0 };
  return { ...line, averageMinor: movingAverage({ quantityMilli, costMinor }, line) };
}

function refuseNonsense(lines: IssueOrder["lines"]): void {
  lines.forEach(({ productId, quantityMilli }, index) => {
    if (!Number.isSafeInteger(quantityMilli) || quantityMilli <= 0) throw new RangeError(`quantity ${quantityMilli}`);
    if (lines[index - 1]?.productId === productId)
      throw new RangeError(`product ${productId} stands twice in an order`);
  });
}
