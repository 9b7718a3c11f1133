/** The list of customers: known by their documents, new ones and changes. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Tx } from "../../../kernel/db/database.ts";
import { repeatsOf } from "../../../kernel/lists/cells.ts";
import { type Fault, faultOf } from "../../../kernel/lists/fault.ts";
import type { List } from "../../../kernel/lists/list.ts";
import type { ListImport } from "../../../kernel/lists/state.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import { readShop } from "../../../kernel/settings/shop.ts";
import { changedFacts, NO_FACTS } from "../customers.ts";
import { documentText } from "../documents.ts";
import type { Customer, CustomerFacts } from "../domain.ts";
import { errors } from "../errors.ts";
import * as bulk from "../queries/bulk.ts";
import { listGroups } from "../queries/groups.ts";
import { type CustomerRow, createRowReader } from "./cells.ts";
import { HEADERS, matchColumns } from "./columns.ts";

export interface CustomerListParts {
  clock: Clock;
  settings: Settings;
  audit: Auditor;
}

interface Change {
  row: number;
  before: Customer | undefined;
  facts: CustomerFacts;
}

const keyOf = ({ document: { type, number } }: Pick<CustomerRow, "document">) => `${type} ${number}`;

export function customerList({ clock, settings, audit }: CustomerListParts): List<CustomerRow> {
  /** Gives the rows whose document became another's meanwhile. */
  async function write(tx: Tx, one: ListImport, changes: readonly Change[], currency: string): Promise<Change[]> {
    const known = changes.filter(({ before }) => before !== undefined);
    const fresh = changes.filter(({ before }) => before === undefined);
    await bulk.updateCustomers(
      tx,
      known.map(({ before, facts }) => ({ id: before?.id ?? 0, ...facts })),
      clock.now(),
    );
    const made = await bulk.insertCustomers(
      tx,
      fresh.map(({ facts }) => facts),
      currency,
      clock.now(),
    );
    await auditLimits(tx, one, known);
    return fresh.filter(({ facts }) => !made.has(documentText(facts.document) ?? ""));
  }

  /** A limit is the shop's money: who changed which stands in the trail. Names and numbers do not. */
  async function auditLimits(tx: Tx, one: ListImport, changes: readonly Change[]): Promise<void> {
    const limits = changes.flatMap(({ before, facts }) =>
      before && before.creditLimitMinor !== facts.creditLimitMinor ? [{ before, facts }] : [],
    );
    if (limits.length === 0) return;
    await audit(tx, {
      user: { id: one.userId, username: one.userName },
      ...(one.address === null ? {} : { address: one.address }),
      action: "customers.limits_set",
      subject: `import:${one.id}`,
      before: {
        credit_limit_minor: Object.fromEntries(limits.map(({ before }) => [before.id, before.creditLimitMinor])),
      },
      after: {
        credit_limit_minor: Object.fromEntries(limits.map(({ before, facts }) => [before.id, facts.creditLimitMinor])),
      },
    });
  }

  return {
    name: "customers",
    owner: "customers",
    permission: "customers.import",
    audit: { action: "customers.imported" },
    home: "/customers",
    whole: { path: "/customers/export", permission: "customers.export" },
    summary: "Adds and updates customers by type and number of their document.",
    headers: HEADERS,
    match: matchColumns,
    missing: (columns, expected) =>
      columns.includes("document_type") && columns.includes("document_number")
        ? undefined
        : errors.IMPORT_NO_DOCUMENT({ params: { expected } }),
    restricted: { credit_limit: "customers.credit", group: "customers.groups" },
    reader: createRowReader,
    repeats: repeatsOf("document_number", keyOf),
    lock: bulk.lockImports,
    async step(tx, rows, one, writes) {
      const { currency } = await readShop(settings);
      const groups = new Map((await listGroups(tx)).map(({ id, name }) => [name.toLowerCase(), id]));
      const known = await bulk.customersByDocument(
        tx,
        rows.map(({ document }) => document),
        writes,
      );
      const faults: Fault[] = [];
      const changes: Change[] = [];
      let unchanged = 0;
      for (const one of rows) {
        const before = known.get(documentText(one.document) ?? "");
        const { row, facts: said, group } = one;
        const groupId = group === undefined ? before?.groupId : groups.get(group.toLowerCase());
        const own = faultsIn(one, before, groupId, currency);
        const facts = { ...NO_FACTS, name: "", ...before, ...said, document: one.document, groupId };
        if (own.length > 0) faults.push(...own);
        else if (before && changedFacts(before, facts).length === 0) unchanged += 1;
        else changes.push({ row, before, facts });
      }
      const taken = writes ? await write(tx, one, changes, currency) : [];
      const lost = taken.map(({ row, facts }) => {
        const number = facts.document?.number ?? "";
        return faultOf(row, "document_number", "customers.validation.taken_meanwhile", number);
      });
      const created = changes.filter(({ before }) => before === undefined).length - taken.length;
      return {
        created,
        updated: changes.filter(({ before }) => before !== undefined).length,
        unchanged,
        faults: [...faults, ...lost],
        preview: changes.map(({ before, facts }) => [documentText(facts.document), facts.name, before === undefined]),
      };
    },
    preview: {
      columns: [
        { text: "customers.fields.document" },
        { text: "customers.fields.name" },
        { text: "customers.fields.state" },
      ],
      cells(row, text) {
        const [document, name, isNew] = row as [string, string, boolean];
        return [document, name, text.t(isNew ? "kernel.imports.row_new" : "kernel.imports.row_known")];
      },
    },
  };
}

function faultsIn(
  { row, facts, group }: CustomerRow,
  before: Customer | undefined,
  groupId: number | undefined,
  currency: string,
): Fault[] {
  const faults: Fault[] = [];
  if (!before && facts.name === undefined) faults.push(faultOf(row, "name", "customers.validation.new_needs_name", ""));
  if (group !== undefined && groupId === undefined)
    faults.push(faultOf(row, "group", "customers.validation.group_unknown", group));
  if (before && facts.creditLimitMinor !== undefined && before.currency !== currency)
    faults.push(faultOf(row, "credit_limit", "customers.validation.other_currency", "", { currency: before.currency }));
  return faults;
}
