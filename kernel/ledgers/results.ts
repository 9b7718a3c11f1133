/** The last verification, kept in the database: it outlives a restart, and every instance knows it. */
import type { Database } from "../db/database.ts";
import type { HealthReport } from "../health.ts";
import type { Verified } from "./verify.ts";

export interface LastVerification {
  ledger: string;
  verifiedAt: Date;
  findings: number;
}

export async function keepResults(db: Database, results: readonly Verified[], now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    // a plugin that is gone takes its ledgers along
    await tx.raw("DELETE FROM ledger_verifications WHERE NOT ledger = ANY(:names::text[])", {
      names: results.map(({ ledger }) => ledger),
    });
    for (const { ledger, rows, seals, findings } of results) {
      await tx.raw(
        `INSERT INTO ledger_verifications (ledger, verified_at, rows, seals, findings)
         VALUES (:ledger, :now, :rows, :seals, :findings)
         ON CONFLICT (ledger) DO UPDATE SET verified_at = excluded.verified_at, rows = excluded.rows,
           seals = excluded.seals, findings = excluded.findings`,
        { ledger, rows, seals, findings, now },
      );
    }
  });
}

export async function lastResults(db: Database): Promise<LastVerification[]> {
  const { rows } = await db.primary.raw(
    `SELECT ledger, verified_at AS "verifiedAt", findings FROM ledger_verifications ORDER BY ledger`,
  );
  return rows;
}

export function healthOf(results: readonly LastVerification[]): HealthReport {
  if (results.every(({ findings }) => findings === 0)) return { status: "ok" };
  // how many and where is not for everybody who asks
  return { status: "degraded", detail: "the last verification found something: run the command verify on the server" };
}
