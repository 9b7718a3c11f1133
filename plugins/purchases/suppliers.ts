/** Suppliers: made, changed, retired, found. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Actor, Supplier, SupplierFacts } from "./domain.ts";
import { errors } from "./errors.ts";
import * as queries from "./queries/suppliers.ts";

/** of a supplier of whom nobody says how long it takes */
export const LEAD_TIME_DAYS = 7;
/** a choice on a page shows at most so many */
const MOST_CHOICES = 200;

export type Wished = { [K in keyof SupplierFacts]?: SupplierFacts[K] | undefined };
export type Suppliers = ReturnType<typeof createSuppliers>;

export function createSuppliers({ db, clock, audit }: { db: Database; clock: Clock; audit: Auditor }) {
  async function refuseTaken(tx: Tx, nit: string | undefined, own: number | undefined): Promise<void> {
    if (nit === undefined) return;
    await queries.lockNit(tx, nit);
    const owner = await queries.ownerOf(tx, nit);
    if (owner && owner.id !== own)
      throw fieldFault("nit", "SUPPLIER_TAKEN", "purchases.validation.nit_taken", { name: owner.name });
  }

  /** Contacts are people: the trail keeps which facts changed, not what they say. */
  const trail = (tx: Tx, actor: Actor, action: string, before: Supplier | undefined, after: Supplier) =>
    audit(tx, {
      ...actor,
      action,
      subject: `supplier:${after.id}`,
      ...(before ? { before: said(before) } : {}),
      after: { ...said(after), ...(before ? { changed: changed(before, after) } : {}) },
    });

  return {
    /** Throws a fault of `nit` when another supplier has it. */
    async create(tx: Tx, actor: Actor, facts: Wished & { name: string }): Promise<Supplier> {
      await refuseTaken(tx, facts.nit, undefined);
      const given = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
      const supplier = await queries.insertSupplier(tx, { ...NO_FACTS, ...given, name: facts.name }, clock.now());
      await audit(tx, {
        ...actor,
        action: "supplier.created",
        subject: `supplier:${supplier.id}`,
        after: said(supplier),
      });
      return supplier;
    },

    /** Changes what is given; `undefined` that is there empties. Throws NOT_FOUND, SUPPLIER_CHANGED, a fault of `nit`. */
    async update(
      tx: Tx,
      actor: Actor,
      id: number,
      change: Partial<SupplierFacts>,
      version?: number,
    ): Promise<Supplier> {
      const before = await queries.supplierById(tx, id, true);
      if (!before) throw kernelErrors.NOT_FOUND();
      if (version !== undefined && version !== before.version) throw errors.SUPPLIER_CHANGED();
      const wished = { ...before, ...change };
      if (changed(before, wished).length === 0) return before;
      await refuseTaken(tx, wished.nit, id);
      const after = await queries.updateSupplier(tx, id, wished, clock.now());
      await trail(tx, actor, "supplier.updated", before, after);
      return after;
    },

    /** Nobody else changes its terms until the transaction ends. Throws NOT_FOUND. */
    async locked(tx: Tx, id: number): Promise<void> {
      if (!(await queries.supplierById(tx, id, true))) throw kernelErrors.NOT_FOUND();
    },

    /** Throws NOT_FOUND. */
    async get(id: number, tx?: Tx): Promise<Supplier> {
      const supplier = await queries.supplierById(tx ?? db.primary, id);
      if (!supplier) throw kernelErrors.NOT_FOUND();
      return supplier;
    },

    /** Somebody to buy from. Throws a fault of `supplier_id`. */
    async inUse(tx: Tx, id: number): Promise<Supplier> {
      const supplier = await queries.supplierById(tx, id);
      if (!supplier?.active) throw unknown();
      return supplier;
    },

    /** Somebody who was bought from, and may not be any more. Throws a fault of `supplier_id`. */
    async known(tx: Tx, id: number): Promise<Supplier> {
      const supplier = await queries.supplierById(tx, id);
      if (!supplier) throw unknown();
      return supplier;
    },

    list: (asked: queries.SupplierList) => queries.listSuppliers(db.replica, asked),

    /** For a choice: those in use, by name. */
    choices: async () =>
      (await queries.listSuppliers(db.primary, { active: true, limit: MOST_CHOICES })).map(({ supplier }) => supplier),
  };
}

const unknown = () => fieldFault("supplier_id", "SUPPLIER_UNKNOWN", "purchases.validation.supplier");

export const NO_FACTS: Omit<SupplierFacts, "name"> = {
  nit: undefined,
  contact: undefined,
  phone: undefined,
  email: undefined,
  address: undefined,
  note: undefined,
  leadTimeDays: LEAD_TIME_DAYS,
  minimumMinor: 0,
  active: true,
};

function said({ name, nit, leadTimeDays, minimumMinor, active }: Supplier) {
  return { name, nit: nit ?? null, lead_time_days: leadTimeDays, minimum_minor: minimumMinor, active };
}

const FACTS = [
  "name",
  "nit",
  "contact",
  "phone",
  "email",
  "address",
  "note",
  "leadTimeDays",
  "minimumMinor",
  "active",
] as const;

export function changed(before: SupplierFacts, after: SupplierFacts): string[] {
  return FACTS.filter((fact) => before[fact] !== after[fact]);
}
