/** The posted sale with its lines, and the money taken for it, as ledgers that the kernel seals. */
import { day, instant, type Ledger } from "../../kernel/ledger.ts";

const sales: Ledger = {
  name: "sales",
  table: "sales",
  key: "id",
  store: "store_id",
  versions: [
    {
      columns: [
        "id",
        "number",
        "status",
        "store_id",
        "register_id",
        "cart_id",
        "user_id",
        "user_name",
        "customer_id",
        "currency",
        "subtotal_minor",
        "discount_minor",
        "tax_minor",
        "rounding_minor",
        "total_minor",
        "paid_minor",
        "change_minor",
        day("business_date"),
        instant("created_at"),
      ],
      parts: [
        {
          table: "sale_items",
          parent: "sale_id",
          order: "line",
          columns: [
            "sale_id",
            "line",
            "product_id",
            "sku",
            "name",
            "unit",
            "quantity_milli",
            "unit_price_minor",
            "discount_minor",
            "tax_rate_bp",
            "tax_minor",
            "total_minor",
            "cost_minor",
          ],
        },
      ],
    },
  ],
};

/** What was paid and given back, sale by sale. */
const cash: Ledger = {
  name: "cash",
  table: "sales",
  key: "id",
  store: "store_id",
  versions: [
    {
      columns: ["id", "number", "store_id", "register_id", "currency", "paid_minor", "change_minor"],
      parts: [
        {
          table: "payments",
          parent: "sale_id",
          order: "line",
          columns: ["sale_id", "line", "method", "amount_minor", "reference"],
        },
      ],
    },
  ],
};

export const ledgers: Ledger[] = [sales, cash];
