/** What the till brings to the pages of customers, and what it answers about them. */
import type { Database } from "../../../kernel/db/database.ts";
import type { Route } from "../../../kernel/http/route.ts";
import type { Customers } from "../../customers/api.ts";
import { createHistory } from "../history.ts";
import { customerRecords } from "../records.ts";
import { COLLECT } from "./collections.ts";
import { historyRoutes } from "./history.ts";

/** Called while plugins are set up. */
export function joinCustomers(customers: Customers, { db }: { db: Database }): Route[] {
  customers.offer({
    label: "pos.debt.open",
    permission: COLLECT,
    path: (id) => `/customers/${id}/payment`,
    fits: ({ balanceMinor }) => balanceMinor > 0,
  });
  const history = createHistory({ db, customers });
  customers.show(history.card);
  for (const one of customerRecords) customers.keep(one);
  return historyRoutes({ history, customers });
}
