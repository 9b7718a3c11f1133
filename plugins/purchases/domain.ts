/** The nouns of purchasing. Money in minor units of the shop's currency, quantities in thousandths, rates in basis points. */
import type { DocumentLot, SaidLot } from "../inventory/api.ts";

export interface Actor {
  user: { id: number; username: string };
  address: string;
}

export interface SupplierFacts {
  name: string;
  /** digits, a dash and the check digit */
  nit: string | undefined;
  contact: string | undefined;
  phone: string | undefined;
  email: string | undefined;
  address: string | undefined;
  note: string | undefined;
  /** from the order to the delivery */
  leadTimeDays: number;
  /** an order of less is not taken; 0: any is */
  minimumMinor: number;
  active: boolean;
}

export interface Supplier extends SupplierFacts {
  id: number;
  version: number;
}

/** A product that a supplier sells in whole packs alone. */
export interface Pack {
  productId: number;
  sku: string;
  name: string;
  unit: string;
  packMilli: number;
}

export const ORDER_STATUSES = ["draft", "sent", "partly_received", "received", "cancelled"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** A line as it is typed or sent: a product by its id or a code. */
export interface WantedLine {
  productId?: number | undefined;
  code?: string | undefined;
  /** positive */
  quantityMilli: number;
  /** of a unit, before the discount; undefined: as ordered, as last bought from that supplier, or as the store has it */
  costMinor?: number | undefined;
  discountBp?: number | undefined;
  /** what the package says, of goods that come in */
  lot?: SaidLot | undefined;
}

/** Where a line's fault is shown. */
export type FieldOf = (index: number, name: "code" | "quantity" | "cost" | "discount" | "lot" | "expires") => string;

export interface Line {
  productId: number;
  sku: string;
  name: string;
  unit: string;
  quantityMilli: number;
  costMinor: number;
  discountBp: number;
  totalMinor: number;
}

export interface OrderLine extends Line {
  line: number;
  receivedMilli: number;
  /** in which the supplier sells it; null: in any quantity */
  packMilli: number | null;
}

export interface OrderHead {
  id: number;
  storeId: number;
  storeName: string;
  supplierId: number;
  supplierName: string;
  status: OrderStatus;
  currency: string;
  totalMinor: number;
  note: string | undefined;
  userName: string;
  version: number;
  createdAt: Date;
  sentAt: Date | undefined;
}

export interface Order extends OrderHead {
  /** of the supplier, as it is now; 0: any order is taken */
  minimumMinor: number;
  lines: OrderLine[];
}

/** receipt: goods came in. return: goods went back, so quantities and amounts are below zero. */
export type DocumentKind = "receipt" | "return";

export interface DocumentLine extends Line {
  line: number;
  /** of a unit after the discount */
  unitCostMinor: number;
  /** how much of it is more than the order had left */
  overMilli: number;
  /** what of it came of which lot, or went back */
  lots: Omit<DocumentLot, "productId">[];
}

export interface DocumentHead {
  id: number;
  kind: DocumentKind;
  storeId: number;
  storeName: string;
  supplierId: number;
  supplierName: string;
  orderId: number | undefined;
  deliveryNote: string | undefined;
  note: string | undefined;
  currency: string;
  totalMinor: number;
  userName: string;
  createdAt: Date;
}

export interface PurchaseDocument extends DocumentHead {
  lines: DocumentLine[];
}

export const orderNumber = (id: number) => `OC-${id}`;
export const documentNumber = ({ kind, id }: Pick<DocumentHead, "kind" | "id">) =>
  `${kind === "receipt" ? "EN" : "DP"}-${id}`;
