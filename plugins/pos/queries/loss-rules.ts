/** What counts as a discount by hand and as a cash difference, in SQL: one rule for loss insight and for whoever adds up the same. */

/** What a document was lowered by hand: what promotions took is nobody's gift. */
export function byHandSql(discount: string, promotion: string): string {
  return `(${columnSql(discount)} - coalesce(${columnSql(promotion)}, 0))`;
}

/** Closings (`c`) of shifts (`d`) that did not come out even. */
export function differencesSql(): string {
  return "shifts d JOIN shift_closings c ON c.shift_id = d.id AND c.difference_minor <> 0";
}

const columnSql = (column: string) => column;
