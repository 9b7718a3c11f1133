/** Payments that a provider takes. Money in minor units. */
export const INTENT_STATES = [
  /** the provider has not answered yet */
  "new",
  /** the customer has not paid yet */
  "pending",
  /** paid, and not part of a sale yet */
  "approved",
  "declined",
  "expired",
  "abandoned",
  /** part of a sale */
  "used",
  /** no sale came of it: the money goes back */
  "returned",
] as const;
export type IntentState = (typeof INTENT_STATES)[number];

/** Nobody knows yet whether there is money, or there is and it belongs to no sale: no shift is closed over it. */
export const UNSETTLED: readonly IntentState[] = ["new", "pending", "approved"];

export interface Intent {
  id: string;
  cartId: string | undefined;
  registerId: number;
  registerName: string;
  storeId: number;
  method: string;
  provider: string;
  amountMinor: number;
  currency: string;
  state: IntentState;
  reference: string | undefined;
  qr: string | undefined;
  expiresAt: Date;
  saleId: number | undefined;
  tries: number;
  userId: number;
  userName: string;
  createdAt: Date;
}

export interface Refund {
  id: string;
  intentId: string;
  provider: string;
  amountMinor: number;
  currency: string;
  tries: number;
}
