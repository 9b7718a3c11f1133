/** What of a document was taxed how: by rate and by kind, since exempt and excluded goods are told apart though both pay nothing. */
import type { SaleLine, TaxKind } from "../domain.ts";
import { type TaxShare, totalsOf } from "../pricing.ts";

export interface TaxGroup extends TaxShare {
  kind: TaxKind;
  /** A, B, C … stands beside each line of the group */
  mark: string;
}

type Taxed = Pick<SaleLine, "taxRateBp" | "taxKind" | "taxMinor" | "totalMinor">;

const ORDER: readonly TaxKind[] = ["included", "added", "exempt", "excluded"];

export function taxGroups(lines: readonly Taxed[]): TaxGroup[] {
  const groups = new Map<string, Taxed[]>();
  for (const line of lines) {
    const key = keyOf(line);
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()]
    .flatMap((group) => (group[0] ? [{ first: group[0], group }] : []))
    .sort(
      ({ first: a }, { first: b }) => b.taxRateBp - a.taxRateBp || ORDER.indexOf(a.taxKind) - ORDER.indexOf(b.taxKind),
    )
    .map(({ first, group }, index) => {
      const { subtotalMinor, taxMinor } = totalsOf(group);
      return {
        kind: first.taxKind,
        rateBp: first.taxRateBp,
        baseMinor: subtotalMinor,
        taxMinor,
        mark: markOf(index),
      };
    });
}

/** The mark of a line's group. */
export function markFor(groups: readonly TaxGroup[], line: Pick<Taxed, "taxRateBp" | "taxKind">): string {
  return groups.find((one) => one.kind === line.taxKind && one.rateBp === line.taxRateBp)?.mark ?? "";
}

function keyOf({ taxKind, taxRateBp }: Taxed): string {
  return `${taxKind} ${taxRateBp}`;
}

/** A to Z, then A1 to Z1 and so on. */
function markOf(index: number): string {
  const round = Math.floor(index / 26);
  return `${String.fromCharCode(65 + (index % 26))}${round === 0 ? "" : round}`;
}
