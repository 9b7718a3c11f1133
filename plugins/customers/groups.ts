/** Groups of customers: a name that prices and promotions speak of. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { CustomerGroup } from "./api.ts";
import type { Actor } from "./domain.ts";
import * as queries from "./queries/groups.ts";

export type Groups = ReturnType<typeof createGroups>;

export function createGroups({ db, clock, audit }: { db: Database; clock: Clock; audit: Auditor }) {
  const taken = () => fieldFault("name", "GROUP_TAKEN", "customers.validation.group_taken");

  return {
    list: () => queries.listGroups(db.primary),
    sizes: () => queries.groupSizes(db.replica),

    /** Throws NOT_FOUND. */
    async get(id: number): Promise<CustomerGroup> {
      const found = await queries.groupById(db.primary, id);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    /** Throws a fault of `name` when another group has it, in whatever case. */
    async create(tx: Tx, actor: Actor, name: string): Promise<CustomerGroup> {
      const made = await queries.insertGroup(tx, name, clock.now());
      if (!made) throw taken();
      await audit(tx, {
        ...actor,
        action: "customer_group.created",
        subject: `customer-group:${made.id}`,
        after: { name },
      });
      return made;
    },

    /** Throws NOT_FOUND, and a fault of `name`. */
    async rename(tx: Tx, actor: Actor, id: number, name: string): Promise<CustomerGroup> {
      await queries.lockGroupName(tx, name);
      const before = await queries.groupById(tx, id);
      if (!before) throw kernelErrors.NOT_FOUND();
      if (before.name === name) return before;
      const other = await queries.groupNamed(tx, name);
      if (other && other.id !== id) throw taken();
      await queries.renameGroup(tx, id, name);
      await audit(tx, {
        ...actor,
        action: "customer_group.renamed",
        subject: `customer-group:${id}`,
        before: { name: before.name },
        after: { name },
      });
      return { id, name };
    },
  };
}
