/** The ledger of accounts as the kernel seals it. */
import { instant, type Ledger } from "../../kernel/ledger.ts";

const POINTS = [
  "id",
  "customer_id",
  "store_id",
  "kind",
  "points",
  "balance_points",
  "amount_minor",
  "sale_id",
  "document_type",
  "document_id",
  "document_number",
  "user_id",
  "user_name",
  instant("created_at"),
];

export const ledgers: Ledger[] = [
  {
    name: "accounts",
    table: "customer_entries",
    key: "id",
    store: "store_id",
    versions: [
      {
        columns: [
          "id",
          "customer_id",
          "store_id",
          "kind",
          "amount_minor",
          "balance_minor",
          "document_type",
          "document_id",
          "document_number",
          "user_id",
          "user_name",
          instant("created_at"),
        ],
      },
    ],
  },
  {
    name: "points",
    table: "point_entries",
    key: "id",
    store: "store_id",
    // the second knows why points were moved by hand
    versions: [{ columns: POINTS }, { columns: [...POINTS, "reason"] }],
  },
];
