/** The nouns of the till. Money in minor units of the sale's currency, quantities in thousandths. */
export interface Seller {
  id: number;
  username: string;
  fullName: string;
}

export interface Register {
  id: number;
  storeId: number;
  name: string;
}

export interface CartLine {
  line: number;
  productId: number;
  sku: string;
  name: string;
  unit: string;
  quantityMilli: number;
  unitPriceMinor: number;
  taxRateBp: number;
  /** what it costs by the list, where the price was changed by hand */
  listPriceMinor?: number | undefined;
}

export interface Cart {
  id: string;
  registerId: number;
  userId: number;
  status: "open" | "paid";
  saleId: number | undefined;
  /** newest first */
  lines: CartLine[];
}

export interface SaleLine extends CartLine {
  discountMinor: number;
  taxMinor: number;
  totalMinor: number;
  costMinor: number;
}

export interface Payment {
  method: string;
  amountMinor: number;
  reference: string | undefined;
}

export interface SaleHead {
  id: number;
  number: string;
  status: string;
  storeId: number;
  registerId: number;
  userId: number;
  userName: string;
  customerId: number | undefined;
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
}
