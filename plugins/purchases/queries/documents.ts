/** SQL of deliveries and returns, which are written once; and of what was paid for a product. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { DocumentHead, DocumentKind, DocumentLine } from "../domain.ts";
import type { Offer } from "../lines.ts";

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
type Row = any;

const HEAD = `d.id, d.kind, d.store_id, s.name AS store_name, d.supplier_id, d.supplier_name, d.order_id, d.delivery_note, d.note,
  d.currency, d.total_minor, d.user_name, d.created_at FROM purchase_documents d JOIN stores s ON s.id = d.store_id`;

function headOf(row: Row): DocumentHead {
  return {
    id: row.id,
    kind: row.kind,
    storeId: row.store_id,
    storeName: row.store_name,
    supplierId: row.supplier_id,
    supplierName: row.supplier_name,
    orderId: row.order_id ?? undefined,
    deliveryNote: row.delivery_note ?? undefined,
    note: row.note ?? undefined,
    currency: row.currency,
    totalMinor: row.total_minor,
    userName: row.user_name,
    createdAt: row.created_at,
  };
}

export interface NewDocument {
  kind: DocumentKind;
  storeId: number;
  supplier: { id: number; name: string };
  orderId: number | undefined;
  deliveryNote: string | undefined;
  note: string | undefined;
  currency: string;
  totalMinor: number;
  user: { id: number; username: string };
  now: Date;
}

/** As it is stored: lots are in the ledger of stock. */
export type StoredLine = Omit<DocumentLine, "lots">;
export type NewLine = Omit<StoredLine, "line">;
type StoredDocument = DocumentHead & { lines: StoredLine[] };

/** Undefined: that delivery note of the supplier was received before. */
export async function insertDocument(
  tx: Tx,
  document: NewDocument,
  lines: readonly NewLine[],
): Promise<number | undefined> {
  const { supplier, user, orderId, deliveryNote, note, ...rest } = document;
  const { rows } = await tx.raw(
    `INSERT INTO purchase_documents (kind, store_id, supplier_id, supplier_name, order_id, delivery_note, note, currency, total_minor,
       user_id, user_name, created_at)
     VALUES (:kind, :storeId, :supplierId, :supplierName, :orderId, :deliveryNote, :note, :currency, :totalMinor, :userId, :userName,
       :now)
     ON CONFLICT (supplier_id, delivery_note) WHERE kind = 'receipt' DO NOTHING RETURNING id`,
    {
      ...rest,
      supplierId: supplier.id,
      supplierName: supplier.name,
      orderId: orderId ?? null,
      deliveryNote: deliveryNote ?? null,
      note: note ?? null,
      userId: user.id,
      userName: user.username,
    },
  );
  const id = rows[0]?.id;
  if (id === undefined) return undefined;
  await tx.raw(
    `INSERT INTO purchase_document_lines (document_id, line, product_id, sku, name, unit, quantity_milli, cost_minor, discount_bp,
       unit_cost_minor, total_minor, over_milli)
     SELECT :id, l.line, l."productId", l.sku, l.name, l.unit, l."quantityMilli", l."costMinor", l."discountBp", l."unitCostMinor",
       l."totalMinor", l."overMilli"
     FROM jsonb_to_recordset(:lines::jsonb) AS l (line int, "productId" bigint, sku text, name text, unit text, "quantityMilli" bigint,
       "costMinor" bigint, "discountBp" int, "unitCostMinor" bigint, "totalMinor" bigint, "overMilli" bigint)`,
    { id, lines: JSON.stringify(lines.map((line, index) => ({ line: index + 1, ...line }))) },
  );
  return id;
}

export async function documentById(db: Knex, id: number): Promise<StoredDocument | undefined> {
  const { rows } = await db.raw(`SELECT ${HEAD} WHERE d.id = ?`, [id]);
  if (!rows[0]) return undefined;
  const lines = await db.raw(
    `SELECT line, product_id AS "productId", sku, name, unit, quantity_milli AS "quantityMilli", cost_minor AS "costMinor",
       discount_bp AS "discountBp", unit_cost_minor AS "unitCostMinor", total_minor AS "totalMinor", over_milli AS "overMilli"
     FROM purchase_document_lines WHERE document_id = ? ORDER BY line`,
    [id],
  );
  return { ...headOf(rows[0]), lines: lines.rows };
}

