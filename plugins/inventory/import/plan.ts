/** What good rows mean for the products there are: new ones, changes, nothing. Pure. */
import { type Fault, faultOf } from "../../../kernel/lists/fault.ts";
import { auditedFacts, type Product, type ProductFacts } from "../domain.ts";
import type { CodeOwner } from "../queries/codes.ts";
import { categoryKey } from "../queries/shelves.ts";
import type { ImportRow } from "./cells.ts";
import type { Column } from "./columns.ts";

export interface NewcomerPlan {
  facts: ProductFacts;
  /** undefined: nobody has counted */
  stockMilli: number | undefined;
}

export interface ChangePlan {
  before: Product;
  facts: ProductFacts;
}

export interface Plan {
  newcomers: NewcomerPlan[];
  changes: ChangePlan[];
  unchanged: number;
  faults: Fault[];
}

export interface PlanContext {
  bySku: ReadonlyMap<string, Product>;
  /** of all SKUs and barcodes of the rows */
  owners: readonly CodeOwner[];
  defaults: Pick<ProductFacts, "unit" | "taxRateBp">;
}

export function planRows(rows: readonly ImportRow[], { bySku, owners, defaults }: PlanContext): Plan {
  const ownersOf = new Map<string, CodeOwner[]>();
  for (const owner of owners) ownersOf.set(owner.code, [...(ownersOf.get(owner.code) ?? []), owner]);
  const plan: Plan = { newcomers: [], changes: [], unchanged: 0, faults: [] };
  for (const row of rows) {
    const before = bySku.get(row.sku);
    const codes = [row.sku, ...(row.facts.barcodes ?? [])];
    const owners = codes.flatMap((code) => ownersOf.get(code) ?? []);
    const taken = owners.filter(({ productId, ofUnit }) => productId !== before?.id || ofUnit);
    const faults = [...taken.map((owner) => takenFault(row, owner)), ...(before ? [] : newcomerFaults(row))];
    if (faults.length > 0) plan.faults.push(...faults);
    else if (before) {
      const facts = changed(before, row.facts);
      if (facts) plan.changes.push({ before, facts });
      else plan.unchanged += 1;
    } else plan.newcomers.push({ facts: newcomer(row, defaults), stockMilli: row.stockMilli });
  }
  return plan;
}

function takenFault({ row, sku }: ImportRow, { code, name, sku: ownerSku }: CodeOwner): Fault {
  const field: Column = code === sku ? "sku" : "barcodes";
  return faultOf(row, field, "inventory.validation.code_taken", code, { code, name, sku: ownerSku });
}

function newcomerFaults({ row, facts, stockFault }: ImportRow): Fault[] {
  const faults = stockFault ? [stockFault] : [];
  if (facts.name === undefined) faults.push(faultOf(row, "name", "inventory.validation.new_needs_name", ""));
  if (facts.priceMinor === undefined) faults.push(faultOf(row, "price", "inventory.validation.new_needs_price", ""));
  return faults;
}

function newcomer({ sku, facts }: ImportRow, defaults: PlanContext["defaults"]): ProductFacts {
  return {
    sku,
    barcodes: facts.barcodes ?? [],
    // a newcomer without them has become a fault above
    name: facts.name ?? "",
    kind: "goods",
    priceMinor: facts.priceMinor ?? 0,
    description: facts.description,
    category: facts.category,
    brand: facts.brand,
    unit: facts.unit ?? defaults.unit,
    taxRateBp: facts.taxRateBp ?? defaults.taxRateBp,
    taxKind: facts.taxKind ?? "included",
    costMinor: facts.costMinor ?? 0,
    reorderPointMilli: facts.reorderPointMilli ?? 0,
    active: facts.active ?? true,
  };
}

function changed(before: Product, wanted: Partial<ProductFacts>): ProductFacts | undefined {
  const facts: ProductFacts = { ...before, ...wanted };
  for (const field of ["category", "brand"] as const) {
    const [name, wished] = [before[field], facts[field]];
    if (name !== undefined && wished !== undefined && categoryKey(name) === categoryKey(wished)) facts[field] = name;
  }
  return JSON.stringify(auditedFacts(before)) === JSON.stringify(auditedFacts(facts)) ? undefined : facts;
}
