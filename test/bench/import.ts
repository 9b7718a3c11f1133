/** Lists of 50,000 rows through the API of the program in a process of its own: how long they take, and its memory meanwhile. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { writeSheet, XLSX_TYPE } from "../../kernel/sheets/write.ts";
import { startApp } from "../crash/app.ts";
import { openForBusiness } from "../crash/clients.ts";
import { type ApiClient, createApiClient } from "../harness/api-client.ts";
import type { Figure } from "./stats.ts";

const ROWS = 50_000;
const TIME = "limit 60 s";
const MEMORY = "limit 250 MB";

interface Wanted {
  name: string;
  list: string;
  content: string | Uint8Array;
  type: string;
  /** what became of every row */
  counted: "created" | "updated";
}

const csv = (head: string, row: (n: number) => string): string =>
  [head, ...Array.from({ length: ROWS }, (_, n) => row(n))].join("\n");
const productCells = (n: number): string[] => [
  `SKU${n}`,
  `Producto número ${n}`,
  `77${String(n).padStart(10, "0")}`,
  `${100 + n}.50`,
  "10",
];

export async function importList(): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), "odata-bench-"));
  const app = await startApp({ DATA_DIR: dataDir });
  try {
    const { token } = await openForBusiness(app.url, 1);
    const api = createApiClient(() => app.url, token);
    const figures: Figure[] = [];
    for (const wanted of await lists()) figures.push(...(await measure(api, app.pid(), wanted)));
    return figures;
  } finally {
    await app.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function lists(): Promise<Wanted[]> {
  const head = "sku,name,barcodes,price,stock";
  const type = "text/csv";
  return [
    {
      name: "products as CSV",
      list: "products",
      content: csv(head, (n) => productCells(n).join(",")),
      type,
      counted: "created",
    },
    {
      name: "products as XLSX",
      list: "products",
      content: await book(head.split(","), (n) => productCells(n + ROWS)),
      type: XLSX_TYPE,
      counted: "created",
    },
    {
      name: "prices",
      list: "prices",
      content: csv("sku,price", (n) => `SKU${n},${200 + n}`),
      type,
      counted: "updated",
    },
    {
      name: "customers",
      list: "customers",
      content: csv(
        "document_type,document_number,name,phone",
        (n) => `CC,${1_000_000 + n},Cliente ${n},300 ${1_000_000 + n}`,
      ),
      type,
      counted: "created",
    },
  ];
}

async function book(head: string[], row: (n: number) => string[]): Promise<Uint8Array> {
  async function* rows() {
    yield [head];
    yield Array.from({ length: ROWS }, (_, n) => row(n));
  }
  const pieces: Buffer[] = [];
  for await (const piece of writeSheet(rows())) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function measure(api: ApiClient, pid: number, wanted: Wanted): Promise<Figure[]> {
  await forgetPeak(pid);
  const started = performance.now();
  const job = await api.post<{ job_id: number }>(`/api/v1/${wanted.list}/import`, wanted.content, {
    type: wanted.type,
  });
  if (job.status !== 202) throw new Error(`the import answered ${job.status}: ${job.text}`);
  let state = { status: "", created: 0, updated: 0 };
  while (!["done", "refused"].includes(state.status)) {
    await pause(100);
    state = (await api.get<typeof state>(`/api/v1/imports/${job.body.job_id}`)).body;
  }
  if (state[wanted.counted] !== ROWS)
    throw new Error(`${state[wanted.counted]} of ${ROWS} rows of ${wanted.name} count`);
  const seconds = (performance.now() - started) / 1000;
  const name = `50,000 ${wanted.name}`;
  const peak = await peakOf(pid);
  const memory =
    peak === undefined
      ? []
      : [{ name: `${name}: memory of the app at its peak`, value: peak, unit: "MB", beside: MEMORY, samples: [peak] }];
  return [{ name, value: seconds, unit: "s", beside: TIME, samples: [seconds] }, ...memory];
}

/** Linux keeps the largest resident size of a process, and forgets it when it is told so. */
async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, "5").catch(() => {});
}

async function peakOf(pid: number): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}
