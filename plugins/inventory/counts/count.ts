/** The nouns of counting. Quantities in thousandths. */

export interface NewCount {
  storeId: number;
  /** undefined: the whole store */
  categoryId: number | undefined;
  note: string | undefined;
  user: { id: number; username: string };
  now: Date;
}

export interface Count {
  id: number;
  storeId: number;
  /** null: the whole store */
  categoryId: number | null;
  category: string | null;
  note: string | null;
  state: "open" | "posted" | "cancelled";
  startedBy: string;
  startedAt: Date;
  closedBy: string | null;
  closedAt: Date | null;
}

export interface CountLine {
  productId: number;
  sku: string;
  name: string;
  unit: string;
  sortKey: string;
  costMinor: number;
  /** grows with each recount */
  round: number;
  /** on hand when the count was started */
  snapshotMilli: number;
  /** by all counters together; null: nobody has counted it yet */
  countedMilli: number | null;
  /** the snapshot and the movements since, when it was counted last */
  expectedMilli: number | null;
  /** the difference that was posted */
  postedMilli: number | null;
  /** something was sold or put there between two entries: it is to be counted again as a whole */
  movedBetween: boolean;
}

/** A line after an entry. */
export type Entered = { countedMilli: number } & Pick<CountLine, "movedBetween">;

export interface CountEntry {
  id: number;
  productId: number;
  sku: string;
  name: string;
  unit: string;
  quantityMilli: number;
  userName: string;
  createdAt: Date;
  /** of an earlier round: the product was counted again since */
  again: boolean;
}

/** Which lines of a count: all, those that differ, those that nobody has counted. */
export const SHOWN = ["all", "differences", "uncounted"] as const;
export type Shown = (typeof SHOWN)[number];

/** As it stands in the ledger. */
export function countNumber({ id }: Pick<Count, "id">): string {
  return `CT-${id}`;
}
