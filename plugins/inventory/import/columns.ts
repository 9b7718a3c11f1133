/** The columns of a price list, under the names that people and programs give them. */
import { aliasesOf, matchBy } from "../../../kernel/lists/columns.ts";
import type { MatchedColumns } from "../../../kernel/lists/list.ts";

export const COLUMNS = [
  "sku",
  "barcodes",
  "name",
  "description",
  "category",
  "brand",
  "unit",
  "price",
  "tax_rate",
  "cost",
  "stock",
  "reorder_point",
  "active",
] as const;
export type Column = (typeof COLUMNS)[number];

/** What the export writes above each column, and the import page names. The API writes English. */
export const HEADERS: Record<"es" | "en", Record<Column, string>> = {
  es: {
    sku: "codigo",
    barcodes: "codigos_de_barras",
    name: "nombre",
    description: "descripcion",
    category: "categoria",
    brand: "marca",
    unit: "unidad",
    price: "precio",
    tax_rate: "iva",
    cost: "costo",
    stock: "existencias",
    reorder_point: "minimo",
    active: "activo",
  },
  en: Object.fromEntries(COLUMNS.map((column) => [column, column])) as Record<Column, string>,
};

/** Folded names. `text` is a description beside a name, and the name where there is no other. */
export const ALIASES: Record<Column | "text", string> = {
  sku: "sku, codigo, cod, code, referencia, ref, codigo interno, codigo producto, codigo del producto, product code, item code",
  barcodes:
    "barcodes, barcode, codigo de barras, codigos de barras, codigo barras, codigo barra, ean, ean 13, ean13, gtin, upc, plu",
  name: "name, nombre, producto, articulo, item, product, product name, nombre producto, nombre del producto, nombre articulo",
  text: "descripcion, description, descripcion producto, descripcion del producto",
  description: "detalle, detalles, formato, presentacion, details, observaciones, notas",
  category: "category, categoria, departamento, linea, familia, seccion, grupo, department",
  brand: "brand, marca, fabricante, manufacturer, maker",
  unit: "unit, unidad, unidad de medida, medida, um, uom",
  price:
    "price, precio, pvp, precio venta, precio de venta, precio unitario, precio publico, valor, valor venta, sale price, unit price",
  tax_rate: "tax rate, iva, impuesto, impuestos, tax, vat, tarifa, tarifa iva, porcentaje iva",
  cost: "cost, costo, coste, precio costo, precio de costo, precio compra, precio de compra, costo unitario, unit cost",
  stock: "stock, existencias, existencia, cantidad, inventario, saldo, quantity, qty, on hand, disponible",
  reorder_point:
    "reorder point, minimo, stock minimo, existencia minima, existencias minimas, punto de reorden, punto de pedido, minimum",
  active: "active, activo, estado, habilitado, enabled",
};

const BY_ALIAS = aliasesOf(ALIASES);

/** A description beside a name describes, alone it is the name; a list that has barcodes alone names its products by them. */
export function matchColumns(header: readonly string[]): MatchedColumns {
  return matchBy(BY_ALIAS, header, (alias, found) => {
    if (alias === "text") return found.includes("name") ? "description" : "name";
    return alias === "barcodes" && !found.includes("sku") ? "sku" : alias;
  });
}
