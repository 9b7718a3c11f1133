/** Who may be there twice: by what is known of both, best reason first. */
import type { Database } from "../../kernel/db/database.ts";
import { fold } from "../../kernel/text.ts";
import type { Customer } from "./domain.ts";
import { alike } from "./queries/merging.ts";

export const LIKENESSES = ["document", "email", "phone", "name"] as const;
export type Likeness = (typeof LIKENESSES)[number];

export interface Duplicate {
  customer: Customer;
  /** never empty */
  reasons: Likeness[];
}

const MOST = 10;

export function createDuplicates({ db }: { db: Database }) {
  return {
    /** The most likely first. */
    async of(customer: Customer): Promise<Duplicate[]> {
      const found = (await alike(db.replica, customer)).map((one) => ({
        customer: one,
        reasons: likeness(customer, one),
      }));
      const weight = ({ reasons }: Duplicate) => LIKENESSES.indexOf(reasons[0] ?? "name") * 10 - reasons.length;
      return found.sort((a, b) => weight(a) - weight(b)).slice(0, MOST);
    },
  };
}

const numberOf = ({ document }: Customer) => document?.number.replace(/-\d$/, "").replace(/[^\p{L}\p{N}]/gu, "");
const phoneOf = ({ phone }: Customer) => phone?.replace(/\D/g, "").slice(-10);

/** What two have in common; a name that is only alike stands for itself. */
export function likeness(a: Customer, b: Customer): Likeness[] {
  const same = (one: string | undefined, other: string | undefined) => one !== undefined && one !== "" && one === other;
  const reasons = [
    ...(same(numberOf(a), numberOf(b)) ? (["document"] as const) : []),
    ...(same(a.email && fold(a.email), b.email && fold(b.email)) ? (["email"] as const) : []),
    ...(same(phoneOf(a), phoneOf(b)) ? (["phone"] as const) : []),
  ];
  return reasons.length > 0 ? reasons : ["name"];
}
