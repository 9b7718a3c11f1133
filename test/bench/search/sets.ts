/** Catalogues with queries that people judged: the project's own, and real ones from a folder when it is given. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import type { Judgments } from "./measures.ts";

export interface Document {
  id: string;
  sku: string;
  /** what stands on the label, and all that the titles-only comparison sees */
  name: string;
  category: string | undefined;
  description: string | undefined;
}

export interface Query {
  text: string;
  kind: string;
  judged: Judgments;
}

export interface RelevanceSet {
  name: string;
  documents: Document[];
  queries: Query[];
  /** the same queries with typing errors */
  withTypos?: Query[];
}

const CORNER = join(import.meta.dirname, "corner-shop");

export function cornerShop(): RelevanceSet {
  const rows = <T>(file: string): T[] => parse(readFileSync(join(CORNER, file), "utf8"), { columns: true }) as T[];
  const documents = rows<{ code: string; name: string; category: string; description: string }>("products.csv").map(
    ({ code, name, category, description }) => ({
      id: code,
      sku: code,
      name,
      category,
      description: description === "" ? undefined : description,
    }),
  );
  type Row = { kind: string; query: string; grade_3: string; grade_2: string; grade_1: string };
  const queries = rows<Row>("queries.csv").map(({ kind, query, grade_3, grade_2, grade_1 }) => ({
    text: query,
    kind,
    judged: new Map([grade_3, grade_2, grade_1].flatMap((codes, at) => codesOf(codes).map((code) => [code, 3 - at]))),
  }));
  return { name: "corner shop", documents, queries };
}

function codesOf(cell: string): string[] {
  return cell.split(" ").filter(Boolean);
}

function lines<T>(file: string): T[] {
  const content = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(content) : content).toString();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

function queriesOf(file: string): Query[] {
  return lines<{ query: string; rel: Record<string, number> }>(file).map(({ query, rel }) => ({
    text: query,
    kind: "all",
    judged: new Map(Object.entries(rel)),
  }));
}

/** The sets of a folder that are there; none when there is no folder. */
export function realSets(folder: string): RelevanceSet[] {
  const at = (name: string) => join(folder, name);
  const sets: RelevanceSet[] = [];
  if (existsSync(at("icecat_chorus_products.jsonl.gz"))) {
    type Row = { id: string; title: string; description: string; brand: string };
    sets.push({
      name: "English electronics",
      documents: lines<Row>(at("icecat_chorus_products.jsonl.gz")).map(({ id, title, description, brand }) => ({
        id,
        sku: "",
        name: title,
        category: brand,
        description,
      })),
      queries: queriesOf(at("icecat_chorus_queries.jsonl")),
      withTypos: queriesOf(at("icecat_chorus_queries_typo30.jsonl")),
    });
  }
  if (existsSync(at("mercadona_mit_products.jsonl.gz"))) {
    type Row = { id: string; name: string; format: string; category1: string };
    sets.push({
      name: "Spanish supermarket",
      documents: lines<Row>(at("mercadona_mit_products.jsonl.gz")).map(({ id, name, format, category1 }) => ({
        id,
        sku: "",
        name: `${name} ${format}`,
        category: category1,
        description: undefined,
      })),
      queries: queriesOf(at("mercadona_mit_category_queries.jsonl")),
    });
  }
  return sets;
}

/** Every second query is for choosing weights by, the others for what is told. */
export function half(queries: readonly Query[], which: "tune" | "tell"): Query[] {
  return queries.filter((_, place) => (place % 2 === 0) === (which === "tune"));
}
