/** Tells which column of a file is which, under the names that people and programs give them. */
import { fold } from "../text.ts";
import type { MatchedColumns } from "./list.ts";

/** Folded names by column: `name, nombre, cliente`. */
export type Aliases = Readonly<Record<string, string>>;

export function aliasesOf(aliases: Aliases): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(aliases).flatMap(([column, names]) =>
      names.split(", ").map((name): [string, string] => [name, column]),
    ),
  );
}

/**
 * A column named twice is read the first time. Case, accents and signs do not count. `meaning` may tell a column by the others
 * that are there.
 */
export function matchBy(
  byAlias: ReadonlyMap<string, string>,
  header: readonly string[],
  meaning: (alias: string | undefined, found: readonly (string | undefined)[]) => string | undefined = (alias) => alias,
): MatchedColumns {
  const found = header.map((name) => byAlias.get(fold(name)));
  const taken = new Set<string>();
  const ignored: string[] = [];
  const columns = found.map((alias, place) => {
    const column = meaning(alias, found);
    if (column !== undefined && !taken.has(column)) {
      taken.add(column);
      return column;
    }
    const written = header[place]?.trim();
    if (written) ignored.push(written.slice(0, 60));
    return null;
  });
  return { columns, ignored };
}
