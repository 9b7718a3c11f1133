/** The ledgers of the kernel and of the plugins. */
import { BootError } from "../errors.ts";
import type { Ledger } from "../ledger.ts";
import type { Member } from "../roster.ts";
import { auditLedger } from "./audit-ledger.ts";
import { digestSql } from "./row-digest.ts";

/**
 * Asked at each use, because a plugin may go down. @throws BootError at once for two of one name, and for a name that could
 * not stand in a statement
 */
export function ledgersOf(roster: readonly Member[]): () => Ledger[] {
  const ofPlugin = ({ setup }: Member): Ledger[] => setup?.ledgers ?? [];
  const names = new Set([auditLedger.name]);
  for (const member of roster) {
    for (const ledger of ofPlugin(member)) {
      const refuse = (why: string, cure: string) =>
        new BootError(`plugin ${member.plugin.name}: ledger ${ledger.name} ${why}`, { cure });
      if (names.has(ledger.name)) throw refuse("has a name that is taken", "give it one of its own");
      names.add(ledger.name);
      try {
        for (const index of ledger.versions.keys()) digestSql(ledger, index + 1);
      } catch (cause) {
        throw refuse(`cannot be sealed: ${String(cause)}`, "mend its table, key, store and columns");
      }
    }
  }
  return () => [auditLedger, ...roster.filter(({ down }) => down === undefined).flatMap(ofPlugin)];
}
