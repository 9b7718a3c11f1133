/** The nouns of the till. Money in minor units of the sale's currency, quantities in thousandths. */
import type { Good, TaxKind } from "../inventory/api.ts";
import type { Discount } from "./pricing.ts";
import type { Rule, Taken } from "./promotions/taking.ts";
import type { TenderKind } from "./settlement.ts";
import type { Denomination, ShiftReport } from "./shift-report.ts";

export interface Seller {
  id: number;
  username: string;
  fullName: string;
  /** is shown no figure of what is being counted: see countsBlind of the inventory */
  countsBlind: boolean;
}

export interface Register {
  id: number;
  storeId: number;
  name: string;
}

export type { TaxKind };

/** A return takes back lines of a sale, a void all of one that should not have been. */
export type DocumentKind = "sale" | "return" | "void";

/** What became of a sale; a return or a void is completed. */
export const SALE_STATUSES = ["completed", "partly_returned", "returned", "voided"] as const;
export type SaleStatus = (typeof SALE_STATUSES)[number];

/** Where goods that came back went. */
export type Condition = "restock" | "damaged";

export interface CartLine {
  line: number;
  productId: number;
  sku: string;
  name: string;
  /** as it is sold: the product's own, or a further one */
  unit: string;
  /** thousandths of the product's own unit that it holds */
  factorMilli: number;
  quantityMilli: number;
  unitPriceMinor: number;
  taxRateBp: number;
  taxKind: TaxKind;
  note?: string | undefined;
  /** what the scale's label says the goods cost: it stands in for price by quantity */
  labelMinor?: number | undefined;
  /** what it costs by the list, where the price was changed by hand */
  listPriceMinor?: number | undefined;
  discount?: Discount | undefined;
}

/** Whoever buys, as copied onto the cart. */
export interface CartCustomer {
  id: number;
  name: string;
  document: string | undefined;
  /** whose prices and promotions are the customer's */
  group?: { id: number; name: string } | undefined;
}

export interface Cart {
  id: string;
  registerId: number;
  /** undefined: out of use, or nothing was scanned yet */
  register?: Register | undefined;
  userId: number;
  status: "open" | "paid";
  saleId: number | undefined;
  /** of the whole sale, beside those of its lines */
  discount?: Discount | undefined;
  note?: string | undefined;
  customer?: CartCustomer | undefined;
  /** under this name it was put aside */
  parkedAs?: string | undefined;
  /** a provider was asked for a payment of it, and it is not settled */
  awaitsPayment?: boolean;
  /** there are promotions that nobody ended: which of them hold for it is a question of its own */
  promoted?: boolean;
  /** those that hold now for whom it is; only known of a cart that was read for its owner */
  promotions?: Rule[] | undefined;
  /** newest first */
  lines: CartLine[];
}

export interface SaleLine extends CartLine {
  discountMinor: number;
  /** what it took, as part of the discount */
  promotion?: Taken | undefined;
  taxMinor: number;
  totalMinor: number;
  /** of one of its unit */
  costMinor: number;
  /** what it took off the shelf, or put back, signed as its quantity; undefined: the product itself */
  goods?: Good[] | undefined;
  /** of a return: the line of the sale that it takes back */
  returnsLine?: number | undefined;
  condition?: Condition | undefined;
}

export interface Payment {
  method: string;
  amountMinor: number;
  reference: string | undefined;
  /** a provider took it */
  intentId?: string | undefined;
}

/** What a sale may be paid with. */
export interface Tender {
  code: string;
  kind: TenderKind;
  /** undefined: the name in the reader's language */
  name: string | undefined;
  needsReference: boolean;
  active: boolean;
  /** whoever takes such payments; undefined: they are taken beside the system, and somebody writes down the reference */
  provider: string | undefined;
}

export interface SaleHead {
  id: number;
  number: string;
  /** undefined: posted before ranges were told apart */
  numberRangeId: number | undefined;
  status: SaleStatus;
  kind: DocumentKind;
  /** of a return or a void: the sale that it takes back */
  returnsSaleId: number | undefined;
  reason: string | undefined;
  note: string | undefined;
  storeId: number;
  registerId: number;
  /** undefined: posted before there were shifts */
  shiftId: number | undefined;
  userId: number;
  userName: string;
  customerId: number | undefined;
  customerName: string | undefined;
  customerDocument: string | undefined;
  currency: string;
  subtotalMinor: number;
  discountMinor: number;
  taxMinor: number;
  roundingMinor: number;
  totalMinor: number;
  paidMinor: number;
  changeMinor: number;
  /** YYYY-MM-DD */
  businessDate: string;
  createdAt: Date;
}

export interface Sale extends SaleHead {
  lines: SaleLine[];
  payments: Payment[];
  /** of the range its number is from; only known of sales that are read */
  resolution?: string | undefined;
  /** number of the sale that it takes back */
  returnsNumber?: string | undefined;
  /** returns and voids of it, oldest first; only known of sales that are read */
  takenBackBy?: { id: number; number: string; kind: DocumentKind; totalMinor: number }[] | undefined;
}

export interface Shift {
  id: number;
  registerId: number;
  registerName: string;
  storeId: number;
  currency: string;
  floatMinor: number;
  /** who opened it */
  userId: number;
  userName: string;
  /** YYYY-MM-DD */
  businessDate: string;
  openedAt: Date;
  /** undefined while it is open */
  closing: Closing | undefined;
}

/** The Z report: once, with its own number. */
export interface Closing {
  zNumber: number;
  expectedMinor: number;
  countedMinor: number;
  differenceMinor: number;
  counts: Denomination[] | undefined;
  reason: string | undefined;
  report: ShiftReport;
  userName: string;
  closedAt: Date;
}

export interface CashMovement {
  id: number;
  kind: "in" | "out";
  amountMinor: number;
  reason: string;
  userName: string;
  createdAt: Date;
}
