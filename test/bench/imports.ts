/** Each list of 50,000 rows, as CSV and as XLSX, through the API of the built program in a process of its own: time, and memory meanwhile. */
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { writeSheet, XLSX_TYPE } from "../../kernel/sheets/write.ts";
import { BUILT, startApp } from "../crash/app.ts";
import { openForBusiness } from "../crash/clients.ts";
import { type ApiClient, createApiClient } from "../harness/api-client.ts";
import { forgetPeak, peakMegabytes } from "./memory.ts";
import type { Figure } from "./stats.ts";

const ROWS = 50_000;
const BATCH = 1000;
const MOST_SECONDS = 60;
const MOST_MEGABYTES = 250;

interface Wanted {
  name: string;
  /** of the address */
  list: string;
  head: string[];
  row(n: number): string[];
  /** what became of every row */
  counted: "created" | "updated";
}

/** In the order in which a shop moves in: later ones need the products of the first. */
const LISTS: Wanted[] = [
  {
    name: "products",
    list: "products",
    head: ["sku", "name", "category", "price", "cost"],
    row: (n) => [`SKU${n}`, `Producto número ${n}`, `Grupo ${n % 40}`, `${100 + n}.50`, "90"],
    counted: "created",
  },
  {
    name: "barcodes",
    list: "products",
    head: ["sku", "barcodes"],
    row: (n) => [`SKU${n}`, `77${String(n).padStart(10, "0")}`],
    counted: "updated",
  },
  { name: "prices", list: "prices", head: ["sku", "price"], row: (n) => [`SKU${n}`, `${200 + n}`], counted: "updated" },
  {
    name: "opening stock",
    list: "opening-stock",
    head: ["sku", "stock"],
    row: (n) => [`SKU${n}`, `${1 + (n % 90)}`],
    counted: "updated",
  },
  {
    name: "customers",
    list: "customers",
    head: ["document_type", "document_number", "name", "phone"],
    row: (n) => ["CC", `${1_000_000 + n}`, `Cliente ${n}`, `300 ${1_000_000 + n}`],
    counted: "created",
  },
  {
    name: "suppliers",
    list: "suppliers",
    head: ["nit", "name", "phone"],
    row: (n) => [String(900_000_000 + n), `Proveedor ${n}`, `300 ${1_000_000 + n}`],
    counted: "created",
  },
];

export async function imports(): Promise<Figure[]> {
  execFileSync("npm", ["run", "build"], { stdio: "ignore" });
  return [...(await moveIn("CSV")), ...(await moveIn("XLSX"))];
}

/** A new shop takes in all lists one after the other, in one process. */
async function moveIn(format: "CSV" | "XLSX"): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "odata-bench-"));
  await chmod(dataDir, 0o711);
  const app = await startApp({ DATA_DIR: dataDir }, BUILT);
  try {
    const { token } = await openForBusiness(app.url, 1);
    const api = createApiClient(() => app.url, token);
    const figures: Figure[] = [];
    for (const wanted of LISTS) figures.push(...(await measure(api, app.pid(), wanted, format)));
    return figures;
  } finally {
    await app.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(api: ApiClient, pid: number, wanted: Wanted, format: "CSV" | "XLSX"): Promise<Figure[]> {
  const { list, counted } = wanted;
  const content = format === "CSV" ? csvOf(wanted) : await bookOf(wanted);
  await forgetPeak(pid);
  const started = performance.now();
  const type = format === "CSV" ? "text/csv" : XLSX_TYPE;
  const job = await api.post<{ job_id: number }>(`/api/v1/${list}/import`, content, { type });
  if (job.status !== 202) throw new Error(`the import answered ${job.status}: ${job.text}`);
  let state = { status: "", created: 0, updated: 0 };
  while (!["done", "refused"].includes(state.status)) {
    await pause(100);
    state = (await api.get<typeof state>(`/api/v1/imports/${job.body.job_id}`)).body;
  }
  const seconds = (performance.now() - started) / 1000;
  const name = `50,000 ${wanted.name} as ${format}`;
  if (state[counted] !== ROWS) throw new Error(`${state[counted]} of ${name} count`);
  const peak = await peakMegabytes(pid);
  const one = (what: string, value: number, unit: string, atMost: number): Figure => ({
    name: what,
    value,
    unit,
    beside: "",
    samples: [value],
    goal: { atMost },
  });
  return [
    one(name, seconds, "s", MOST_SECONDS),
    ...(peak === undefined ? [] : [one(`${name}: memory of the app at its peak`, peak, "MB", MOST_MEGABYTES)]),
  ];
}

function csvOf({ head, row }: Wanted): string {
  return [head, ...Array.from({ length: ROWS }, (_, n) => row(n))].map((cells) => cells.join(",")).join("\n");
}

async function bookOf({ head, row }: Wanted): Promise<Uint8Array> {
  async function* rows() {
    yield [head];
    for (let from = 0; from < ROWS; from += BATCH) yield Array.from({ length: BATCH }, (_, n) => row(from + n));
  }
  const pieces: Buffer[] = [];
  for await (const piece of writeSheet(rows())) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
