/** Goods that come in from a supplier, with an order or without, and goods that go back: each a document that is never changed. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { type FieldFault, fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import type { DocumentLot, Inventory } from "../inventory/api.ts";
import {
  type Actor,
  type DocumentLine,
  documentNumber,
  type FieldOf,
  type Line,
  type Order,
  type PurchaseDocument,
  type WantedLine,
} from "./domain.ts";
import { errors } from "./errors.ts";
import { readLines, unitCost } from "./lines.ts";
import { type Orders, totalOf } from "./orders.ts";
import * as queries from "./queries/documents.ts";
import { allowMore } from "./settings.ts";
import type { Suppliers } from "./suppliers.ts";

interface Wanted {
  note: string | undefined;
  lines: readonly WantedLine[];
  field: FieldOf;
}
export type WantedDelivery = Wanted & {
  deliveryNote: string | undefined;
  /** of an order; or a store and whom it comes from */
  from: { orderId: number } | { storeId: number; supplierId: number };
};
export type WantedReturn = Wanted & { storeId: number; supplierId: number };

export type Deliveries = ReturnType<typeof createDeliveries>;

export function createDeliveries(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  settings: Settings;
  suppliers: Pick<Suppliers, "inUse" | "known" | "get">;
  orders: Pick<Orders, "locked" | "received">;
  inventory: Inventory;
}) {
  const { db, clock, audit, settings, suppliers, orders, inventory } = parts;

  async function post(tx: Tx, actor: Actor, document: Omit<queries.NewDocument, "user" | "now">, lines: NewLine[]) {
    const { user } = actor;
    const id = await queries.insertDocument(tx, { ...document, user, now: clock.now() }, lines);
    if (id === undefined)
      throw fieldFault("delivery_note", "DELIVERY_NOTE_TAKEN", "purchases.validation.delivery_note", {
        note: document.deliveryNote ?? "",
      });
    const { kind, supplier, orderId, deliveryNote, totalMinor } = document;
    await audit(tx, {
      ...actor,
      action: kind === "receipt" ? "purchase.received" : "purchase.returned",
      subject: `purchase_document:${id}`,
      after: {
        supplier: supplier.name,
        order: orderId ?? null,
        delivery_note: deliveryNote ?? null,
        total_minor: totalMinor,
        lines: lines.length,
      },
    });
    return id;
  }

  return {
    /**
     * All lines or none: the document, the stock at its cost, the order. Throws NOT_FOUND, ORDER_NOT_OPEN, faults of `supplier_id`, of
     * `delivery_note` that came before, of the lines, RECEIVED_TOO_MUCH where the shop does not allow more than was ordered.
     */
    async receive(tx: Tx, actor: Actor, wanted: WantedDelivery, currency: string): Promise<number> {
      const { from, field, note, deliveryNote } = wanted;
      const order = "orderId" in from ? await orders.locked(tx, from.orderId) : undefined;
      if (order && order.status !== "sent" && order.status !== "partly_received") throw errors.ORDER_NOT_OPEN();
      const supplier = order
        ? await suppliers.get(order.supplierId, tx)
        : await suppliers.inUse(tx, "supplierId" in from ? from.supplierId : 0);
      const storeId = order ? order.storeId : "storeId" in from ? from.storeId : 0;
      const ordered = new Map(order?.lines.map((line) => [line.productId, line]));
      const lines = await readLines(tx, inventory, wanted.lines, {
        storeId,
        field,
        once: undefined,
        offers: async (ids) => new Map([...(await queries.lastOffers(tx, supplier.id, ids)), ...ordered]),
      });
      const over = order ? moreThanOrdered(order, lines) : lines.map(() => 0);
      if (over.some((milli) => milli > 0) && !(await settings.get(allowMore))) throw tooMuch(lines, over, field);
      const posted = lines.map((line, index) => ({
        ...line,
        unitCostMinor: unitCost(line),
        overMilli: over[index] ?? 0,
      }));
      const totalMinor = totalOf(lines);
      const facts = { kind: "receipt" as const, storeId, supplier, orderId: order?.id, deliveryNote, note, currency };
      const id = await post(tx, actor, { ...facts, totalMinor }, posted);
      const document = { type: "purchase", id, number: documentNumber({ kind: "receipt", id }) };
      await inventory.receive(tx, {
        storeId,
        document,
        user: actor.user,
        bought: true,
        asksLots: true,
        lines: posted.map(({ productId, quantityMilli, unitCostMinor: costMinor }, index) => ({
          productId,
          quantityMilli,
          costMinor,
          damaged: false,
          lot: wanted.lines[index]?.lot,
          lotFields: { lot: field(index, "lot"), expiresOn: field(index, "expires") },
        })),
      });
      if (order) await orders.received(tx, actor, order, byProduct(lines));
      return id;
    },

    /**
     * Goods go back to whom they came from, of the lots that the lines say. Throws STOCK_INSUFFICIENT, faults of `supplier_id` and of the
     * lines.
     */
    async giveBack(tx: Tx, actor: Actor, wanted: WantedReturn, currency: string): Promise<number> {
      const { storeId, note, field } = wanted;
      const supplier = await suppliers.known(tx, wanted.supplierId);
      const offers = (ids: number[]) => queries.lastOffers(tx, supplier.id, ids);
      const lines = await readLines(tx, inventory, wanted.lines, { storeId, field, once: lotKey, offers });
      const posted = lines.map((line) => ({
        ...line,
        quantityMilli: -line.quantityMilli,
        totalMinor: -line.totalMinor,
        unitCostMinor: unitCost(line),
        overMilli: 0,
      }));
      const facts = { kind: "return" as const, storeId, supplier, orderId: undefined, deliveryNote: undefined, note };
      const id = await post(tx, actor, { ...facts, currency, totalMinor: totalOf(posted) }, posted);
      const document = { type: "supplier_return", id, number: documentNumber({ kind: "return", id }) };
      const goods = [...byProduct(lines)].map(([productId, quantityMilli]) => ({
        productId,
        quantityMilli,
        lots: lines.flatMap((line, index) =>
          line.productId === productId
            ? [
                {
                  code: wanted.lines[index]?.lot?.code,
                  quantityMilli: line.quantityMilli,
                  field: field(index, "lot"),
                },
              ]
            : [],
        ),
      }));
      const issued = await inventory.issue(tx, { storeId, document, user: actor.user, lines: goods });
      if (!issued.ok)
        throw errors.STOCK_INSUFFICIENT({
          params: { names: issued.shortages.map(({ name }) => name).join(", ") },
          data: { product_ids: issued.shortages.map(({ productId }) => productId) },
        });
      return id;
    },

    /** Throws NOT_FOUND. */
    async get(id: number, tx?: Tx): Promise<PurchaseDocument> {
      const found = await queries.documentById(tx ?? db.primary, id);
      if (!found) throw kernelErrors.NOT_FOUND();
      const type = found.kind === "receipt" ? "purchase" : "supplier_return";
      return { ...found, lines: withLots(found.lines, await inventory.lotsOf({ type, id }, tx)) };
    },

    list: (filter: queries.DocumentFilter) => queries.listDocuments(db.replica, filter),
    prices: (filter: queries.PriceFilter) => queries.prices(db.replica, filter),
  };
}

