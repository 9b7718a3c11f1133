/** What must hold of the books whatever happened: a plugin names it, the kernel checks it, by day and by night. */
import type { Knex } from "knex";

export interface Scope {
  /** only documents made from then on; undefined: all */
  since: Date | undefined;
  /** at most so many violations are named */
  limit: number;
}

/** What breaks it, each in a line for the operator that names the document: `sale C1-000017`. Empty: it holds. */
export type Check = (db: Knex, scope: Scope) => Promise<string[]>;

export interface Invariant {
  /** `sale_lines`: unique, a label of the metric */
  name: string;
  /** it cannot be told from some documents alone, so it is checked at night only */
  whole?: true;
  check: Check;
  /** The same as several questions, each of which may be asked of a moment of its own: so the kernel asks them, one by one. */
  parts?: readonly Check[];
}

/** Several as one: no more is named than asked for. */
export function allOf(parts: readonly Check[]): Check {
  return async (db, { since, limit }) => {
    const found: string[] = [];
    for (const part of parts)
      if (found.length < limit) found.push(...(await part(db, { since, limit: limit - found.length })));
    return found;
  };
}
