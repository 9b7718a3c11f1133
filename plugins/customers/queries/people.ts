/** SQL of contacts, consents and of forgetting people. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { fold } from "../../../kernel/text.ts";
import type { Consent, Contact, NewConsent, NewContact } from "../people/people.ts";

interface ContactRow {
  id: number;
  name: string;
  role: string | null;
  phone: string | null;
  email: string | null;
}

const toContact = ({ id, name, role, phone, email }: ContactRow): Contact => ({
  id,
  name,
  role: role ?? undefined,
  phone: phone ?? undefined,
  email: email ?? undefined,
});

export async function listContacts(db: Knex, ids: readonly number[]): Promise<Contact[]> {
  const { rows } = await db.raw(
    "SELECT id, name, role, phone, email FROM customer_contacts WHERE customer_id = ANY(?::bigint[]) ORDER BY id LIMIT 200",
    [[...ids]],
  );
  return rows.map(toContact);
}

export async function insertContact(tx: Tx, customerId: number, contact: NewContact, now: Date): Promise<number> {
  const { rows } = await tx.raw(
    `INSERT INTO customer_contacts (customer_id, name, role, phone, email, created_at)
     VALUES (:customerId, :name, :role, :phone, :email, :now) RETURNING id`,
    {
      customerId,
      name: contact.name,
      role: contact.role ?? null,
      phone: contact.phone ?? null,
      email: contact.email ?? null,
      now,
    },
  );
  return rows[0].id;
}

/** False: none of that id there. */
export async function deleteContact(tx: Tx, customerId: number, id: number): Promise<boolean> {
  const { rowCount } = await tx.raw("DELETE FROM customer_contacts WHERE customer_id = ? AND id = ?", [customerId, id]);
  return rowCount === 1;
}

/** So that a customer is found by the people it sends. */
export async function findByContacts(tx: Tx, customerId: number, contacts: readonly Contact[]): Promise<void> {
  const words = contacts.map(({ name, phone, email }) =>
    fold(`${name} ${phone?.replace(/[^\p{L}\p{N}]/gu, "") ?? ""} ${email ?? ""}`),
  );
  await tx.raw(
    `UPDATE customers SET search_text = left(search_text, length(search_text) - length(contact_text)) || :text, contact_text = :text
     WHERE id = :customerId`,
    { customerId, text: words.map((one) => ` ${one}`).join("") },
  );
}

/** Of somebody who is merged into another. */
export async function moveContacts(tx: Tx, fromId: number, intoId: number): Promise<void> {
  await tx.raw("UPDATE customer_contacts SET customer_id = ? WHERE customer_id = ?", [intoId, fromId]);
}

interface ConsentRow {
  id: number;
  purpose: Consent["purpose"];
  given: boolean;
  channel: Consent["channel"];
  note: string | null;
  user_name: string;
  created_at: Date;
}

/** Newest first. */
export async function listConsents(db: Knex, ids: readonly number[]): Promise<Consent[]> {
  const { rows } = await db.raw(
    `SELECT id, purpose, given, channel, note, user_name, created_at FROM customer_consents
     WHERE customer_id = ANY(?::bigint[]) ORDER BY id DESC LIMIT 200`,
    [[...ids]],
  );
  return rows.map((row: ConsentRow) => ({
    id: row.id,
    purpose: row.purpose,
    given: row.given,
    channel: row.channel,
    note: row.note ?? undefined,
    userName: row.user_name,
    createdAt: row.created_at,
  }));
}

export async function insertConsent(
  tx: Tx,
  customerId: number,
  consent: NewConsent,
  user: { id: number; fullName: string },
  now: Date,
): Promise<void> {
  await tx.raw(
    `INSERT INTO customer_consents (customer_id, purpose, given, channel, note, user_id, user_name, created_at)
     VALUES (:customerId, :purpose, :given, :channel, :note, :userId, :userName, :now)`,
    { customerId, ...consent, note: consent.note ?? null, userId: user.id, userName: user.fullName, now },
  );
}

/** Nothing that tells who it was is left: name, numbers, addresses, contacts, the words of consents. */
export async function scramble(tx: Tx, ids: readonly number[], name: string, now: Date): Promise<void> {
  await tx.raw("DELETE FROM customer_contacts WHERE customer_id = ANY(?::bigint[])", [[...ids]]);
  await tx.raw(
    "DELETE FROM point_notes WHERE entry_id IN (SELECT id FROM point_entries WHERE customer_id = ANY(?::bigint[]))",
    [[...ids]],
  );
  await tx.raw("UPDATE customer_consents SET note = NULL WHERE customer_id = ANY(?::bigint[]) AND note IS NOT NULL", [
    [...ids],
  ]);
  await tx.raw(
    `UPDATE customers SET name = :name, sort_name = :sortName, search_text = :searchText, contact_text = '', document_type = NULL,
       document_number = NULL, phone = NULL, email = NULL, address = NULL, note = NULL, group_id = NULL, credit_limit_minor = 0,
       active = false, erased_at = :now, updated_at = :now, version = version + 1
     WHERE id = ANY(:ids::bigint[])`,
    { ids: [...ids], name, sortName: fold(name), searchText: ` ${fold(name)}`, now },
  );
}

/** Who was neither changed nor had anything on the account or in points since then, and owes nothing; oldest first. */
export async function untouchedSince(db: Knex, since: Date, after: number, limit: number): Promise<number[]> {
  const { rows } = await db.raw(
    `SELECT id FROM customers c
     WHERE erased_at IS NULL AND merged_into IS NULL AND balance_minor = 0 AND updated_at < :since AND id > :after
       AND NOT EXISTS (SELECT FROM customers m WHERE (m.id = c.id OR m.merged_into = c.id)
         AND (EXISTS (SELECT FROM customer_entries e WHERE e.customer_id = m.id AND e.created_at >= :since)
           OR EXISTS (SELECT FROM point_entries p WHERE p.customer_id = m.id AND p.created_at >= :since)
           OR EXISTS (SELECT FROM customer_consents s WHERE s.customer_id = m.id AND s.created_at >= :since)))
     ORDER BY id LIMIT :limit`,
    { since, after, limit },
  );
  return rows.map((row: { id: number }) => row.id);
}
