/** SQL of the price lists of groups of customers. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { oftenRead } from "../../../kernel/db/often.ts";

/** The list of each group that has one, by id of the group. */
export async function groupLists(db: Knex): Promise<Map<number, number>> {
  const { rows } = await db.raw("SELECT group_id, price_list_id FROM customer_group_price_lists");
  return new Map(rows.map((row: { group_id: number; price_list_id: number }) => [row.group_id, row.price_list_id]));
}

export async function listOfGroup(db: Knex, groupId: number): Promise<number | undefined> {
  const { rows } = await db.raw("SELECT price_list_id FROM customer_group_price_lists WHERE group_id = ?", [groupId]);
  return rows[0]?.price_list_id;
}

const LIST_OF_CART =
  oftenRead(`SELECT g.price_list_id FROM carts c JOIN customer_group_price_lists g ON g.group_id = c.customer_group_id
   WHERE c.id = :cartId`);

/** The list of the group of the customer that a cart is for. */
export async function listOfCart(db: Knex, cartId: string): Promise<number | undefined> {
  const { rows } = await LIST_OF_CART(db, { cartId });
  return rows[0]?.price_list_id;
}

/** `listId` undefined: none from now on. */
export async function giveList(tx: Tx, groupId: number, listId: number | undefined): Promise<void> {
  if (listId === undefined) {
    await tx.raw("DELETE FROM customer_group_price_lists WHERE group_id = ?", [groupId]);
    return;
  }
  await tx.raw(
    `INSERT INTO customer_group_price_lists (group_id, price_list_id) VALUES (?, ?)
     ON CONFLICT (group_id) DO UPDATE SET price_list_id = excluded.price_list_id`,
    [groupId, listId],
  );
}
