/** The ledgers of stock as the kernel seals them. */
import { instant, type Ledger } from "../../kernel/ledger.ts";

export const ledgers: Ledger[] = [
  {
    name: "stock",
    table: "stock_movements",
    key: "id",
    store: "store_id",
    versions: [
      {
        columns: [
          "id",
          "store_id",
          "product_id",
          "reason",
          "quantity_milli",
          "balance_milli",
          "cost_minor",
          "document_type",
          "document_id",
          "document_number",
          "note",
          "user_id",
          "user_name",
          instant("created_at"),
        ],
      },
    ],
  },
  {
    name: "stock_counts",
    table: "stock_count_entries",
    key: "id",
    store: "store_id",
    versions: [
      {
        columns: [
          "id",
          "count_id",
          "product_id",
          "store_id",
          "round",
          "quantity_milli",
          "counted_milli",
          "expected_milli",
          "user_id",
          "user_name",
          instant("created_at"),
        ],
      },
    ],
  },
  {
    name: "transit",
    table: "transit_entries",
    key: "id",
    store: "store_id",
    versions: [
      {
        columns: [
          "id",
          "transfer_id",
          "product_id",
          "store_id",
          "kind",
          "quantity_milli",
          "balance_milli",
          "cost_minor",
          "user_id",
          "user_name",
          instant("created_at"),
        ],
      },
    ],
  },
  {
    name: "lots",
    table: "lot_movements",
    key: "id",
    store: "store_id",
    versions: [
      {
        columns: [
          "id",
          "movement_id",
          "store_id",
          "product_id",
          "lot_id",
          "quantity_milli",
          "balance_milli",
          instant("created_at"),
        ],
      },
      // with the movement that it takes back
      {
        columns: [
          "id",
          "movement_id",
          "store_id",
          "product_id",
          "lot_id",
          "quantity_milli",
          "balance_milli",
          "taken_back_id",
          instant("created_at"),
        ],
      },
    ],
  },
];
