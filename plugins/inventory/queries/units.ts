/** SQL of the further units of products. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Unit } from "../domain.ts";

/** `p`: products. */
export const UNITS = `(SELECT jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name, 'factorMilli', u.factor_milli,
    'priceMinor', u.price_minor, 'barcodes', ARRAY(SELECT code FROM product_barcodes b WHERE b.unit_id = u.id ORDER BY code COLLATE "C"))
    ORDER BY u.factor_milli, u.id) FROM product_units u WHERE u.product_id = p.id)`;

export type UnitRow = Omit<Unit, "priceMinor"> & { priceMinor: number | null };

export function toUnit({ priceMinor, ...unit }: UnitRow): Unit {
  return { ...unit, priceMinor: priceMinor ?? undefined };
}

/** By product. */
export async function unitsOf(db: Knex, productIds: readonly number[]): Promise<Map<number, Unit[]>> {
  const { rows } = await db.raw(`SELECT p.id, ${UNITS} AS units FROM products p WHERE p.id = ANY(:ids::bigint[])`, {
    ids: [...productIds],
  });
  return new Map(rows.map((row: { id: number; units: UnitRow[] | null }) => [row.id, (row.units ?? []).map(toUnit)]));
}

/** After `lockCodes` and a look at the owners: what is there no more goes, with its codes. */
export async function replaceUnits(
  tx: Tx,
  productId: number,
  units: readonly (Omit<Unit, "id"> & { nameKey: string })[],
): Promise<void> {
  await tx.raw("DELETE FROM product_units WHERE product_id = :productId AND name_key <> ALL(:keys::text[])", {
    productId,
    keys: units.map(({ nameKey }) => nameKey),
  });
  await tx.raw("DELETE FROM product_barcodes WHERE product_id = :productId AND unit_id IS NOT NULL", { productId });
  await tx.raw(
    `WITH unit AS (
       INSERT INTO product_units (product_id, name, name_key, factor_milli, price_minor)
       SELECT :productId, u.* FROM jsonb_to_recordset(:units::jsonb)
         AS u (name text, name_key text, factor_milli bigint, price_minor bigint)
       ON CONFLICT (product_id, name_key) DO UPDATE SET name = excluded.name, factor_milli = excluded.factor_milli,
         price_minor = excluded.price_minor
       RETURNING id, name_key
     )
     INSERT INTO product_barcodes (code, product_id, unit_id)
     SELECT code, :productId, unit.id
     FROM jsonb_to_recordset(:units::jsonb) AS u (name_key text, barcodes text[]) JOIN unit USING (name_key)
       CROSS JOIN unnest(u.barcodes) AS code`,
    {
      productId,
      units: JSON.stringify(
        units.map((unit) => ({
          name: unit.name,
          name_key: unit.nameKey,
          factor_milli: unit.factorMilli,
          price_minor: unit.priceMinor ?? null,
          barcodes: unit.barcodes,
        })),
      ),
    },
  );
}
