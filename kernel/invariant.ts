/** What must hold of the books whatever happened: a plugin names it, the kernel checks it, by day and by night. */
import type { Knex } from "knex";

export interface Scope {
  /** only documents made from then on; undefined: all */
  since: Date | undefined;
  /** at most so many violations are named */
  limit: number;
}

export type Check = (db: Knex, scope: Scope) => Promise<string[]>;

export interface Invariant {
  /** `sale_lines`: unique, a label of the metric */
  name: string;
  /** it cannot be told from some documents alone, so it is checked at night only */
  whole?: true;
  /** What breaks it, each in a line for the operator that names the document: `sale C1-000017`. Empty: it holds. */
  check: Check;
  /** The same in several questions, each of which holds of any moment alone: the kernel asks them one by one, each of a moment of its own. */
  parts?: readonly Check[];
}
