/** The append-only trail of what people changed: who, what, before, after. A trigger refuses UPDATE and DELETE. */
import type { Tx } from "./db/database.ts";
import type { SignedInUser } from "./http/session.ts";

export interface AuditEntry {
  /** undefined: the system itself */
  user?: Pick<SignedInUser, "id" | "username">;
  /** `noun.verb` in the past, e.g. `product.updated` */
  action: string;
  /** what it happened to, e.g. `product:17` */
  subject: string;
  before?: unknown;
  after?: unknown;
  reason?: string;
  address?: string;
}

export type Auditor = (tx: Tx, entry: AuditEntry) => Promise<void>;
