/** SQL of the invariants of sales and shifts. Each answers what breaks it, in words for the operator. */
import type { Knex } from "knex";
import type { Scope } from "../../../kernel/invariant.ts";
import { TRAINING_PREFIX } from "../numbering.ts";

/** Of sales `s`; binds `:since`, null for all of them. Only returns have an index by time: the day finds the others. */
export const IN_SCOPE = `(cast(:since AS timestamptz) IS NULL
  OR (s.business_date >= cast(:since AS timestamptz)::date - 2 AND s.created_at >= :since))`;

function bound({ since, limit }: Scope) {
  return { since: since ?? null, limit };
}

function said({ rows }: { rows: { said: string }[] }): string[] {
  return rows.map((row) => row.said);
}

/** sum(lines) + rounding = total, and the same of tax and discount; subtotal + tax + rounding = total. */
export async function unevenLines(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `SELECT format('sale %s: total %s, its lines %s and rounding %s', s.number, s.total_minor, i.total, s.rounding_minor) AS said
     FROM sales s LEFT JOIN (
       SELECT sale_id, sum(total_minor) AS total, sum(tax_minor) AS tax, sum(discount_minor) AS discount FROM sale_items
       GROUP BY sale_id
     ) i ON i.sale_id = s.id
     WHERE cast(:since AS timestamptz) IS NULL AND (i.total IS DISTINCT FROM s.total_minor - s.rounding_minor
       OR i.tax <> s.tax_minor OR i.discount <> s.discount_minor
       OR s.subtotal_minor + s.tax_minor + s.rounding_minor <> s.total_minor)
     UNION ALL
     SELECT format('sale %s: total %s, its lines %s and rounding %s', s.number, s.total_minor, i.total, s.rounding_minor) AS said
     FROM sales s, LATERAL (
       SELECT sum(total_minor) AS total, sum(tax_minor) AS tax, sum(discount_minor) AS discount FROM sale_items WHERE sale_id = s.id
     ) i
     WHERE cast(:since AS timestamptz) IS NOT NULL AND ${IN_SCOPE}
       AND (i.total IS DISTINCT FROM s.total_minor - s.rounding_minor OR i.tax <> s.tax_minor
         OR i.discount <> s.discount_minor OR s.subtotal_minor + s.tax_minor + s.rounding_minor <> s.total_minor)
     LIMIT :limit`,
      bound(scope),
    ),
  );
}

/**
 * The tax of each line sold is the one of its rate and kind, rounded once, half away from zero. What came back is the difference of
 * two such shares, and is watched by the sums.
 */
export async function wrongTaxes(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `SELECT format('sale %s: line %s has %s tax in %s at %s', s.number, i.line, i.tax_minor, i.total_minor, i.tax_rate_bp) AS said
     FROM sales s JOIN sale_items i ON i.sale_id = s.id
     WHERE s.kind = 'sale' AND ${IN_SCOPE} AND i.tax_minor <> CASE
         WHEN i.tax_kind = 'added' THEN round((i.total_minor - i.tax_minor)::numeric * i.tax_rate_bp / 10000)
         WHEN i.tax_kind = 'included' THEN i.total_minor - round(i.total_minor::numeric * 10000 / (10000 + i.tax_rate_bp))
         ELSE 0 END
     LIMIT :limit`,
      bound(scope),
    ),
  );
}

/** sum(tenders) = paid, paid - change = total. */
export async function unevenPayments(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `SELECT format('sale %s: total %s, paid %s, change %s, tenders %s', s.number, s.total_minor, s.paid_minor, s.change_minor,
       p.paid) AS said
     FROM sales s, LATERAL (SELECT coalesce(sum(amount_minor), 0) AS paid FROM payments WHERE sale_id = s.id) p
     WHERE ${IN_SCOPE} AND (p.paid <> s.paid_minor OR s.paid_minor - s.change_minor <> s.total_minor OR s.change_minor < 0)
     LIMIT :limit`,
      bound(scope),
    ),
  );
}

/**
 * What the lines of a document took from the shelf (the product, or the goods of a unit, a kit, a service) is what its
 * movements say, product by product; what came back damaged went
 * out again. And no movement speaks of a document that is not there.
 */
