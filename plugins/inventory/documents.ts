/** What documents of other plugins do to the stock: take goods out, bring them in, sell them. */
import type { SaidLot } from "./lots/lot.ts";
import type { LotFields } from "./lots/shelf.ts";

export interface StockDocument {
  /** e.g. `sale` */
  type: string;
  id: number;
  number: string;
}

/** Of which lot goods leave; `field` is where its faults are told. */
export interface LeavingLot {
  code: string | undefined;
  quantityMilli: number;
  field: string;
}

export interface IssueOrder {
  storeId: number;
  document: StockDocument;
  user: { id: number; username: string };
  /**
   * one entry a product; quantities in thousandths, positive. `lots`: that they are taken of these lots, and not of those that go bad
   * first; faults LOT_REQUIRED (some stand there and none was said), LOT_UNKNOWN, LOT_SHORT, LOT_NOT_TRACKED are told in their fields.
   */
  lines: readonly { productId: number; quantityMilli: number; lots?: readonly LeavingLot[] | undefined }[];
}

export interface ReceiptOrder {
  storeId: number;
  /** its type is the movement's reason, e.g. `return` or `purchase` */
  document: StockDocument;
  /** true: the costs are what was paid, and change what a unit in that store costs, as a moving average (costs.ts) */
  bought?: true;
  /** true: goods of products with lots come in with their lot or not at all (LOT_REQUIRED) */
  asksLots?: true;
  /** true: the same document took them out of another store, and they keep the lots they had there */
  carriesLots?: true;
  /** the document that took them out of that store: they go back to the lots that it took, none more than it gave */
  takesBack?: Pick<StockDocument, "type" | "id">;
  user: { id: number; username: string };
  /**
   * quantities in thousandths, positive; `damaged`: it does not go back onto the shelf. `lot`: what the package says, for products that
   * ask for it; its faults (expiry past, another expiry than the lot's, a product without lots) are told in `lotFields`.
   */
  lines: readonly {
    productId: number;
    quantityMilli: number;
    costMinor: number;
    damaged: boolean;
    lot?: SaidLot | undefined;
    lotFields?: LotFields | undefined;
  }[];
}

export interface Shortage {
  productId: number;
  sku: string;
  name: string;
  requestedMilli: number;
  onHandMilli: number;
  /** an open count of the store has it: who counts blind is not told how much there is */
  counting: boolean;
}

/** What is sold, as the customer is told: units of a product, kits, services. */
export interface SellOrder extends Omit<IssueOrder, "lines"> {
  /** a product may stand on several; quantities in thousandths of the line's unit, `factorMilli` is that unit's */
  lines: readonly { productId: number; quantityMilli: number; factorMilli: number }[];
}

/** What left the shelf. Thousandths of the product's own unit; cost of one of them. */
export interface Good {
  productId: number;
  quantityMilli: number;
  costMinor: number;
}

/** `lines` as in the order. Cost of one of what was sold; goods undefined: the product itself, as many as were sold. */
export type SellResult =
  | { ok: true; lines: { costMinor: number; goods: Good[] | undefined }[] }
  | { ok: false; shortages: Shortage[] };

/** Not ok: nothing was written, and the caller rolls back. */
export type IssueResult = { ok: true; costs: ReadonlyMap<number, number> } | { ok: false; shortages: Shortage[] };
