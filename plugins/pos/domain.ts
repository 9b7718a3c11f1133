/** What the till works with before a sale is posted. Money in minor units, quantities in thousandths. */

/** How a product is sold by the piece; every other unit is weighed or measured. */
export const PIECE = "un";
export const MOST_LINES = 500;

/** Who stands at the till. */
export interface Cashier {
  id: number;
  username: string;
  fullName: string;
}

/** Copied from the product when it was scanned. */
export interface CartLine {
  line: number;
  productId: number;
  sku: string;
  name: string;
  unit: string;
  quantityMilli: number;
  unitPriceMinor: number;
  taxRateBp: number;
}

export interface Cart {
  id: string;
  /** the sale it became */
  paid: { saleId: number; number: string } | undefined;
  /** last touched first */
  lines: CartLine[];
}

/** Another cart of the same person, to go back to. */
export interface OpenCart {
  id: string;
  lines: number;
  updatedAt: Date;
}

export interface Register {
  id: number;
  storeId: number;
}

/** What came from the scanner or the keyboard; `times` when it reads as `3*770123`. */
export interface Scanned {
  text: string;
  times: { quantityMilli: number; code: string } | undefined;
}
