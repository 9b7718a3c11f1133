/** What is wrong with a row, in a form that can be kept and said in any language. */
import type { Params } from "../i18n.ts";

export interface Fault {
  /** as a spreadsheet counts: the header is row 1 */
  row: number;
  /** a column, or `row` */
  field: string;
  code: string;
  /** locale key */
  message: string;
  params: Params;
  /** what stands in the cell, cut */
  written: string;
}

const LONGEST = 100;

/** The stable code is the last part of the sentence's key: `inventory.validation.sku_repeated` is SKU_REPEATED. */
export function faultOf(
  row: number,
  field: Fault["field"],
  message: string,
  written: string,
  params: Params = {},
): Fault {
  const code = message.slice(message.lastIndexOf(".") + 1).toUpperCase();
  return { row, field, code, message, params, written: written.slice(0, LONGEST) };
}
