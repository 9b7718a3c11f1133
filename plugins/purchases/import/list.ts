/** The list of suppliers: known by their NIT, new ones and changes. */
import type { z } from "zod";
import type { Clock } from "../../../kernel/clock.ts";
import type { Input } from "../../../kernel/input.ts";
import { cellReader, repeatsOf, requireCells, yesOrNo } from "../../../kernel/lists/cells.ts";
import { type Fault, faultOf } from "../../../kernel/lists/fault.ts";
import type { List } from "../../../kernel/lists/list.ts";
import type { Supplier, SupplierFacts } from "../domain.ts";
import { errors } from "../errors.ts";
import * as bulk from "../queries/suppliers-bulk.ts";
import { days, email, LIMITS, nit, phone } from "../schema.ts";
import { changed, NO_FACTS } from "../suppliers.ts";
import { type Column, HEADERS, matchColumns } from "./columns.ts";

export interface SupplierRow {
  row: number;
  nit: string;
  /** what the row says; no key for what it does not say */
  facts: Partial<SupplierFacts>;
}

interface Change {
  row: number;
  before: Supplier | undefined;
  facts: SupplierFacts;
}

type Said = Omit<Partial<SupplierFacts>, "leadTimeDays" | "minimumMinor"> & {
  nit: string;
  lead_time_days?: number;
  minimum?: number;
};

const schemas = (input: Input): Record<Column, z.ZodType> => ({
  nit: nit(input),
  name: input.text(LIMITS.name),
  contact: input.text(LIMITS.contact),
  phone: phone(input),
  email: email(input),
  address: input.text(LIMITS.address),
  note: input.text(LIMITS.note),
  lead_time_days: days,
  minimum: input.money(),
  active: yesOrNo,
});

export function supplierList({ clock }: { clock: Clock }): List<SupplierRow> {
  return {
    name: "suppliers",
    owner: "purchases",
    permission: "suppliers.manage",
    audit: { action: "suppliers.imported" },
    home: "/suppliers",
    whole: { path: "/suppliers/export", permission: "purchases.read" },
    summary: "Adds and updates suppliers by NIT.",
    headers: HEADERS,
    match: matchColumns,
    missing: (columns, expected) =>
      columns.includes("nit") ? undefined : errors.IMPORT_NO_NIT({ params: { expected } }),
    reader(layout, currency) {
      const read = cellReader<Column>(layout, currency, schemas);
      return (row, cells) => {
        const found = read(row, cells);
        if (!found) return { kind: "blank" };
        requireCells(row, found, ["nit"]);
        if (found.faults.length > 0) return { kind: "bad", faults: found.faults };
        const { lead_time_days: leadTimeDays, minimum: minimumMinor, ...said } = found.read as Said;
        const numbers = Object.entries({ leadTimeDays, minimumMinor }).filter(([, value]) => value !== undefined);
        const facts = { ...said, ...Object.fromEntries(numbers) };
        return { kind: "good", row: { row, nit: said.nit, facts } };
      };
    },
    repeats: repeatsOf("nit", ({ nit: key }) => key),
    lock: bulk.lockImports,
    async step(tx, rows, _, writes) {
      const known = await bulk.suppliersByNit(
        tx,
        rows.map((row) => row.nit),
        writes,
      );
      const faults: Fault[] = [];
      const changes: Change[] = [];
      let unchanged = 0;
      for (const { row, nit: key, facts: said } of rows) {
        const before = known.get(key);
        const facts = { ...NO_FACTS, name: "", ...before, ...said };
        if (facts.name === "") faults.push(faultOf(row, "name", "purchases.validation.new_needs_name", ""));
        else if (before && changed(before, facts).length === 0) unchanged += 1;
        else changes.push({ row, before, facts });
      }
      const fresh = changes.filter(({ before }) => before === undefined);
      const old = changes.flatMap(({ before, facts }) => (before ? [{ ...facts, id: before.id }] : []));
      let lost: Change[] = [];
      if (writes) {
        await bulk.updateSuppliers(tx, old, clock.now());
        const made = await bulk.insertSuppliers(
          tx,
          fresh.map(({ facts }) => facts),
          clock.now(),
        );
        lost = fresh.filter(({ facts }) => !made.has(facts.nit ?? ""));
      }
      const taken = lost.map(({ row, facts }) =>
        faultOf(row, "nit", "purchases.validation.taken_meanwhile", facts.nit ?? ""),
      );
      return {
        created: fresh.length - lost.length,
        updated: old.length,
        unchanged,
        faults: [...faults, ...taken],
        preview: changes.map(({ before, facts }) => [facts.nit, facts.name, before === undefined]),
      };
    },
    preview: {
      columns: [
        { text: "purchases.columns.nit" },
        { text: "purchases.columns.name" },
        { text: "kernel.imports.state" },
      ],
      cells(row, text) {
        const [key, name, isNew] = row as [string, string, boolean];
        return [key, name, text.t(isNew ? "kernel.imports.row_new" : "kernel.imports.row_known")];
      },
    },
  };
}
