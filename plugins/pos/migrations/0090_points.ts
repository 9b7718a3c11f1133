/** Points of customers as a tender: booked, and one ledger of it. */
import type { Knex } from "knex";

const HANDED = "'cash', 'card', 'transfer', 'wallet', 'other'";
const BEFORE = "'customer_credit', 'gift_card', 'store_credit'";
const BOOKED = `${BEFORE}, 'points'`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE tenders DROP CONSTRAINT tenders_booked_check, DROP CONSTRAINT tenders_kind_check,
      ADD CONSTRAINT tenders_kind_check CHECK (kind IN (${HANDED}, ${BOOKED})),
      ADD CONSTRAINT tenders_booked_check CHECK ((kind IN (${BOOKED})) = (code IN (${BOOKED})) AND (kind NOT IN (${BOOKED}) OR kind = code));
    INSERT INTO tenders (code, kind, needs_reference, position) SELECT 'points', 'points', false, max(position) + 1 FROM tenders;
    CREATE INDEX payments_points ON payments (sale_id) WHERE method = 'points';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX payments_points");
  await knex.raw("DELETE FROM tenders WHERE code = 'points'");
  await knex.raw(`ALTER TABLE tenders DROP CONSTRAINT tenders_booked_check, DROP CONSTRAINT tenders_kind_check,
    ADD CONSTRAINT tenders_kind_check CHECK (kind IN (${HANDED}, ${BEFORE})),
    ADD CONSTRAINT tenders_booked_check CHECK ((kind IN (${BEFORE})) = (code IN (${BEFORE})) AND (kind NOT IN (${BEFORE}) OR kind = code))`);
}