export async function unmovedGoods(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `WITH gone AS MATERIALIZED (
         -- document by document: movement by movement it takes five times as long
         SELECT document_type, document_id FROM (SELECT document_type, document_id FROM stock_movements
           WHERE cast(:since AS timestamptz) IS NULL AND document_type IN ('sale', 'return', 'void')
           GROUP BY document_type, document_id) d
         WHERE NOT EXISTS (SELECT FROM sales s WHERE s.id = d.document_id AND s.kind = d.document_type)
       )
       SELECT format('sale %s: product %s is off by %s between its lines and its movements (thousandths)', s.number,
         d.product_id, d.off_milli) AS said
       FROM sales s CROSS JOIN LATERAL (
         SELECT product_id, sum(milli) AS off_milli FROM (
           SELECT product_id, quantity_milli AS milli FROM sale_items WHERE sale_id = s.id AND goods IS NULL
           UNION ALL
           SELECT g.product_id, g.quantity_milli FROM sale_items i
             CROSS JOIN jsonb_to_recordset(i.goods) AS g (product_id bigint, quantity_milli bigint) WHERE i.sale_id = s.id
           UNION ALL
           SELECT product_id, quantity_milli FROM stock_movements
           WHERE document_type = s.kind AND document_id = s.id AND reason <> 'damaged'
         ) both_sides GROUP BY product_id HAVING sum(milli) <> 0
       ) d
       WHERE ${IN_SCOPE}
       UNION ALL
       SELECT format('movement %s: its %s %s is not there', m.id, m.document_type, m.document_number) AS said
       FROM gone JOIN stock_movements m USING (document_type, document_id)
       LIMIT :limit`,
      bound(scope),
    ),
  );
}

/** Nothing comes back that was not sold, and no money that was not paid. */
export async function returnedTooMuch(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `SELECT format('sale %s: more of line %s came back than was sold', o.number, b.line) AS said
     FROM (SELECT DISTINCT returns_sale_id AS id FROM sales s WHERE returns_sale_id IS NOT NULL AND ${IN_SCOPE}) r
       JOIN sales o ON o.id = r.id
       CROSS JOIN LATERAL (SELECT i.returns_line AS line, -sum(i.quantity_milli) AS milli, -sum(i.total_minor) AS total
         FROM sales d JOIN sale_items i ON i.sale_id = d.id WHERE d.returns_sale_id = o.id GROUP BY i.returns_line) b
       LEFT JOIN sale_items sold ON sold.sale_id = o.id AND sold.line = b.line
     WHERE sold.line IS NULL OR b.milli > sold.quantity_milli OR b.total > sold.total_minor
     UNION ALL
     SELECT format('sale %s: %s was paid, %s given back', o.number, o.total_minor, b.total) AS said
     FROM (SELECT DISTINCT returns_sale_id AS id FROM sales s WHERE returns_sale_id IS NOT NULL AND ${IN_SCOPE}) r
       JOIN sales o ON o.id = r.id,
       LATERAL (SELECT -sum(total_minor) AS total FROM sales d WHERE d.returns_sale_id = o.id) b
     WHERE b.total > o.total_minor LIMIT :limit`,
      bound(scope),
    ),
  );
}

/** What a promotion took is part of the line's discount, and no more of it comes back than it took. */
export async function wrongPromotions(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `SELECT format('sale %s: of line %s promotion %s took %s of a discount of %s', s.number, i.line, i.promotion_id,
         i.promotion_minor, i.discount_minor) AS said
       FROM sales s JOIN sale_items i ON i.sale_id = s.id AND i.promotion_id IS NOT NULL
       WHERE ${IN_SCOPE} AND s.kind = 'sale' AND i.promotion_minor NOT BETWEEN 0 AND i.discount_minor
       UNION ALL
       SELECT format('sale %s: more of a promotion on line %s came back than it took', o.number, b.line) AS said
       FROM (SELECT DISTINCT s.returns_sale_id AS id FROM sales s WHERE s.returns_sale_id IS NOT NULL AND ${IN_SCOPE}) r
         JOIN sales o ON o.id = r.id
         CROSS JOIN LATERAL (SELECT i.returns_line AS line, -sum(i.promotion_minor) AS back
           FROM sales d JOIN sale_items i ON i.sale_id = d.id AND i.promotion_id IS NOT NULL
           WHERE d.returns_sale_id = o.id GROUP BY i.returns_line) b
         LEFT JOIN sale_items sold ON sold.sale_id = o.id AND sold.line = b.line
       WHERE b.back > coalesce(sold.promotion_minor, 0) LIMIT :limit`,
      bound(scope),
    ),
  );
}

/** float + cash tendered + cash collected - change + cash in - cash out = what the Z says ought to have been there. */
export async function unexpectedCash(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `SELECT format('shift %s: Z %s says %s, its documents %s', c.shift_id, c.z_number, c.expected_minor, e.cash) AS said
     FROM shift_closings c JOIN shifts h ON h.id = c.shift_id,
       LATERAL (SELECT h.float_minor
         + coalesce((SELECT sum(p.amount_minor) FROM sales s JOIN payments p ON p.sale_id = s.id AND p.method = 'cash'
             WHERE s.shift_id = h.id), 0)
         + coalesce((SELECT sum(amount_minor) FROM collections WHERE shift_id = h.id AND method = 'cash'), 0)
         - coalesce((SELECT sum(s.change_minor) FROM sales s WHERE s.shift_id = h.id), 0)
         + coalesce((SELECT sum(CASE kind WHEN 'in' THEN amount_minor ELSE -amount_minor END) FROM cash_movements
             WHERE shift_id = h.id), 0) AS cash) e
     WHERE (cast(:since AS timestamptz) IS NULL OR c.closed_at >= :since)
       AND (c.expected_minor <> e.cash OR c.counted_minor - c.expected_minor <> c.difference_minor)
     LIMIT :limit`,
      bound(scope),
    ),
  );
}

