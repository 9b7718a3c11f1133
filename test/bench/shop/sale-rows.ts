/** One sale as the rows that the till writes of it: the cart it was scanned into, the document, its movements. */
import type { Basket } from "./baskets.ts";
import type { Good } from "./catalogue.ts";
import type { Person } from "./people.ts";

export interface SaleFacts {
  id: number;
  number: string;
  rangeId: number;
  cartId: string;
  storeId: number;
  registerId: number;
  shiftId: number;
  cashier: Person;
  currency: string;
  businessDate: string;
  at: Date;
}

export interface SaleRows {
  carts: object[];
  cart_lines: object[];
  sales: object[];
  sale_items: object[];
  payments: object[];
  stock_movements: object[];
}

export const noRows = (): SaleRows => ({
  carts: [],
  cart_lines: [],
  sales: [],
  sale_items: [],
  payments: [],
  stock_movements: [],
});

/** Beside the scans of a minute: a cart is older than its sale. */
const SCANNING_MS = 60_000;

export function addSale(rows: SaleRows, sale: SaleFacts, basket: Basket, goods: ReadonlyMap<number, Good>): void {
  const { id, number, at } = sale;
  const document = { document_type: "sale", document_id: id, document_number: number };
  rows.sales.push(headRow(sale, basket));
  rows.carts.push({
    id: sale.cartId,
    register_id: sale.registerId,
    user_id: sale.cashier.id,
    user_name: sale.cashier.fullName,
    status: "paid",
    sale_id: id,
    next_line: basket.lines.length + 1,
    created_at: new Date(at.getTime() - SCANNING_MS),
    updated_at: at,
  });
  for (const line of basket.lines) {
    const rung = {
      line: line.line,
      product_id: line.productId,
      sku: line.sku,
      name: line.name,
      unit: line.unit,
      quantity_milli: line.quantityMilli,
      unit_price_minor: line.unitPriceMinor,
      tax_rate_bp: line.taxRateBp,
      tax_kind: line.taxKind,
    };
    rows.cart_lines.push({ cart_id: sale.cartId, ...rung });
    rows.sale_items.push({
      sale_id: id,
      ...rung,
      discount_minor: line.discountMinor,
      tax_minor: line.taxMinor,
      total_minor: line.totalMinor,
      cost_minor: goods.get(line.productId)?.costMinor,
    });
  }
  // as shelves are locked: by product
  for (const { productId, quantityMilli } of basket.lines.toSorted((one, other) => one.productId - other.productId)) {
    const good = goods.get(productId);
    rows.stock_movements.push({
      store_id: sale.storeId,
      product_id: productId,
      reason: "sale",
      quantity_milli: -quantityMilli,
      balance_milli: good?.onHandMilli,
      cost_minor: good?.costMinor,
      ...document,
      user_id: sale.cashier.id,
      user_name: sale.cashier.username,
      created_at: at,
    });
  }
  for (const [index, { method, amountMinor, reference }] of basket.payments.entries())
    rows.payments.push({
      sale_id: id,
      line: index + 1,
      method,
      amount_minor: amountMinor,
      reference: reference ?? null,
    });
}

function headRow(sale: SaleFacts, basket: Basket) {
  return {
    id: sale.id,
    number: sale.number,
    number_range_id: sale.rangeId,
    status: "completed",
    kind: "sale",
    store_id: sale.storeId,
    register_id: sale.registerId,
    shift_id: sale.shiftId,
    cart_id: sale.cartId,
    user_id: sale.cashier.id,
    user_name: sale.cashier.fullName,
    currency: sale.currency,
    subtotal_minor: basket.totals.subtotalMinor,
    discount_minor: basket.discountMinor,
    tax_minor: basket.totals.taxMinor,
    rounding_minor: 0,
    total_minor: basket.totals.totalMinor,
    paid_minor: basket.paidMinor,
    change_minor: basket.changeMinor,
    business_date: sale.businessDate,
    created_at: sale.at,
  };
}
