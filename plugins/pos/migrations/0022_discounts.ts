/** Discounts of a line and of a whole sale, with who gave them why; copied onto the sale as amounts when it is posted. */
import type { Knex } from "knex";

const COLUMNS = `
  ADD COLUMN discount_kind text CHECK (discount_kind IN ('percent', 'amount')),
  -- basis points of a percent, minor units of an amount
  ADD COLUMN discount_value bigint CHECK (discount_value > 0),
  ADD COLUMN discount_reason text,
  -- what somebody who may give any discount gave at most; a percent of more goods is more
  ADD COLUMN discount_allowed_minor bigint,
  ADD CHECK ((discount_kind IS NULL) = (discount_value IS NULL)),
  ADD CHECK (discount_kind <> 'percent' OR discount_value <= 10000)`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE cart_lines ${COLUMNS}`);
  await knex.raw(`ALTER TABLE carts ${COLUMNS}`);
}

export async function down(knex: Knex): Promise<void> {
  for (const table of ["carts", "cart_lines"])
    await knex.raw(
      "ALTER TABLE ?? DROP COLUMN discount_kind, DROP COLUMN discount_value, DROP COLUMN discount_reason, DROP COLUMN discount_allowed_minor",
      [table],
    );
}
