/** Deliveries and returns as the kernel seals them. */
import { instant, type Ledger } from "../../kernel/ledger.ts";

export const ledgers: Ledger[] = [
  {
    name: "purchases",
    table: "purchase_documents",
    key: "id",
    store: "store_id",
    versions: [
      {
        columns: [
          "id",
          "kind",
          "store_id",
          "supplier_id",
          "supplier_name",
          "order_id",
          "delivery_note",
          "note",
          "currency",
          "total_minor",
          "user_id",
          "user_name",
          instant("created_at"),
        ],
        parts: [
          {
            table: "purchase_document_lines",
            parent: "document_id",
            order: "line",
            columns: [
              "document_id",
              "line",
              "product_id",
              "sku",
              "name",
              "unit",
              "quantity_milli",
              "cost_minor",
              "discount_bp",
              "unit_cost_minor",
              "total_minor",
              "over_milli",
            ],
          },
        ],
      },
    ],
  },
];
