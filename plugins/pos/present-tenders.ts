/** Tenders as the API and the pages show them. */
import type { Text } from "../../kernel/i18n.ts";
import type { Tender } from "./domain.ts";

/** The owner's name for it, else the one in the reader's language. */
export function tenderName({ code, name }: Pick<Tender, "code" | "name">, text: Text): string {
  if (name !== undefined) return name;
  return text.has(`pos.tender.${code}`) ? text.t(`pos.tender.${code}`) : code;
}

export function tenderJson({ code, kind, name, needsReference, active, provider }: Tender) {
  return { code, kind, name: name ?? null, needs_reference: needsReference, active, provider: provider ?? null };
}

export function tenderRow(tender: Tender, text: Text) {
  return {
    path: `/tenders/${tender.code}`,
    code: tender.code,
    name: tenderName(tender, text),
    kind: text.t(`pos.tenders.kinds.${tender.kind}`),
    reference: text.t(tender.needsReference ? "pos.tenders.required" : "pos.tenders.optional"),
    active: tender.active,
    state: text.t(tender.active ? "pos.registers.active" : "pos.registers.inactive"),
  };
}
