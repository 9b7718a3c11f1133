/** A million customers: found by any of what is known of them, and the account of one. */
import type { Knex } from "knex";
import { people } from "../harness/shop.ts";
import { besideBare } from "./against.ts";
import { bareServer } from "./http.ts";
import { startLoad } from "./load/load.ts";
import { openLogging } from "./open.ts";
import { type Figure, percentile } from "./stats.ts";

const CUSTOMERS = Number(process.env["BENCH_CUSTOMERS"] ?? 1_000_000);
/** requests of one round */
const COUNT = 40;
const WARM = 60;
const GIVEN =
  "Ana María Luis José Carlos Sandra Diana Jorge Andrés Camila Valentina Santiago Paola Ricardo Marta Óscar";
const FAMILY =
  "García Rodríguez Martínez López González Hernández Pérez Sánchez Ramírez Torres Díaz Vargas Castro Ruiz";
const FAMILY_RARE =
  "Ardila Bueno Cano Daza Escobar Forero Guzmán Hoyos Ibarra Jurado Lozano Mora Niño Ospina Páez Quintero";

export async function customers(): Promise<Figure[]> {
  const shop = await openLogging();
  const bare = await bareServer();
  const load = startLoad();
  try {
    await fill(shop.db, CUSTOMERS);
    await shop.api("employee");
    const stranger = await shop.api();
    const { username, password } = people.employee;
    const signedIn = await stranger.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
    const headers = { authorization: `Bearer ${signedIn.body.access_token}` };
    const { rows } = await shop.db.raw(
      `SELECT name, document_number, phone, email FROM customers ORDER BY md5(id::text) LIMIT 200`,
    );
    const known: Record<string, (row: (typeof rows)[number]) => string> = {
      "whole document": (row) => row.document_number,
      "start of a document": (row) => row.document_number.slice(0, 6),
      "whole phone": (row) => row.phone,
      "end of a phone": (row) => row.phone.slice(-6),
      mail: (row) => row.email,
      "whole name": (row) => row.name,
      "one common name": (row) => row.name.split(" ")[0],
      "two starts of names": (row) =>
        row.name
          .split(" ")
          .slice(0, 2)
          .map((word: string) => word.slice(0, 3))
          .join(" "),
      "two letters": (row) => row.name.slice(0, 2),
      "three letters": (row) => row.name.slice(0, 3),
      nobody: (row) => `${row.name.split(" ")[0]} zzyx`,
    };
    const figures: Figure[] = [];
    for (const [name, of] of Object.entries(known)) {
      const paths = rows.map(
        (row: (typeof rows)[number]) => `/api/v1/customers?limit=20&q=${encodeURIComponent(of(row))}`,
      );
      // each round asks for others
      let round = 0;
      const turn = () => {
        const from = (COUNT * Math.floor(round++ / 2)) % paths.length;
        const asks = [[...paths.slice(from), ...paths.slice(0, from)].map((path) => ({ method: "GET", path }))];
        return { url: shop.url, headers, asks };
      };
      await load.run({ ...turn(), clients: 1, count: WARM });
      round = 0;
      const { samples, peer, ratio } = await besideBare(load, bare.url, turn, { clients: 1, count: COUNT });
      figures.push({
        name: `search of ${CUSTOMERS.toLocaleString("en")} customers by ${name}, p95`,
        value: percentile(samples, 0.95),
        unit: "ms",
        beside: ratio,
        samples,
        peer,
        goal: { atMost: 100 },
      });
    }
    return figures;
  } finally {
    load.close();
    await bare.close();
    await shop.close();
  }
}

/** As the program writes them: search text folded, a document and a phone of everybody, half with mail. */
async function fill(db: Knex, count: number): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.raw("SET LOCAL statement_timeout = 0");
    await fillIn(tx, count);
  });
}

async function fillIn(tx: Knex.Transaction, count: number): Promise<void> {
  await tx.raw("DROP INDEX customers_search");
  await tx.raw(
    `WITH words AS (SELECT string_to_array(:given, ' ') AS given, string_to_array(:family, ' ') AS family, string_to_array(:rare, ' ') AS rare),
     made AS (
       SELECT n, given[1 + (n * 7919 % cardinality(given))] || ' ' || family[1 + (n / 13 * 31 % cardinality(family))] || ' '
           || rare[1 + (n / 211 * 17 % cardinality(rare))] || chr(97 + (n / 3571 % 26)::int) || chr(97 + (n / 92846 % 26)::int) AS name,
         (10000000 + n * 987654321 % 1190000000)::text AS document, '3' || lpad((n * 48271 % 1000000000)::text, 9, '0') AS phone
       FROM words, generate_series(1, :count::bigint) AS n
     ), mailed AS (
       SELECT *, lower(translate(replace(name, ' ', '.'), 'áéíóúñÓ', 'aeiouno')) || n || '@correo.co' AS email FROM made
     )
     INSERT INTO customers (name, document_type, document_number, phone, email, currency, credit_limit_minor, search_text, sort_name, created_at, updated_at)
     SELECT name, 'CC', document, phone, email, 'COP', 0,
       ' ' || lower(translate(name, 'áéíóúñÓ', 'aeiouno')) || ' ' || document || ' ' || phone || ' ' || translate(email, '.@', '  '),
       lower(translate(name, 'áéíóúñÓ', 'aeiouno')), now(), now()
     FROM mailed ON CONFLICT DO NOTHING`,
    { given: GIVEN, family: FAMILY, rare: FAMILY_RARE, count },
  );
  await tx.raw("CREATE INDEX customers_search ON customers USING gin (search_text gin_trgm_ops)");
  await tx.raw("ANALYZE customers");
}
