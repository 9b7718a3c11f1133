/** The posted sale with its lines, and the money taken for it, as ledgers that the kernel seals. */
import { day, instant, type Ledger, type LedgerPart } from "../../kernel/ledger.ts";

const SALE = [
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
];

const ITEMS: LedgerPart[] = [
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
];

const DOCUMENT = [
  ...SALE,
  "shift_id",
  "number_range_id",
  "kind",
  "returns_sale_id",
  "reason",
  "note",
  "customer_name",
  "customer_document",
];

const DOCUMENT_ITEMS: LedgerPart[] = ITEMS.map((part) => ({
  ...part,
  columns: [...part.columns, "tax_kind", "note", "label_minor", "returns_line", "condition"],
}));

/** With the list's price of what was charged by hand. */
const LISTED_ITEMS: LedgerPart[] = DOCUMENT_ITEMS.map((part) => ({
  ...part,
  columns: [...part.columns, "list_price_minor"],
}));

/** With the unit's factor and what a unit, a kit or a service took off the shelf. */
const GOODS_ITEMS: LedgerPart[] = LISTED_ITEMS.map((part) => ({
  ...part,
  columns: [...part.columns, "factor_milli", "goods"],
}));

/** With what a promotion took. */
const PROMOTED_ITEMS: LedgerPart[] = GOODS_ITEMS.map((part) => ({
  ...part,
  columns: [...part.columns, "promotion_id", "promotion_name", "promotion_minor"],
}));

const sales: Ledger = {
  name: "sales",
  table: "sales",
  key: "id",
  store: "store_id",
  versions: [
    { columns: SALE, parts: ITEMS },
    { columns: [...SALE, "shift_id", "number_range_id"], parts: ITEMS },
    { columns: DOCUMENT, parts: DOCUMENT_ITEMS },
    { columns: DOCUMENT, parts: LISTED_ITEMS },
    { columns: DOCUMENT, parts: GOODS_ITEMS },
    { columns: DOCUMENT, parts: PROMOTED_ITEMS },
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

/** Cash put into a drawer and taken out by hand. */
const cashMovements: Ledger = {
  name: "cash_movements",
  table: "cash_movements",
  key: "id",
  store: "store_id",
  versions: [
    {
      columns: [
        "id",
        "shift_id",
        "store_id",
        "kind",
        "amount_minor",
        "reason",
        "user_id",
        "user_name",
        instant("created_at"),
      ],
    },
  ],
};

/** Drawers opened without a sale. */
const drawerOpenings: Ledger = {
  name: "drawer_openings",
  table: "drawer_openings",
  key: "id",
  store: "store_id",
  versions: [
    {
      columns: ["id", "shift_id", "store_id", "register_id", "reason", "user_id", "user_name", instant("created_at")],
    },
  ],
};

/** What was counted at the end of each shift, and what ought to have been there. */
const closings: Ledger = {
  name: "shift_closings",
  table: "shift_closings",
  key: "id",
  store: "store_id",
  versions: [
    {
      columns: [
        "id",
        "shift_id",
        "store_id",
        "register_id",
        "z_number",
        "expected_minor",
        "counted_minor",
        "difference_minor",
        "counts",
        "reason",
        "report",
        "user_id",
        "user_name",
        instant("closed_at"),
      ],
    },
  ],
};

const COLLECTION = [
  "id",
  "kind",
  "store_id",
  "register_id",
  "shift_id",
  "customer_id",
  "customer_name",
  "voucher_id",
  "currency",
  "method",
  "amount_minor",
  "reference",
  day("business_date"),
  "user_id",
  "user_name",
  instant("created_at"),
];

/** Money that was handed over for no goods, and taken back. */
const collections: Ledger = {
  name: "collections",
  table: "collections",
  key: "id",
  store: "store_id",
  versions: [{ columns: COLLECTION }, { columns: [...COLLECTION, "reverses_id", "reason"] }],
};

/** What was put on gift cards and store credit and taken off them. */
const vouchers: Ledger = {
  name: "vouchers",
  table: "voucher_entries",
  key: "id",
  store: "store_id",
  versions: [
    {
      columns: [
        "id",
        "voucher_id",
        "store_id",
        "kind",
        "amount_minor",
        "balance_minor",
        "sale_id",
        "collection_id",
        "user_id",
        "user_name",
        instant("created_at"),
      ],
    },
  ],
};

export const ledgers: Ledger[] = [sales, cash, cashMovements, drawerOpenings, closings, collections, vouchers];
