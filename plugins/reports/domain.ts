/** What a report is: one description of which page, chart, files, API and its documentation are made. */

/** count and days are whole numbers, rate is basis points, the others as everywhere: minor units, thousandths */
export type Unit = "text" | "date" | "count" | "money" | "quantity" | "rate" | "days";

export interface Column {
  /** as the SQL calls it; its name is `reports.columns.<title>`, or of its key */
  key: string;
  title?: string;
  unit: Unit;
  /** added up in the foot */
  sum?: true;
  /** only for who may see costs, and only in the currency of costs */
  cost?: true;
  /** not of the SQL: the share of one column in another */
  ratio?: readonly [part: string, whole: string];
  /** a text that is a code: said by `reports.values.<key>.<code>` */
  coded?: true;
}

/** How the first column of a report reads its key. */
export const DIMENSIONS = [
  "day",
  "hour",
  "weekday",
  "product",
  "category",
  "brand",
  "cashier",
  "register",
  "store",
  "customer",
  "tender",
  "tax",
  "range",
  "shift",
  "supplier",
  "lot",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const GROUPS = ["sales", "money", "stock", "people", "books"] as const;
export type Group = (typeof GROUPS)[number];

export interface Report {
  /** in addresses; its title is `reports.names.<name>` */
  name: string;
  group: Group;
  dimension: Dimension;
  columns: readonly Column[];
  /** whoever has it beside `reports.read` sees it; a permission that no plugin declares: there is no such report */
  permission?: string;
  /** what it is for nobody without costs */
  needsCosts?: true;
  /** false: it is about now, and no dates are asked for */
  period: boolean;
  /** the greatest of this column first; without it in the order of the key */
  rank?: string;
  /** for who may not see the costs of `rank`: their order would tell them */
  rankWithoutCosts?: string;
  chart?: { measure: string; kind: "time" | "ranks" };
  /** the column that is set against another period */
  compare?: string;
  /** its bars lead to the documents they are made of */
  documents?: true;
  /** where a row leads instead, by its key */
  path?(key: string): string;
  /** true: `reports.notes.<name>` says how it is counted */
  note?: true;
  /** true: it tells what is on the shelves */
  tellsStock?: true;
  /** true: its amounts are costs and debts, money of the shop as a whole whatever the store */
  inCosts?: true;
}

/** A line of a report: its key and name, and its columns as integers and texts; null: there is no such figure. */
export interface Line {
  key: string;
  name: string | null;
  values: Record<string, string | number | null>;
  /** the compared column in the other period */
  before: number | null;
}

export interface Range {
  /** YYYY-MM-DD, both included */
  from: string;
  to: string;
}

/** The other period, and by how much its days are put on to stand beside those of the period itself. */
export interface Compared extends Range {
  months: number;
  days: number;
}

/** What is asked of a report, resolved. */
export interface Asked {
  range: Range;
  /** what it is set against */
  before: Compared | undefined;
  storeIds: readonly number[];
  /** only what is in it is added up */
  currency: string;
  /** YYYY-MM-DD, where the report is about now */
  today: string;
  /** by which instants become days */
  timeZone: string;
  cutoff: number;
  /** who asks counts what is there, and is told nothing of what an open count has */
  blind: boolean;
}
