/**
 * What no schema should have to think of, wherever it stands in a body or a query: names that reach the prototype of objects,
 * and texts that PostgreSQL cannot keep (NUL, halves of surrogate pairs).
 */
import type { FieldFault } from "../errors.ts";

const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const FORBIDDEN_TEXT = /[\0\p{Cs}]/u;

/** The first such fault, with the path of its field; undefined when there is none. Depth is bounded by who parsed. */
export function unsafePart(value: unknown, path = ""): FieldFault | undefined {
  if (typeof value === "string")
    return FORBIDDEN_TEXT.test(value) ? { path, code: "CHARACTERS", text: "kernel.validation.characters" } : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const inner = path === "" ? name : `${path}.${name}`;
    if (FORBIDDEN_NAMES.has(name))
      return { path: inner, code: "UNKNOWN_FIELD", text: "kernel.validation.unknown_field" };
    if (FORBIDDEN_TEXT.test(name)) return { path, code: "CHARACTERS", text: "kernel.validation.characters" };
    const found = unsafePart(part, inner);
    if (found) return found;
  }
  return undefined;
}
