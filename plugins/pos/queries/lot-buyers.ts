/** SQL of the recall of a lot: who bought. */
import type { Knex } from "knex";
import type { Buyer } from "../../inventory/api.ts";

export async function buyersOf(db: Knex, saleIds: readonly number[]): Promise<Buyer[]> {
  const { rows } = await db.raw(
    `SELECT id, number, created_at AS at, customer_name AS name, customer_document AS document
     FROM sales WHERE id = ANY(:ids::bigint[])`,
    { ids: [...saleIds] },
  );
  return rows.map((row: { id: number; number: string; at: Date; name: string | null; document: string | null }) => ({
    documentId: row.id,
    number: row.number,
    href: `/sales/${row.id}`,
    at: row.at,
    customer: row.name === null ? undefined : { name: row.name, document: row.document ?? undefined },
  }));
}
