/** What the till keeps about customers: handed over when somebody asks for it, forgotten as far as the law lets (adr 0011). */
import type { CustomerRecords } from "../customers/api.ts";
import { collectionsOf, forgetBuyers, salesOf, seenSince, vouchersOf } from "./queries/records.ts";

export const customerRecords: CustomerRecords[] = [
  { name: "sales", all: salesOf, forget: forgetBuyers, seenSince },
  { name: "collections", all: collectionsOf, forget: async () => {}, seenSince: async () => false },
  { name: "vouchers", all: vouchersOf, forget: async () => {}, seenSince: async () => false },
];
