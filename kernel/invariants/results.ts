/** The last checks, kept in the database: they outlive a restart, and every instance tells the same. */
import type { Database } from "../db/database.ts";

export interface CheckResult {
  invariant: string;
  scope: "recent" | "whole";
  checkedAt: Date;
  violations: number;
}

/**
 * In the place of the last of the same scope; those of a plugin that is gone go with it. What a look at new documents found
 * stays told when they are new no longer, until everything was checked.
 */
export async function keepChecks(db: Database, scope: CheckResult["scope"], results: CheckResult[]): Promise<void> {
  await db.transaction(async (tx) => {
    const names = results.map(({ invariant }) => invariant);
    await tx.raw("DELETE FROM invariant_checks WHERE scope = :scope AND NOT invariant = ANY(:names::text[])", {
      scope,
      names,
    });
    if (scope === "whole") await tx.raw("UPDATE invariant_checks SET violations = 0 WHERE scope = 'recent'");
    for (const { invariant, checkedAt, violations } of results)
      await tx.raw(
        `INSERT INTO invariant_checks (invariant, scope, checked_at, violations) VALUES (?, ?, ?, ?)
         ON CONFLICT (invariant, scope) DO UPDATE SET checked_at = excluded.checked_at, violations =
           CASE excluded.scope WHEN 'whole' THEN excluded.violations
             ELSE greatest(invariant_checks.violations, excluded.violations) END`,
        [invariant, scope, checkedAt, violations],
      );
  });
}

export async function lastChecks(db: Database): Promise<CheckResult[]> {
  const { rows } = await db.primary.raw(
    `SELECT invariant, scope, checked_at AS "checkedAt", violations FROM invariant_checks ORDER BY invariant, scope`,
  );
  return rows;
}
