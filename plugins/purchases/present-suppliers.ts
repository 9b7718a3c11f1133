/** Suppliers as the API and the pages show them. */
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { FormState } from "../../kernel/http/route.ts";
import type { Text } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { Pack, Supplier } from "./domain.ts";

export function supplierJson(supplier: Supplier, currency: string) {
  return {
    id: supplier.id,
    name: supplier.name,
    nit: supplier.nit ?? null,
    contact: supplier.contact ?? null,
    phone: supplier.phone ?? null,
    email: supplier.email ?? null,
    address: supplier.address ?? null,
    note: supplier.note ?? null,
    lead_time_days: supplier.leadTimeDays,
    minimum: formatDecimal(supplier.minimumMinor, currencyDigits(currency)),
    active: supplier.active,
  };
}

export function supplierRow({ id, name, nit, phone, contact, active }: Supplier) {
  return { path: `/suppliers/${id}`, name, nit: nit ?? "", phone: phone ?? "", contact: contact ?? "", active };
}

/** The form as the supplier is now. */
export function stored(supplier: Supplier, text: Text, currency: string): FormState {
  const values: Record<string, string> = {
    name: supplier.name,
    nit: supplier.nit ?? "",
    contact: supplier.contact ?? "",
    phone: supplier.phone ?? "",
    email: supplier.email ?? "",
    address: supplier.address ?? "",
    note: supplier.note ?? "",
    lead_time_days: String(supplier.leadTimeDays),
    minimum: supplier.minimumMinor === 0 ? "" : text.moneyField(supplier.minimumMinor, currency),
    version: String(supplier.version),
    ...(supplier.active ? { active: "on" } : {}),
  };
  return { values, errors: {} };
}

export function supplierOptions(suppliers: readonly Supplier[]) {
  return suppliers.map(({ id, name }) => ({ value: String(id), label: name }));
}

export function packJson({ productId, sku, name, unit, packMilli }: Pack) {
  return { product_id: productId, sku, name, unit, pack: formatDecimal(packMilli, QUANTITY_SCALE) };
}

export function packRow({ productId, sku, name, unit, packMilli }: Pack, text: Text) {
  return { id: productId, path: `/products/${productId}`, sku, name, pack: `${text.quantity(packMilli)} ${unit}` };
}
