/** The account of a customer over a period, and what everybody owes by its age. */
import { businessDate, type Clock } from "../../../kernel/clock.ts";
import type { Database } from "../../../kernel/db/database.ts";
import { fieldFault } from "../../../kernel/errors.ts";
import { sum } from "../../../kernel/money.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { AccountEntry, Customer } from "../domain.ts";
import { type Debtor, debtors, statementOf } from "../queries/statements.ts";
import { type Aging, addAging, agingOf, NO_AGING } from "./aging.ts";

export interface Statement {
  customer: Customer;
  /** YYYY-MM-DD, both included */
  from: string;
  to: string;
  openingMinor: number;
  closingMinor: number;
  /** oldest first */
  entries: AccountEntry[];
}

export interface Receivable extends Omit<Debtor, "charges"> {
  aging: Aging;
}

export type Statements = ReturnType<typeof createStatements>;

/** a sheet of more lines than this is nobody's to read */
const MOST_ENTRIES = 2000;
const BATCH = 1000;

export function createStatements({ db, clock }: { db: Database; clock: Clock }) {
  const today = (shop: Shop) => businessDate(clock.now(), shop.timeZone, shop.dayCutoffHour);
  const when = (shop: Shop) => {
    const { timeZone, dayCutoffHour } = shop;
    return { today: today(shop), calendar: { timeZone, dayCutoffHour } };
  };
  const aged = ({ charges, ...rest }: Debtor): Receivable => ({ ...rest, aging: agingOf(rest.balanceMinor, charges) });

  return {
    /** From the first of the month to today, unless said otherwise. Throws faults of `from`. */
    async statement(customer: Customer, asked: { from?: string | undefined; to?: string | undefined }, shop: Shop) {
      const to = asked.to ?? today(shop);
      const from = asked.from ?? `${to.slice(0, 8)}01`;
      if (from > to) throw fieldFault("from", "PERIOD", "customers.validation.period");
      const { calendar } = when(shop);
      const limit = MOST_ENTRIES + 1;
      const { openingMinor, entries } = await statementOf(db.replica, customer.id, { from, to, calendar, limit });
      if (entries.length > MOST_ENTRIES)
        throw fieldFault("from", "PERIOD_LONG", "customers.validation.period_long", { most: MOST_ENTRIES });
      const closingMinor = sum([openingMinor, ...entries.map(({ amountMinor }) => amountMinor)]);
      return { customer, from, to, openingMinor, closingMinor, entries } satisfies Statement;
    },

    /** Of one; zero for who owes nothing. */
    async aging(customerId: number, shop: Shop): Promise<Aging> {
      const [found] = await debtors(db.primary, { after: undefined, limit: 1, id: customerId, ...when(shop) });
      return found ? aged(found).aging : NO_AGING;
    },

    /** Who owes most first, only those whose debt is older than `over` days; one more than `limit`. */
    async receivables(
      after: [number, number] | undefined,
      limit: number,
      shop: Shop,
      over?: number,
    ): Promise<Receivable[]> {
      return (await debtors(db.replica, { after, over, limit: limit + 1, ...when(shop) })).map(aged);
    },

    /** The ids of all whose debt is older than `over` days, so many at a time. */
    async *overdue(over: number, batch: number, shop: Shop): AsyncGenerator<number[]> {
      let after: [number, number] | undefined;
      for (;;) {
        const found: Debtor[] = await debtors(db.primary, { after, over, limit: batch, ...when(shop) });
        if (found.length > 0) yield found.map(({ id }) => id);
        const last = found.at(-1);
        if (found.length < batch || !last) return;
        after = [last.balanceMinor, last.id];
      }
    },

    /** Of all who owe, or whose debt is older than `over` days, by currency. */
    async totals(shop: Shop, over?: number): Promise<Map<string, Aging & { customers: number }>> {
      const totals = new Map<string, Aging & { customers: number }>();
      let after: [number, number] | undefined;
      for (;;) {
        const found: Debtor[] = await debtors(db.replica, { after, over, limit: BATCH, ...when(shop) });
        for (const one of found.map(aged)) {
          const so = totals.get(one.currency) ?? { ...NO_AGING, customers: 0 };
          totals.set(one.currency, { ...addAging(so, one.aging), customers: so.customers + 1 });
        }
        const last = found.at(-1);
        if (found.length < BATCH || !last) return totals;
        after = [last.balanceMinor, last.id];
      }
    },
  };
}
