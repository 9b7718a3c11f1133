/** The tenders of the shop: what a sale may be paid with. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Payment, Tender } from "./domain.ts";
import { errors } from "./errors.ts";
import * as queries from "./queries/tenders.ts";
import type { RegisterActor } from "./registers.ts";
import type { Offer, TenderKind } from "./settlement.ts";

export type Tenders = ReturnType<typeof createTenders>;

const BOOKED: readonly TenderKind[] = ["customer_credit", "gift_card", "store_credit"];

/** True: it is taken off a balance, and nothing is handed over. */
export function isBooked(kind: TenderKind): boolean {
  return BOOKED.includes(kind);
}

/** `handled`: of the booked kinds those that somebody keeps the balances of. */
export function createTenders(parts: { db: Database; audit: Auditor; handled: ReadonlySet<TenderKind> }) {
  const { db, audit, handled } = parts;
  const list = async (from: Database["primary"] = db.primary): Promise<Tender[]> =>
    (await queries.listTenders(from)).filter(({ kind }) => !isBooked(kind) || handled.has(kind));

  return {
    list,

    /** The payments with their kinds. Throws TENDER_UNKNOWN, and a fault of a `reference` that is missing. */
    async offers(payments: readonly Payment[], fieldOf: (index: number) => string): Promise<Offer[]> {
      const known = new Map((await list()).map((one) => [one.code, one]));
      return payments.map(({ method, amountMinor, reference }, index) => {
        const tender = known.get(method);
        if (!tender?.active)
          throw errors.TENDER_UNKNOWN({
            params: { method, known: [...known.values()].flatMap((one) => (one.active ? [one.code] : [])).join(", ") },
          });
        if (tender.needsReference && reference === undefined)
          throw fieldFault(fieldOf(index), "REFERENCE_NEEDED", "pos.validation.reference_needed");
        return { method, kind: tender.kind, amountMinor };
      });
    },

    /** Throws a fault of the field `code` when it is taken. */
    async create(actor: RegisterActor, tender: Tender): Promise<void> {
      await db.transaction(async (tx) => {
        if (!(await queries.insertTender(tx, tender)))
          throw fieldFault("code", "TENDER_TAKEN", "pos.validation.tender_taken", { code: tender.code });
        await audit(tx, { ...actor, action: "tender.created", subject: `tender:${tender.code}`, after: said(tender) });
      });
    },

    /** Throws NOT_FOUND, TENDER_CASH for cash that is to be retired. */
    async update(actor: RegisterActor, code: string, wanted: Partial<Omit<Tender, "code" | "kind">>): Promise<void> {
      await db.transaction(async (tx) => {
        const before = (await list(tx)).find((one) => one.code === code);
        if (!before) throw kernelErrors.NOT_FOUND();
        const after = { ...before, ...wanted };
        if (before.kind === "cash" && !after.active) throw errors.TENDER_CASH();
        await queries.updateTender(tx, after);
        const about = { action: "tender.updated", subject: `tender:${code}` };
        await audit(tx, { ...actor, ...about, before: said(before), after: said(after) });
      });
    },
  };
}

function said({ kind, name, needsReference, active }: Tender) {
  return { kind, name: name ?? null, needs_reference: needsReference, active };
}
