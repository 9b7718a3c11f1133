/** Writes the audit trail. Reading it is a page of its own; changing it is refused by the database. */
import type { Auditor } from "./audit.ts";

export function createAuditor(): Auditor {
  return async (tx, { user, action, subject, before, after, reason, address }) => {
    await tx.raw(
      `INSERT INTO audit_log (user_id, user_name, action, subject, before, after, reason, address)
       VALUES (:userId, :userName, :action, :subject, :before, :after, :reason, :address)`,
      {
        userId: user?.id ?? null,
        userName: user?.username ?? null,
        action,
        subject,
        before: toJson(before),
        after: toJson(after),
        reason: reason ?? null,
        address: address ?? null,
      },
    );
  };
}

function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
