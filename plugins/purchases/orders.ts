/** Purchase orders: draft, sent, received in one or several deliveries, cancelled. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import { sum } from "../../kernel/money.ts";
import type { Inventory } from "../inventory/api.ts";
import type { Actor, FieldOf, Line, Order, OrderStatus, WantedLine } from "./domain.ts";
import { errors } from "./errors.ts";
import { readLines } from "./lines.ts";
import { lastOffers } from "./queries/documents.ts";
import * as queries from "./queries/orders.ts";
import type { Suppliers } from "./suppliers.ts";

export interface WantedOrder {
  storeId: number;
  supplierId: number;
  note: string | undefined;
  lines: readonly WantedLine[];
  field: FieldOf;
}

export type Orders = ReturnType<typeof createOrders>;

export function createOrders(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  suppliers: Pick<Suppliers, "inUse">;
  inventory: Inventory;
}) {
  const { db, clock, audit, suppliers, inventory } = parts;

  const read = (tx: Tx, supplierId: number, { storeId, lines, field }: Omit<WantedOrder, "note" | "supplierId">) =>
    readLines(tx, inventory, lines, {
      storeId,
      field,
      once: () => "",
      offers: (ids) => lastOffers(tx, supplierId, ids),
    });

  async function locked(tx: Tx, id: number): Promise<Order> {
    const order = await queries.orderById(tx, id, true);
    if (!order) throw kernelErrors.NOT_FOUND();
    return order;
  }

  async function become(tx: Tx, actor: Actor, order: Order, status: OrderStatus, action: string, sentAt?: Date) {
    await queries.setStatus(tx, order.id, status, sentAt);
    const { id } = order;
    await audit(tx, {
      ...actor,
      action,
      subject: `purchase_order:${id}`,
      before: { status: order.status },
      after: { status },
    });
  }

  return {
    /** A draft. Throws faults of `supplier_id` and of the lines. */
    async create(tx: Tx, actor: Actor, wanted: WantedOrder, currency: string): Promise<number> {
      const { storeId, note } = wanted;
      const supplier = await suppliers.inUse(tx, wanted.supplierId);
      const lines = await read(tx, supplier.id, wanted);
      const totalMinor = totalOf(lines);
      const { user } = actor;
      const facts = { storeId, supplierId: supplier.id, currency, totalMinor, note, user, now: clock.now() };
      const id = await queries.insertOrder(tx, facts);
      await queries.replaceLines(tx, id, lines);
      const after = { supplier: supplier.name, total_minor: totalMinor, lines: lines.length };
      await audit(tx, { ...actor, action: "purchase_order.created", subject: `purchase_order:${id}`, after });
      return id;
    },

    /** The lines of a draft as they are now wanted. Throws NOT_FOUND, ORDER_NOT_DRAFT, ORDER_CHANGED, faults of the lines. */
    async change(
      tx: Tx,
      actor: Actor,
      id: number,
      wanted: Pick<WantedOrder, "note" | "lines" | "field">,
      version?: number,
    ): Promise<void> {
      const order = await locked(tx, id);
      if (order.status !== "draft") throw errors.ORDER_NOT_DRAFT();
      if (version !== undefined && version !== order.version) throw errors.ORDER_CHANGED();
      const lines = await read(tx, order.supplierId, { ...wanted, storeId: order.storeId });
      const totalMinor = totalOf(lines);
      await queries.replaceLines(tx, id, lines);
      await queries.updateDraft(tx, id, totalMinor, wanted.note);
      await audit(tx, {
        ...actor,
        action: "purchase_order.changed",
        subject: `purchase_order:${id}`,
        before: { total_minor: order.totalMinor, lines: order.lines.length },
        after: { total_minor: totalMinor, lines: lines.length },
      });
    },

    /** It went to the supplier: from now on it is received. Sent again it stays sent. Throws NOT_FOUND, ORDER_NOT_DRAFT. */
    async send(tx: Tx, actor: Actor, id: number): Promise<void> {
      const order = await locked(tx, id);
      if (order.status === "sent") return;
      if (order.status !== "draft") throw errors.ORDER_NOT_DRAFT();
      await become(tx, actor, order, "sent", "purchase_order.sent", clock.now());
    },

    /** What came of it stays; nothing more is awaited. Throws NOT_FOUND, ORDER_NOT_OPEN of what is complete. */
    async cancel(tx: Tx, actor: Actor, id: number): Promise<void> {
      const order = await locked(tx, id);
      if (order.status === "cancelled") return;
      if (order.status === "received") throw errors.ORDER_NOT_OPEN();
      await become(tx, actor, order, "cancelled", "purchase_order.cancelled");
    },

    locked,

    /** Writes down what came, by product, and whether that was all of it. */
    async received(tx: Tx, actor: Actor, order: Order, came: ReadonlyMap<number, number>): Promise<void> {
      await queries.addReceived(tx, order.id, came);
      const all = order.lines.every(
        ({ productId, quantityMilli, receivedMilli }) => receivedMilli + (came.get(productId) ?? 0) >= quantityMilli,
      );
      await become(tx, actor, order, all ? "received" : "partly_received", "purchase_order.received");
    },

    /** Throws NOT_FOUND. */
    async get(id: number, tx?: Tx): Promise<Order> {
      const order = await queries.orderById(tx ?? db.primary, id);
      if (!order) throw kernelErrors.NOT_FOUND();
      return order;
    },

    list: (filter: queries.OrderFilter) => queries.listOrders(db.replica, filter),
  };
}

export function totalOf(lines: readonly Pick<Line, "totalMinor">[]): number {
  return sum(lines.map(({ totalMinor }) => totalMinor));
}
