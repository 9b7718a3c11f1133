/** What was restored against what was backed up: rows, sums, and of what is sealed every single row. */
import type { Tx } from "../../kernel/db/database.ts";
import { BootError } from "../../kernel/errors.ts";
import type { Translate } from "../../kernel/i18n.ts";
import type { Manifest } from "./manifest.ts";
import { factsOf, tablesOf } from "./queries/catalog.ts";

/** Its sentence is the locale key `backup.differences.KIND`. */
export type Difference =
  | { kind: "missing" | "rows_differ" | "unexpected"; table: string }
  | { kind: "rows"; table: string; now: string; before: string }
  | { kind: "total"; table: string; column: string; now: string; before: string };

/** The database is as it was before the restore. */
export class RestoredOtherwise extends BootError {
  readonly differences: readonly Difference[];
  constructor(differences: readonly Difference[]) {
    super(`what was restored is not what was backed up: ${inEnglish(differences)}`, {
      cure: "use another backup",
    });
    this.differences = differences;
  }
}

/** Empty: all is as it was. */
export async function compare(tx: Tx, { tables }: Manifest): Promise<Difference[]> {
  const digested = new Set(tables.filter(({ digest }) => digest !== undefined).map(({ name }) => name));
  const facts = await factsOf(tx, await tablesOf(tx), { digested });
  const now = new Map(facts.map((one) => [one.name, one]));
  const differing = tables.flatMap((then): Difference[] => {
    const table = then.name;
    const found = now.get(table);
    now.delete(table);
    if (found === undefined) return [{ kind: "missing", table }];
    if (found.rows !== then.rows) return [{ kind: "rows", table, now: String(found.rows), before: String(then.rows) }];
    const totals = Object.entries(then.totals).flatMap(([column, total]): Difference[] =>
      found.totals[column] === total
        ? []
        : [{ kind: "total", table, column, now: String(found.totals[column]), before: total }],
    );
    return totals.length === 0 && found.digest !== then.digest ? [{ kind: "rows_differ", table }] : totals;
  });
  return [...differing, ...[...now.keys()].map((table) => ({ kind: "unexpected", table }) as const)];
}

/** In the person's language, in one sentence. */
export function tell(differences: readonly Difference[], t: Translate): string {
  const all = differences.map(({ kind, ...facts }) => t(`backup.differences.${kind}`, facts));
  return t("backup.restored_otherwise", { differences: all.join("; ") });
}

/** For the log, and for faults that are told in English. */
export function inEnglish(differences: readonly Difference[]): string {
  return differences.map(oneInEnglish).join("; ");
}

function oneInEnglish(one: Difference): string {
  if ("column" in one) return `${one.table}.${one.column} adds up to ${one.now} instead of ${one.before}`;
  if ("now" in one) return `${one.table} has ${one.now} rows instead of ${one.before}`;
  if (one.kind === "missing") return `${one.table} is missing`;
  return one.kind === "rows_differ"
    ? `rows of ${one.table} are not what they were`
    : `${one.table} was not in the backup`;
}
