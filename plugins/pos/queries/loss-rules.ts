/** What counts as a discount by hand, as a price lowered by hand and as a cash difference, in SQL: one rule for loss insight and for whoever adds up the same. */

/** What a document was lowered by hand: what promotions took is nobody's gift. */
export function byHandSql(discount: string, promotion: string): string {
  return `(${columnSql(discount)} - coalesce(${columnSql(promotion)}, 0))`;
}

/** Lines (`i`) of sales (`d`) that were charged below the list by hand. */
export function loweredSql(): string {
  return "sale_items i ON i.sale_id = d.id AND d.kind = 'sale' AND i.list_price_minor > i.unit_price_minor";
}

/** What such a line (`i`) cost less than by the list; of numeric, round() rounds as money does: half away from zero. */
export function loweredBySql(): string {
  return "round((i.list_price_minor - i.unit_price_minor)::numeric * i.quantity_milli * 0.001)";
}

/** Closings (`c`) of shifts (`d`) that did not come out even. */
export function differencesSql(): string {
  return "shifts d JOIN shift_closings c ON c.shift_id = d.id AND c.difference_minor <> 0";
}

const columnSql = (column: string) => column;
