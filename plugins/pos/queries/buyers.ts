/** SQL of the customer of a cart. */
import type { Knex } from "knex";
import type { CartCustomer } from "../domain.ts";
import { type Placed, placing, REGISTER_TO_USE } from "./carts.ts";

/** Makes the cart when nothing was scanned yet. False: not this person's, or paid. */
export async function setCustomer(db: Knex, cart: Placed, customer: CartCustomer | undefined): Promise<boolean> {
  const { rowCount } = await db.raw(
    `INSERT INTO carts (id, register_id, user_id, user_name, customer_id, customer_name, customer_document,
       customer_group_id, customer_group_name, created_at, updated_at)
     SELECT :id, register.id, :userId::bigint, :userName, :customerId::bigint, :name, :document,
       :groupId::bigint, :groupName, :now::timestamptz, :now::timestamptz
     FROM (${REGISTER_TO_USE}) register
     ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, customer_id = excluded.customer_id,
         customer_name = excluded.customer_name, customer_document = excluded.customer_document,
         customer_group_id = excluded.customer_group_id, customer_group_name = excluded.customer_group_name
       WHERE carts.user_id = excluded.user_id AND carts.status = 'open'`,
    {
      ...placing(cart),
      customerId: customer?.id ?? null,
      name: customer?.name ?? null,
      document: customer?.document ?? null,
      groupId: customer?.group?.id ?? null,
      groupName: customer?.group?.name ?? null,
    },
  );
  return rowCount === 1;
}