export interface DocumentFilter {
  storeIds: readonly number[];
  supplierId?: number | undefined;
  orderId?: number | undefined;
  kind?: DocumentKind | undefined;
  before?: number | undefined;
  limit: number;
}

/** Newest first, one more than `limit`. */
export async function listDocuments(db: Knex, filter: DocumentFilter): Promise<DocumentHead[]> {
  const { storeIds, supplierId, orderId, kind, before, limit } = filter;
  const { rows } = await db.raw(
    `SELECT ${HEAD} WHERE d.store_id = ANY(:storeIds::bigint[]) AND d.id < :before
       AND (cast(:supplierId AS bigint) IS NULL OR d.supplier_id = :supplierId)
       AND (cast(:orderId AS bigint) IS NULL OR d.order_id = :orderId)
       AND (cast(:kind AS text) IS NULL OR d.kind = :kind)
     ORDER BY d.id DESC LIMIT :limit`,
    {
      storeIds: [...storeIds],
      before: before ?? Number.MAX_SAFE_INTEGER,
      supplierId: supplierId ?? null,
      orderId: orderId ?? null,
      kind: kind ?? null,
      limit: limit + 1,
    },
  );
  return rows.map(headOf);
}

/** What the supplier asked for each product last. */
export async function lastOffers(
  db: Knex,
  supplierId: number,
  productIds: readonly number[],
): Promise<ReadonlyMap<number, Offer>> {
  const { rows } = await db.raw(
    `SELECT wanted.id, last.cost_minor, last.discount_bp FROM unnest(:productIds::bigint[]) AS wanted (id)
     CROSS JOIN LATERAL (
       SELECT l.cost_minor, l.discount_bp FROM purchase_document_lines l JOIN purchase_documents d ON d.id = l.document_id
       WHERE l.product_id = wanted.id AND d.supplier_id = :supplierId AND d.kind = 'receipt'
       ORDER BY l.document_id DESC, l.line DESC LIMIT 1) last`,
    { supplierId, productIds: [...productIds] },
  );
  return new Map(rows.map((row: Row) => [row.id, { costMinor: row.cost_minor, discountBp: row.discount_bp }]));
}

export interface Price {
  documentId: number;
  line: number;
  supplierId: number;
  supplierName: string;
  storeId: number;
  quantityMilli: number;
  costMinor: number;
  discountBp: number;
  unitCostMinor: number;
  currency: string;
  createdAt: Date;
}

export interface PriceFilter {
  productId: number;
  supplierId?: number | undefined;
  storeIds: readonly number[];
  before?: [number, number] | undefined;
  limit: number;
}

/** What was paid for a product, newest first, one more than `limit`. */
export async function prices(db: Knex, filter: PriceFilter): Promise<Price[]> {
  const { productId, supplierId, storeIds, before, limit } = filter;
  const { rows } = await db.raw(
    `SELECT d.id AS "documentId", l.line, d.supplier_id AS "supplierId", d.supplier_name AS "supplierName", d.store_id AS "storeId",
       l.quantity_milli AS "quantityMilli", l.cost_minor AS "costMinor", l.discount_bp AS "discountBp",
       l.unit_cost_minor AS "unitCostMinor", d.currency, d.created_at AS "createdAt"
     FROM purchase_document_lines l JOIN purchase_documents d ON d.id = l.document_id
     WHERE l.product_id = :productId AND d.kind = 'receipt' AND d.store_id = ANY(:storeIds::bigint[])
       AND (cast(:supplierId AS bigint) IS NULL OR d.supplier_id = :supplierId) AND (l.document_id, l.line) < (:document, :line)
     ORDER BY l.document_id DESC, l.line DESC LIMIT :limit`,
    {
      productId,
      supplierId: supplierId ?? null,
      storeIds: [...storeIds],
      document: before?.[0] ?? Number.MAX_SAFE_INTEGER,
      line: before?.[1] ?? 0,
      limit: limit + 1,
    },
  );
  return rows;
}
