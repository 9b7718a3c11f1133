/** The audit trail as a ledger. Its rows know no store yet. */
import { instant, type Ledger } from "../ledger.ts";

export const auditLedger: Ledger = {
  name: "audit",
  table: "audit_log",
  key: "id",
  versions: [
    {
      columns: [
        "id",
        instant("at"),
        "user_id",
        "user_name",
        "action",
        "subject",
        "before",
        "after",
        "reason",
        "address",
      ],
    },
  ],
};
