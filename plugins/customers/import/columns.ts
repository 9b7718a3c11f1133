/** The columns of a list of customers, under the names that people and programs give them. */
import { aliasesOf, matchBy } from "../../../kernel/lists/columns.ts";
import type { MatchedColumns } from "../../../kernel/lists/list.ts";

export const COLUMNS = [
  "document_type",
  "document_number",
  "name",
  "phone",
  "email",
  "address",
  "note",
  "group",
  "credit_limit",
  "active",
] as const;
export type Column = (typeof COLUMNS)[number];

export const HEADERS: Record<"es" | "en", Record<Column, string>> = {
  es: {
    document_type: "tipo_documento",
    document_number: "documento",
    name: "nombre",
    phone: "telefono",
    email: "correo",
    address: "direccion",
    note: "nota",
    group: "grupo",
    credit_limit: "cupo",
    active: "activo",
  },
  en: Object.fromEntries(COLUMNS.map((column) => [column, column])) as Record<Column, string>,
};

const BY_ALIAS = aliasesOf({
  document_type:
    "document type, tipo documento, tipo de documento, tipo identificacion, tipo de identificacion, tipo, tipo id",
  document_number:
    "document number, document, documento, numero documento, numero de documento, identificacion, cedula, nit, id number",
  name: "name, nombre, nombres, nombre completo, cliente, razon social, nombre o razon social, customer, full name",
  phone: "phone, telefono, celular, movil, tel, mobile",
  email: "email, e mail, correo, correo electronico, mail",
  address: "address, direccion, domicilio",
  note: "note, nota, notas, observaciones, comentario, comentarios, notes",
  group: "group, grupo, grupo de clientes, customer group",
  credit_limit: "credit limit, cupo, cupo de credito, limite, limite de credito, fiado",
  active: "active, activo, estado, habilitado, enabled",
});

export const matchColumns = (header: readonly string[]): MatchedColumns => matchBy(BY_ALIAS, header);
