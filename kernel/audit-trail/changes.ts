/** What changed between two states, field by field. */
export interface Change {
  /** `price_minor`, `by.username`; empty when the whole is one value */
  field: string;
  before: unknown;
  after: unknown;
}

/** The fields that differ; with one state alone all of its fields. */
export function changesOf(before: unknown, after: unknown): Change[] {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])];
  return fields
    .map((field) => ({ field, before: old.get(field), after: now.get(field) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

/** Lists stay whole: barcodes are one field. */
function fieldsOf(value: unknown, path = ""): Map<string, unknown> {
  if (value === null || value === undefined) return new Map(path === "" ? [] : [[path, undefined]]);
  if (typeof value !== "object" || Array.isArray(value)) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [...fieldsOf(inner, path === "" ? key : `${path}.${key}`)]),
  );
}
