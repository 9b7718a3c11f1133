/** How fast goods go, for whoever orders or forecasts. */

/** What of a product was sold in some days, and where it stands. Quantities in thousandths, cost of a unit in that store. */
export interface RateOfSale {
  productId: number;
  sku: string;
  name: string;
  unit: string;
  /** less what came back; 0 or more where something was sold */
  soldMilli: number;
  /** the sum of the squares of what was sold on each day */
  squaresMilli: bigint;
  onHandMilli: number;
  /** an open count of the store has it: see countsBlind */
  counting: boolean;
  /** of what is on hand, lots that have gone bad: nobody is to be sold them */
  expiredMilli: number;
  /** sent by other stores, and not here yet */
  inTransitMilli: number;
  /** what the shop set for the product itself */
  reorderPointMilli: number;
  costMinor: number;
}

/** What of a product was sold in some days. */
export interface SoldByDay {
  /** thousandths, by day */
  milli: number[];
  /** whether the store sold any before the first of these days */
  soldBefore: boolean;
}
