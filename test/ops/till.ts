/** Tills of a shop that sells through its edge while something is done to what stands behind. */
import { randomUUID } from "node:crypto";
import type { Edge } from "../harness/nginx.ts";

export interface Till {
  sell(): void;
  /** ends once each sale under way is answered */
  rest(): Promise<void>;
  sold: number;
  /** whatever was no sale, since it last began to sell */
  faults: string[];
}

/** Two tills that ring one sale after the other through the edge, each sale sent once and never again. */
export function openTill(edge: Edge, token: string, goods: readonly number[]): Till {
  let open = false;
  let working: Promise<unknown> = Promise.resolve();
  const ring = async () => {
    const body = { items: [{ product_id: goods[0], quantity: "1" }], payments: [{ method: "cash", amount: "1000" }] };
    while (open) {
      const asked = {
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "idempotency-key": randomUUID(),
        },
        body: JSON.stringify(body),
      };
      try {
        const { status, bytes } = await edge.ask("/api/v1/sales", asked);
        if (status === 201) till.sold++;
        else till.faults.push(`${status} ${bytes}`);
        const page = await edge.ask("/login");
        if (page.status !== 200) till.faults.push(`GET /login: ${page.status}`);
      } catch (fault) {
        till.faults.push(String(fault));
      }
    }
  };
  const till: Till = {
    sold: 0,
    faults: [],
    sell: () => {
      till.faults = [];
      open = true;
      working = Promise.all([ring(), ring()]);
    },
    rest: async () => {
      open = false;
      await working;
    },
  };
  return till;
}
