/** How values of PostgreSQL are read. Given to each connection, never set on the module: two kernels share one process. */
import pg from "pg";

type Read = (text: string) => unknown;

const BIGINT = 20;
const DATE = 1082;
const BIGINT_ARRAY = 1016;
const DATE_ARRAY = 1182;
const TEXT_ARRAY = 1009;

/**
 * bigint as a number, refused rather than rounded; a date stays `YYYY-MM-DD`, without a time zone to shift it;
 * timestamptz is a Date. A sum of bigints is numeric, which stays text: write `sum(...)::bigint`.
 */
export function getTypeParser(oid: number, format?: "text" | "binary"): Read {
  const own = format === "binary" ? undefined : readers[oid];
  return own ?? (pg.types.getTypeParser(oid, format as "text") as Read);
}

const list = (text: string): (string | null)[] =>
  pg.types.getTypeParser(TEXT_ARRAY as number, "text")(text) as (string | null)[];

const readers: Readonly<Record<number, Read>> = {
  [BIGINT]: safeInteger,
  [DATE]: (text) => text,
  [BIGINT_ARRAY]: (text) => list(text).map((one) => (one === null ? null : safeInteger(one))),
  [DATE_ARRAY]: list,
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database holds ${text}, beyond the safe integers`);
  return value;
}
