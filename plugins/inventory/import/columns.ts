/** The columns of a price list, under the names that people and programs give them. */
import { fold } from "../../../kernel/text.ts";

export const COLUMNS = [
  "sku",
  "barcodes",
  "name",
  "description",
  "category",
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
const ALIASES: Record<Column | "text", string> = {
  sku: "sku, codigo, cod, code, referencia, ref, codigo interno, codigo producto, codigo del producto, product code, item code",
  barcodes:
    "barcodes, barcode, codigo de barras, codigos de barras, codigo barras, codigo barra, ean, ean 13, ean13, gtin, upc, plu",
  name: "name, nombre, producto, articulo, item, product, product name, nombre producto, nombre del producto, nombre articulo",
  text: "descripcion, description, descripcion producto, descripcion del producto",
  description: "detalle, detalles, formato, presentacion, details, observaciones, notas",
  category: "category, categoria, departamento, linea, familia, seccion, grupo, department",
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

const BY_ALIAS = new Map(
  Object.entries(ALIASES).flatMap(([column, names]) =>
    names.split(", ").map((name): [string, Column | "text"] => [name, column as Column | "text"]),
  ),
);

export interface MatchedColumns {
  /** by place in the file; null: not read */
  columns: (Column | null)[];
  /** as written, of the columns that are not read */
  ignored: string[];
}

/** Tells which column is which. A column named twice is read the first time. Case, accents and signs do not count. */
export function matchColumns(header: readonly string[]): MatchedColumns {
  const found = header.map((name) => BY_ALIAS.get(fold(name)));
  const hasName = found.includes("name");
  const hasSku = found.includes("sku");
  const taken = new Set<Column>();
  const ignored: string[] = [];
  const columns = found.map((alias, place) => {
    const column = meaning(alias, hasName, hasSku);
    if (column !== undefined && !taken.has(column)) {
      taken.add(column);
      return column;
    }
    const written = header[place]?.trim();
    if (written) ignored.push(written.slice(0, 60));
    return null;
  });
  return { columns, ignored };
}

/** A list that has barcodes alone names its products by them. */
function meaning(alias: Column | "text" | undefined, hasName: boolean, hasSku: boolean): Column | undefined {
  if (alias === "text") return hasName ? "description" : "name";
  return alias === "barcodes" && !hasSku ? "sku" : alias;
}