/** What a Z report says of its shift is what the documents of the shift say. */
export async function wrongReports(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `SELECT format('shift %s: Z %s says %s sales of %s, its documents %s of %s', c.shift_id, c.z_number, c.report->>'sales',
         c.report->>'totalMinor', d.sales, d.total) AS said
     FROM shift_closings c, LATERAL (
       SELECT count(*) FILTER (WHERE kind = 'sale') AS sales, coalesce(sum(total_minor), 0) AS total,
         coalesce(sum(change_minor), 0) AS change, coalesce(sum(paid_minor), 0) AS paid
       FROM sales WHERE shift_id = c.shift_id) d
     WHERE (cast(:since AS timestamptz) IS NULL OR c.closed_at >= :since)
       AND ((c.report->>'sales')::bigint <> d.sales OR (c.report->>'totalMinor')::numeric <> d.total
         OR (c.report->>'changeMinor')::numeric <> d.change
         OR (SELECT coalesce(sum((t->>'amountMinor')::numeric), 0) FROM jsonb_array_elements(c.report->'tenders') t) <> d.paid)
     LIMIT :limit`,
      bound(scope),
    ),
  );
}

/**
 * Each number of a range up to the next was given to a sale of its register, in a training store of the store, and no sale has a number
 * of its own making.
 */
export async function numbersMissing(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `WITH given AS (
         SELECT r.id, g.store_id, r.register_id, r.prefix || lpad(n::text, greatest(r.digits, length(n::text)), '0') AS number
         FROM number_ranges r JOIN registers g ON g.id = r.register_id CROSS JOIN LATERAL generate_series(r.from_number, r.next_number - 1) n
         WHERE cast(:since AS timestamptz) IS NULL
         UNION ALL
         SELECT NULL, t.store_id, NULL, '${TRAINING_PREFIX}' || t.store_id || '-' || lpad(n::text, greatest(6, length(n::text)), '0')
         FROM training_numbers t CROSS JOIN LATERAL generate_series(1, t.next_number - 1) n
         WHERE cast(:since AS timestamptz) IS NULL
       )
       SELECT format('range %s: no sale has the number %s', coalesce(g.id::text, 'of training'), g.number) AS said
       FROM given g LEFT JOIN sales s ON s.number = g.number AND s.store_id = g.store_id AND s.register_id = coalesce(g.register_id, s.register_id)
       WHERE s.id IS NULL
       UNION ALL
       SELECT format('sale %s: its number is of no range of its register', s.number) AS said
       FROM sales s LEFT JOIN given g
         ON g.number = s.number AND g.store_id = s.store_id AND s.register_id = coalesce(g.register_id, s.register_id)
       WHERE cast(:since AS timestamptz) IS NULL AND g.number IS NULL
       LIMIT :limit`,
      bound(scope),
    ),
  );
}

/** What training stores do stays among them: no number of a range, nothing of a card, no money for no goods; and the others have none of theirs. */
export async function trainingThatCounts(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `SELECT format('sale %s: training and number do not fit', s.number) AS said
       FROM sales s JOIN stores t ON t.id = s.store_id
       WHERE ${IN_SCOPE} AND (CASE WHEN t.training THEN s.number_range_id IS NOT NULL OR s.number NOT LIKE '${TRAINING_PREFIX}%'
         ELSE s.number LIKE '${TRAINING_PREFIX}%' END)
       UNION ALL
       SELECT format('collection %s: of a training store', s.id) FROM collections s JOIN stores t ON t.id = s.store_id AND t.training
       WHERE ${IN_SCOPE}
       UNION ALL
       SELECT format('voucher entry %s: of a training store', s.id) FROM voucher_entries s JOIN stores t ON t.id = s.store_id AND t.training
       WHERE cast(:since AS timestamptz) IS NULL OR s.created_at >= :since
       LIMIT :limit`,
      bound(scope),
    ),
  );
}

/** The Z reports of a register are numbered from 1 without a gap. */
export async function closingsMissing(db: Knex, scope: Scope): Promise<string[]> {
  return said(
    await db.raw(
      `SELECT format('register %s: %s Z reports, the last is number %s', register_id, count(*), max(z_number)) AS said
     FROM shift_closings WHERE cast(:since AS timestamptz) IS NULL
     GROUP BY register_id HAVING count(*) <> max(z_number) OR min(z_number) <> 1 LIMIT :limit`,
      bound(scope),
    ),
  );
}
