/** The nouns of lots. Quantities in thousandths; days as YYYY-MM-DD. */

/** As somebody reads it from the package. */
export interface SaidLot {
  code: string;
  /** the last day on which it is good */
  expiresOn: string | undefined;
}

export interface Lot {
  id: number;
  productId: number;
  sku: string;
  name: string;
  unit: string;
  code: string;
  expiresOn: string | null;
}

/** What stands of a lot in a store. */
export interface LotOnHand extends Lot {
  storeId: number;
  storeName: string;
  onHandMilli: number;
}

export interface LotMovement {
  id: number;
  storeName: string;
  reason: string;
  /** signed */
  quantityMilli: number;
  balanceMilli: number;
  documentType: string | null;
  documentId: number | null;
  documentNumber: string | null;
  userName: string | null;
  createdAt: Date;
}

/** What a document took of a lot, below zero, or put into it. */
export interface DocumentLot {
  productId: number;
  lotId: number;
  code: string;
  expiresOn: string | null;
  quantityMilli: number;
}

/** How much of a lot a sale took, and how much of that came back. */
export interface LotSale {
  saleId: number;
  quantityMilli: number;
  returnedMilli: number;
}

/** Who got what a document took out of a lot, as the one who writes such documents knows it. */
export interface Buyer {
  documentId: number;
  number: string;
  href: string;
  at: Date;
  customer: { name: string; document: string | undefined } | undefined;
}

export type LotBuyer = Buyer & Omit<LotSale, "saleId">;

export type FindBuyers = (saleIds: readonly number[]) => Promise<Buyer[]>;

/** With the permissions that they ask for who have the names of customers: to see them, and to take them out of the house. */
export interface BuyersPort {
  find: FindBuyers;
  seeNames: string;
  takeNames: string;
}

/** Expired: its last good day is past. Soon: it is within the days the shop wants to be warned before. */
export function freshness(expiresOn: string | null, day: string, warnFrom: string): "expired" | "soon" | undefined {
  if (expiresOn === null || expiresOn > warnFrom) return undefined;
  return expiresOn < day ? "expired" : "soon";
}

/** So many days after a day. */
export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