type NewLine = queries.NewLine;

/** A product may stand on several lines, when they are of different lots. */
const lotKey = ({ lot }: WantedLine) => lot?.code ?? "";

/** Lots move in the order of the lines: each line takes of its product's as many as it counts. */
export function withLots<L extends Pick<Line, "productId" | "quantityMilli">>(
  lines: readonly L[],
  moved: readonly DocumentLot[],
): (L & Pick<DocumentLine, "lots">)[] {
  const left = moved.map((one) => ({ ...one }));
  return lines.map((line) => {
    const lots: DocumentLine["lots"] = [];
    const sign = Math.sign(line.quantityMilli);
    let missing = Math.abs(line.quantityMilli);
    for (const one of left) {
      const milli = Math.min(Math.abs(one.quantityMilli), missing);
      if (one.productId !== line.productId || milli === 0) continue;
      const { lotId, code, expiresOn } = one;
      lots.push({ lotId, code, expiresOn, quantityMilli: sign * milli });
      one.quantityMilli -= sign * milli;
      missing -= milli;
    }
    return { ...line, lots };
  });
}

function byProduct(lines: readonly Line[]): Map<number, number> {
  const totals = new Map<number, number>();
  for (const { productId, quantityMilli } of lines) totals.set(productId, (totals.get(productId) ?? 0) + quantityMilli);
  return totals;
}

/** Of each line what the order had not left for it; lines of one product share what is left in their order. */
export function moreThanOrdered(order: Pick<Order, "lines">, lines: readonly Line[]): number[] {
  const left = new Map(order.lines.map((one) => [one.productId, Math.max(one.quantityMilli - one.receivedMilli, 0)]));
  return lines.map(({ productId, quantityMilli }) => {
    const rest = left.get(productId) ?? 0;
    left.set(productId, Math.max(rest - quantityMilli, 0));
    return Math.max(quantityMilli - rest, 0);
  });
}

function tooMuch(lines: readonly Line[], over: readonly number[], field: FieldOf) {
  const fields = lines.flatMap(({ name }, index): FieldFault[] => {
    const milli = over[index] ?? 0;
    if (milli === 0) return [];
    const params = { name, over: milli / 1000 };
    return [
      { path: field(index, "quantity"), code: "RECEIVED_TOO_MUCH", text: "purchases.validation.too_much", params },
    ];
  });
  return kernelErrors.VALIDATION({ fields });
}
