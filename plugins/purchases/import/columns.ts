/** The columns of a list of suppliers, under the names that people and programs give them. */
import { aliasesOf, matchBy } from "../../../kernel/lists/columns.ts";
import type { MatchedColumns } from "../../../kernel/lists/list.ts";

export const COLUMNS = [
  "nit",
  "name",
  "contact",
  "phone",
  "email",
  "address",
  "note",
  "lead_time_days",
  "minimum",
  "active",
] as const;
export type Column = (typeof COLUMNS)[number];

export const HEADERS: Record<"es" | "en", Record<Column, string>> = {
  es: {
    nit: "nit",
    name: "nombre",
    contact: "contacto",
    phone: "telefono",
    email: "correo",
    address: "direccion",
    note: "nota",
    lead_time_days: "dias_de_entrega",
    minimum: "pedido_minimo",
    active: "activo",
  },
  en: Object.fromEntries(COLUMNS.map((column) => [column, column])) as Record<Column, string>,
};

const BY_ALIAS = aliasesOf({
  nit: "nit, documento, identificacion, numero de identificacion, rut, tax id",
  name: "name, nombre, proveedor, razon social, supplier, empresa, company",
  contact: "contact, contacto, persona de contacto, vendedor, asesor",
  phone: "phone, telefono, celular, movil, tel, mobile",
  email: "email, e mail, correo, correo electronico, mail",
  address: "address, direccion",
  note: "note, nota, notas, observaciones, notes",
  lead_time_days: "lead time days, lead time, dias de entrega, dias entrega, plazo, plazo de entrega",
  minimum: "minimum, minimum order, pedido minimo, compra minima, minimo",
  active: "active, activo, estado, habilitado, enabled",
});

export const matchColumns = (header: readonly string[]): MatchedColumns => matchBy(BY_ALIAS, header);
