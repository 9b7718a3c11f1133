/** Gift cards for tests: sold, and looked at. */
import { randomUUID } from "node:crypto";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { ProblemAnswer } from "./till.ts";

export interface Voucher extends ProblemAnswer {
  id: number;
  code: string;
  balance: string;
  blocked: boolean;
  entries: { kind: string; amount: string }[];
}

export function sellCardBy(client: ApiClient, amount: string, more: object = {}) {
  const body = { amount, method: "cash", ...more };
  return client.post<{ gift_card: Voucher; collection: { shift_id: number } } & ProblemAnswer>(
    "/api/v1/gift-cards",
    body,
    { key: randomUUID() },
  );
}

export async function lookBy(client: ApiClient, code: string): Promise<Voucher> {
  return (await client.post<Voucher>("/api/v1/vouchers/lookup", { code })).body;
}
