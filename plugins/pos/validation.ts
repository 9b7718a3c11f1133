/** Can one sell? Tried in a store for training, whose sales count nowhere. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { formatDecimal, parseDecimal } from "../../kernel/decimal.ts";
import { finding, type Validation, type Visit } from "../../kernel/validation.ts";

const stores = z.looseObject({
  data: z.array(z.looseObject({ id: z.number(), name: z.string(), training: z.boolean(), active: z.boolean() })),
});
const registers = z.looseObject({
  data: z.array(z.looseObject({ id: z.number(), store_id: z.number(), active: z.boolean() })),
});
const products = z.looseObject({
  data: z.array(z.looseObject({ sku: z.string(), price: z.string() })),
});
const sale = z.looseObject({
  id: z.number(),
  number: z.string(),
  total: z.string(),
  change: z.string(),
  paid: z.string(),
});
const problem = z.looseObject({ code: z.string().default("?") });

/** products that are tried until one is on the shelf */
const TRIES = 10;

export const probeCheck: Validation = {
  name: "probe",
  run: async (visit) => {
    if (!visit.isSignedIn) return finding("skipped", "not_signed_in");
    const listed = stores.parse((await visit.get("/api/v1/stores")).body).data;
    const school = listed.find(({ training, active }) => training && active);
    if (school === undefined) return finding("skipped", "no_store");
    const tills = registers.parse((await visit.get("/api/v1/registers")).body).data;
    const till = tills.find(({ store_id, active }) => store_id === school.id && active);
    if (till === undefined) return finding("failed", "no_register", { store: school.name });
    const goods = await goodsOf(visit);
    let code = "NO_PRODUCT";
    for (const { sku, price } of goods) {
      const answer = await ring(visit, till.id, sku, price);
      if (answer.sold !== undefined) return looked(visit, answer.sold);
      code = answer.code;
      // a shelf may be empty, and not everything is sold by its code alone; what is no fault of the product is one of the till
      if (!answer.isOfProduct) break;
    }
    return finding("failed", "refused", { code, store: school.name });
  },
};

async function goodsOf({ get, code }: Visit) {
  const { data } = products.parse((await get(`/api/v1/products?limit=${TRIES}&active=true${named(code)}`)).body);
  return code === undefined ? data.filter(({ price }) => Number(price) > 0) : data.slice(0, 1);
}

function named(code: string | undefined): string {
  return code === undefined ? "" : `&q=${encodeURIComponent(code)}`;
}

interface Rung {
  id: number;
  number: string;
  total: string;
}

/** Twice with one key, as by a till whose line broke: it must be one sale, with change that adds up. */
async function ring(visit: Visit, register: number, sku: string, price: string) {
  const key = randomUUID();
  const paid = doubled(price);
  const body = {
    items: [{ code: sku, quantity: "1" }],
    payments: [{ method: "cash", amount: paid }],
    register_id: register,
  };
  const first = await visit.post("/api/v1/sales", body, key);
  if (first.status !== 201) {
    const code = problem.safeParse(first.body).data?.code ?? `${first.status}`;
    return { sold: undefined, code, isOfProduct: first.status === 409 || first.status === 422 };
  }
  const sold = sale.parse(first.body);
  const again = await visit.post("/api/v1/sales", body, key);
  if (again.status !== 200 || sale.parse(again.body).id !== sold.id) return refused("SOLD_TWICE");
  const { total, change } = sold;
  const isExact = parts(total) + parts(change) === parts(paid);
  return isExact
    ? { sold: { id: sold.id, number: sold.number, total }, code: "", isOfProduct: false }
    : refused("MONEY");
}

const refused = (code: string) => ({ sold: undefined, code, isOfProduct: false });

/** Found again as it was, and taken back, so that the shelf of the training store does not empty. */
async function looked(visit: Visit, { id, number, total }: Rung) {
  const read = await visit.get(`/api/v1/sales/${id}`);
  // who may only sell does not see the list of sales
  if (read.status !== 403) {
    const found = sale.parse(read.body);
    if (found.number !== number || found.total !== total) return finding("failed", "not_kept", { number });
  }
  const back = await visit.post(`/api/v1/sales/${id}/void`, { reason: "validate" });
  return finding("passed", back.status === 201 ? "sold_and_back" : "sold", { number });
}

/** digits after the point; no currency has more */
const SCALE = 4;

const parts = (text: string): number => parseDecimal(text, SCALE) ?? Number.NaN;

/** Enough for taxes that are added. */
const doubled = (price: string): string => formatDecimal(parts(price) * 2, SCALE).replace(/\.?0+$/, "");
