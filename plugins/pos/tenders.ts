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

const BOOKED: readonly TenderKind[] = ["customer_credit", "gift_card", "store_credit", "points"];

/** True: it is taken off a balance, and nothing is handed over. */
export function isBooked(kind: TenderKind): boolean {
  return BOOKED.includes(kind);
}

/** True: whoever pays so types a code, which may be a guess. */
export function typesCode({ method }: { method: string }): boolean {
  return method === "gift_card" || method === "store_credit";
}

/** `handled`: of the booked kinds those that somebody keeps the balances of. */
export function createTenders(parts: {
  db: Database;
  audit: Auditor;
  handled: ReadonlySet<TenderKind>;
  providers: ReadonlyMap<string, { name: string }>;
}) {
  const { db, audit, handled, providers } = parts;
  /** Throws a fault of `provider` for one that is not there, or of a tender that nobody takes for us. */
  const checkProvider = ({ kind, provider }: Tender): void => {
    if (provider === undefined) return;
    if (!providers.has(provider) || kind === "cash" || isBooked(kind))
      throw fieldFault("provider", "PROVIDER_UNKNOWN", "pos.validation.provider_unknown");
  };
  const list = async (from: Database["primary"] = db.primary): Promise<Tender[]> =>
    (await queries.listTenders(from)).filter(({ kind }) => !isBooked(kind) || handled.has(kind));

  return {
    list,

    /** Whoever takes payments, by code. */
    providers: () => [...providers].map(([code, { name }]) => ({ code, name })),

    /** The payments with their kinds. Throws TENDER_UNKNOWN, and a fault of a `reference` that is missing. */
    async offers(payments: readonly Payment[], fieldOf: (index: number) => string): Promise<Offer[]> {
      // cash is always in use, and needs no question on the way of most sales
      if (payments.every(({ method }) => method === "cash"))
        return payments.map(({ method, amountMinor }) => ({ method, kind: "cash", amountMinor }));
      const known = new Map((await list()).map((one) => [one.code, one]));
      return payments.map(({ method, amountMinor, reference, intentId }, index) => {
        const tender = known.get(method);
        if (!tender?.active)
          throw errors.TENDER_UNKNOWN({
            params: { method, known: [...known.values()].flatMap((one) => (one.active ? [one.code] : [])).join(", ") },
          });
        if (tender.provider !== undefined && intentId === undefined)
          throw errors.PROVIDER_NEEDED({ params: { method } });
        if (tender.needsReference && tender.provider === undefined && reference === undefined)
          throw fieldFault(fieldOf(index), "REFERENCE_NEEDED", "pos.validation.reference_needed");
        return { method, kind: tender.kind, amountMinor };
      });
    },

    /** Throws a fault of the field `code` when it is taken. */
    async create(actor: RegisterActor, tender: Tender): Promise<void> {
      checkProvider(tender);
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
        if (wanted.provider !== undefined) checkProvider(after);
        if (before.kind === "cash" && !after.active) throw errors.TENDER_CASH();
        await queries.updateTender(tx, after);
        const about = { action: "tender.updated", subject: `tender:${code}` };
        await audit(tx, { ...actor, ...about, before: said(before), after: said(after) });
      });
    },
  };
}

function said({ kind, name, needsReference, active, provider }: Tender) {
  return { kind, name: name ?? null, needs_reference: needsReference, active, provider: provider ?? null };
}
