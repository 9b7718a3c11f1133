/** The audit trail of days gone by: as the kernel writes it, at the time of the deed. */
import type { AuditEntry, Auditor } from "../../../kernel/audit.ts";
import { insertRows } from "./rows.ts";

export interface Trail {
  at(now: Date): Auditor;
}

export function createTrail(): Trail {
  return {
    at: (now) => async (tx, entry) => insertRows(tx, "audit_log", [auditRow(now, entry)]),
  };
}

export function auditRow(at: Date, { user, action, subject, before, after, reason }: AuditEntry) {
  return {
    at,
    user_id: user?.id ?? null,
    user_name: user?.username ?? null,
    action,
    subject,
    before: before ?? null,
    after: after ?? null,
    reason: reason ?? null,
    address: "192.168.1.20",
  };
}
