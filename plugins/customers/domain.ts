/** The nouns of customers. Money in minor units. */
import type { Document } from "./documents.ts";

export interface CustomerFacts {
  name: string;
  document: Document | undefined;
  phone: string | undefined;
  email: string | undefined;
  address: string | undefined;
  note: string | undefined;
  creditLimitMinor: number;
  groupId: number | undefined;
  active: boolean;
}

export interface Customer extends CustomerFacts {
  id: number;
  groupName: string | undefined;
  currency: string;
  /** owed to the shop; below zero the shop owes */
  balanceMinor: number;
  points: number;
  /** who it turned out to be */
  mergedInto: number | undefined;
  /** the person asked to be forgotten */
  erasedAt: Date | undefined;
  version: number;
}

export type EntryKind = "charge" | "payment" | "refund" | "reversal" | "merge";

/** One line of the ledger of an account. */
export interface AccountEntry {
  id: number;
  kind: EntryKind;
  /** signed: what it does to the balance */
  amountMinor: number;
  balanceMinor: number;
  document: { type: string; id: number; number: string };
  userName: string;
  createdAt: Date;
}

export interface Actor {
  user: { id: number; username: string };
  address: string;
}
