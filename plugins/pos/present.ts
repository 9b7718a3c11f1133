/** Domain to JSON of v1. */
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { Sale, SaleHead } from "./domain.ts";
import { sumsOf, type Taken } from "./promotions/taking.ts";

export function saleHeadJson(sale: SaleHead) {
  const money = moneyOf(sale.currency);
  return {
    id: sale.id,
    number: sale.number,
    status: sale.status,
    kind: sale.kind,
    returns_sale_id: sale.returnsSaleId ?? null,
    reason: sale.reason ?? null,
    note: sale.note ?? null,
    store_id: sale.storeId,
    register_id: sale.registerId,
    shift_id: sale.shiftId ?? null,
    cashier: { id: sale.userId, name: sale.userName },
    customer_id: sale.customerId ?? null,
    currency: sale.currency,
    subtotal: money(sale.subtotalMinor),
    discount: money(sale.discountMinor),
    tax: money(sale.taxMinor),
    rounding: money(sale.roundingMinor),
    total: money(sale.totalMinor),
    paid: money(sale.paidMinor),
    change: money(sale.changeMinor),
    business_date: sale.businessDate,
    created_at: sale.createdAt.toISOString(),
  };
}

export function saleJson(sale: Sale) {
  const money = moneyOf(sale.currency);
  return Object.assign(saleHeadJson(sale), {
    lines: sale.lines.map((line) => ({
      line: line.line,
      product_id: line.productId,
      sku: line.sku,
      name: line.name,
      unit: line.unit,
      factor: formatDecimal(line.factorMilli, QUANTITY_SCALE),
      quantity: formatDecimal(line.quantityMilli, QUANTITY_SCALE),
      unit_price: money(line.unitPriceMinor),
      list_price: line.listPriceMinor === undefined ? null : money(line.listPriceMinor),
      discount: money(line.discountMinor),
      promotion: line.promotion ? takenJson(line.promotion, money) : null,
      tax_rate_bp: line.taxRateBp,
      tax: money(line.taxMinor),
      total: money(line.totalMinor),
      tax_kind: line.taxKind,
      note: line.note ?? null,
      returns_line: line.returnsLine ?? null,
      condition: line.condition ?? null,
    })),
    promotions: sumsOf(sale.lines).map((one) => takenJson(one, money)),
    payments: sale.payments.map(({ method, amountMinor, reference }) => ({
      method,
      amount: money(amountMinor),
      reference: reference ?? null,
    })),
  });
}

function takenJson({ id, name, amountMinor }: Taken, money: (minor: number) => string) {
  return { id, name, amount: money(amountMinor) };
}

export function moneyOf(currency: string): (minor: number) => string {
  const digits = currencyDigits(currency);
  return (minor) => formatDecimal(minor, digits);
}
