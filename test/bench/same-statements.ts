/** What the program sends for one sale, as it was heard, as a script of pgbench: other products, registers and keys each time. */
import type { Knex } from "knex";
import { PART, SLICE } from "./registers.ts";

interface Heard {
  __knexTxId?: string;
  sql: string;
  bindings?: unknown[];
}

/** what differs from sale to sale, by the value that it had in the one that was heard */
export interface OneSale {
  key: string;
  registerId: number;
  /** one a line, in order of their ids */
  productIds: readonly number[];
}

/** Rings one sale and answers the statements of its transaction, with values that pgbench draws. */
export async function sameStatements(db: Knex, sale: OneSale, ring: () => Promise<unknown>): Promise<string> {
  const heard: Heard[] = [];
  const listen = (one: Heard) => void heard.push({ ...one, bindings: [...(one.bindings ?? [])] });
  db.on("query", listen);
  await ring();
  db.removeListener("query", listen);
  const { __knexTxId: id } = heard.find(({ sql }) => sql.includes("INSERT INTO sales")) ?? fail("no sale was heard");
  const statements = committed(heard.filter(({ __knexTxId }) => __knexTxId === id));
  const numbered = await db("sales").max({ id: "id" }).first();
  const { id: saleId, number } =
    (await db("sales").where({ id: numbered?.["id"] }).first("id", "number")) ?? fail("no sale");
  const drawn = drawnFrom(sale, saleId, number);
  // each client has products of its own, as each register has
  const draws = sale.productIds.map((_, part) => {
    const first = `${part * PART + 1} + :client_id * ${SLICE}`;
    return `\\set p${part + 1} random(${first}, ${first} + ${SLICE - 1})`;
  });
  const body = statements.map(({ sql, bindings = [] }) => {
    const text = sql.replace(/\$(\d+)/g, (_, place: string) => written(bindings[Number(place) - 1], drawn));
    return text.includes("AS range_id") ? `${text} \\gset` : `${text.replace(/;$/, "")};`;
  });
  return [...draws, "\\set key random(1, 1000000000000000)", "\\set register :client_id + 1", ...body, ""].join("\n");
}

/** COMMIT is heard of before what was left for it: behind it each of them would be a transaction of its own. */
function committed(statements: Heard[]): Heard[] {
  const isEnd = ({ sql }: Heard) => /^COMMIT\b/.test(sql);
  return [...statements.filter((one) => !isEnd(one)), ...statements.filter(isEnd)];
}

/** From a value as it was heard to what pgbench puts in its place; longer ones first, so that none is found in another. */
function drawnFrom(sale: OneSale, saleId: number, number: string): (value: unknown) => string | undefined {
  const ids = `ARRAY[${sale.productIds.map((_, part) => `:p${part + 1}`).join(", ")}]`;
  return (value) => {
    if (value === sale.key) return ":key::bigint::text";
    if (value === saleId) return ":id";
    if (value === number) return "'B' || :id";
    if (value === sale.registerId) return ":register";
    if (Array.isArray(value) && String([...value].sort((a, b) => a - b)) === String(sale.productIds)) return ids;
    // its handlers: nobody listens to what pgbench tells
    if (Array.isArray(value) && value.some((one) => String(one).includes("/")))
      return literal(`{${value.map((_, index) => `bench/${index}`)}}`);
    if (typeof value === "string" && value.startsWith('[{"line":1,"product_id"'))
      return sale.productIds
        .reduce(
          (text, one, part) => text.replaceAll(`"product_id":${one},`, `"product_id":\u0000p${part + 1}\u0000,`),
          value,
        )
        .split("\u0000")
        .map((piece) => (/^p\d$/.test(piece) ? `:${piece}::bigint::text` : literal(piece)))
        .join(" || ");
    return undefined;
  };
}

function written(value: unknown, drawn: (value: unknown) => string | undefined): string {
  const own = drawn(value);
  if (own !== undefined) return own.includes("||") || own.includes("::") ? `(${own})` : own;
  if (value === null || value === undefined) return "NULL";
  if (Array.isArray(value)) return literal(`{${value.map((one) => `"${plain(one).replace(/["\\]/g, "\\$&")}"`)}}`);
  return literal(plain(value));
}

const plain = (value: unknown) => (value instanceof Date ? value.toISOString() : String(value));

/** pgbench looks for its variables inside of quotes too. */
function literal(text: string): string {
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''").replaceAll(":", "\\x3A")}'`;
}

function fail(message: string): never {
  throw new Error(message);
}
