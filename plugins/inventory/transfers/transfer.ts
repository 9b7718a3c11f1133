/** The nouns of transfers. Quantities in thousandths, cost in minor units of the shop's currency. */

export const TRANSFER_STATES = ["requested", "sent", "received", "cancelled"] as const;
export type TransferState = (typeof TRANSFER_STATES)[number];

export interface Transfer {
  id: number;
  fromStoreId: number;
  fromStore: string;
  toStoreId: number;
  toStore: string;
  state: TransferState;
  note: string | null;
  requestedBy: string;
  requestedAt: Date;
  sentBy: string | null;
  sentAt: Date | null;
  closedBy: string | null;
  closedAt: Date | null;
}

export interface TransferLine {
  productId: number;
  sku: string;
  name: string;
  unit: string;
  requestedMilli: number;
  /** sent = received + lost + in transit */
  sentMilli: number;
  receivedMilli: number;
  lostMilli: number;
  inTransitMilli: number;
  costMinor: number;
}

export interface TransitEntry {
  id: number;
  productId: number;
  sku: string;
  name: string;
  unit: string;
  kind: "sent" | "received" | "lost";
  /** signed: what came onto the way, or left it */
  quantityMilli: number;
  balanceMilli: number;
  userName: string;
  createdAt: Date;
}

/** So much of a product, as somebody said it; `field` is where. */
export interface SaidQuantity {
  productId: number;
  quantityMilli: number;
  field: string;
}

/** As it stands in the ledger. */
export function transferNumber({ id }: Pick<Transfer, "id">): string {
  return `TR-${id}`;
}
