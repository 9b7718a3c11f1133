/** Suppliers as the API and the pages show them. */
import type { FormState } from "../../kernel/http/route.ts";
import type { Supplier } from "./domain.ts";

export function supplierJson(supplier: Supplier) {
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
    active: supplier.active,
  };
}

export function supplierRow({ id, name, nit, phone, contact, active }: Supplier) {
  return { path: `/suppliers/${id}`, name, nit: nit ?? "", phone: phone ?? "", contact: contact ?? "", active };
}

/** The form as the supplier is now. */
export function stored(supplier: Supplier): FormState {
  const values: Record<string, string> = {
    name: supplier.name,
    nit: supplier.nit ?? "",
    contact: supplier.contact ?? "",
    phone: supplier.phone ?? "",
    email: supplier.email ?? "",
    address: supplier.address ?? "",
    note: supplier.note ?? "",
    lead_time_days: String(supplier.leadTimeDays),
    version: String(supplier.version),
    ...(supplier.active ? { active: "on" } : {}),
  };
  return { values, errors: {} };
}

export function supplierOptions(suppliers: readonly Supplier[]) {
  return suppliers.map(({ id, name }) => ({ value: String(id), label: name }));
}
