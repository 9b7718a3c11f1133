/** Values for a fuzzer: what a schema asks for, and everywhere in it, now and then, something else. */
import fc from "fast-check";

export type JsonSchema = { [key: string]: unknown };

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

/** What no field asks for. */
export const poison: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    "",
    " ",
    "\0",
    "a\0b",
    "\u202e\u0007",
    "👩‍👩‍👧‍👦🛒",
    "\ud800",
    "x".repeat(5000),
    "9".repeat(400),
    "-0",
    "1e999",
    "NaN",
    "' OR 1=1 --",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it must not be one
    "%s%n{{7*7}}${7*7}<%= 1 %>",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "true",
    "1,5",
    "0x10",
    "٣",
    -1,
    0,
    1.5,
    2 ** 31,
    2 ** 53,
    1e300,
    [],
    {},
    [[]],
    [1, "a", null],
    deep(30),
    { $gt: "" },
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Texts that fit many a field: amounts, dates, codes, ids, cursors. */
const plausible = fc.oneof(
  fc.constantFrom("1", "2", "12500.00", "1.250", "0", "TINTO", "2026-03-02", "true", "on", "cash", "add", "all", "1.5"),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.uuid(),
  fc
    .array(
      fc.oneof(
        fc.constantFrom<unknown>("", "a", 0, 1, -1, 2 ** 31, 2 ** 53 - 1, null),
        fc.string({ unit: "binary", maxLength: 4 }),
      ),
      {
        maxLength: 4,
      },
    )
    .map((values) => Buffer.from(JSON.stringify(values)).toString("base64url")),
);

/** What a person would write in a field of that name, so that some requests get past the schemas. */
const NAMED: Record<string, readonly unknown[]> = {
  sku: ["AREPA", "TINTO", "PAN"],
  code: ["TINTO", "AREPA"],
  price: ["2500", "0", "12500.00"],
  unit_price: ["2500", "1"],
  amount: ["2500", "9000000"],
  total: ["250000", "2500"],
  quantity: ["1", "2", "0.001", "1000000"],
  counted: ["3", "0"],
  method: ["cash", "card"],
  reason: ["Conteo", "Compra"],
  product_id: [1, "1", 2],
  category_id: [1, "1"],
  username: ["ana", "beto", "emilio"],
  password: ["a phrase that is long enough"],
  full_name: ["Ana Arango"],
  role: ["employee", "manager", "admin"],
  unit: ["unidad"],
  limit: ["1", "200", "0"],
  lang: ["es", "en"],
};

/** Everything as it should be, one field wrong now and then, or many. */
export function valuesFor(schema: unknown): fc.Arbitrary<unknown> {
  return fc.oneof(...[0, 4, 25].map((percent) => withPoison(schema, percent)));
}

function withPoison(schema: unknown, percent: number, name = ""): fc.Arbitrary<unknown> {
  const asked = askedBy((schema ?? {}) as JsonSchema, percent, name);
  return fc.oneof({ weight: 100 - percent, arbitrary: asked }, { weight: percent, arbitrary: poison });
}

function askedBy(schema: JsonSchema, percent: number, name: string): fc.Arbitrary<unknown> {
  const choices = (schema["anyOf"] ?? schema["oneOf"]) as unknown[] | undefined;
  if (choices) return fc.oneof(...choices.map((one) => withPoison(one, percent, name)));
  if ("const" in schema) return fc.constant(schema["const"]);
  if (Array.isArray(schema["enum"])) return fc.constantFrom(...(schema["enum"] as unknown[]));
  switch (schema["type"]) {
    case "object":
      return objectsFor(schema, percent);
    case "array":
      return fc.array(withPoison(schema["items"], percent), { maxLength: 3 });
    case "integer":
    case "number":
      return fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer());
    case "boolean":
      return fc.boolean();
    default: {
      const named = NAMED[name];
      return named ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...named) }, plausible) : plausible;
    }
  }
}

function objectsFor(schema: JsonSchema, percent: number): fc.Arbitrary<unknown> {
  const required = new Set((schema["required"] ?? []) as string[]);
  const shape = Object.entries((schema["properties"] ?? {}) as JsonSchema);
  const members = shape.map(([name, one]) => {
    const present = withPoison(one, percent, name).map((value): [string, unknown][] => [[name, value]]);
    const absent = fc.constant<[string, unknown][]>([]);
    const there = required.has(name) ? 100 - percent : 40;
    return fc.oneof({ weight: there, arbitrary: present }, { weight: 100 - there, arbitrary: absent });
  });
  const stranger = fc
    .tuple(fc.constantFrom("__proto__", "constructor", "prototype", "toString", "id", "", "\0"), poison)
    .map((one): [string, unknown][] => [one]);
  const none = fc.constant<[string, unknown][]>([]);
  const strangers = fc.oneof({ weight: 100 - percent, arbitrary: none }, { weight: percent, arbitrary: stranger });
  return fc.tuple(fc.tuple(...members), strangers).map(([known, more]) => {
    const value = {};
    for (const [name, one] of [...known.flat(), ...more])
      Object.defineProperty(value, name, { value: one, enumerable: true, configurable: true, writable: true });
    return value;
  });
}

/** As a form or a query writes it: lists become repeated names. */
export function encoded(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  const pairs = Object.entries(value).flatMap(([name, one]) =>
    (Array.isArray(one) && one.length > 0 ? one : [one]).map((part): [string, string] => [name, textOf(part)]),
  );
  return new URLSearchParams(pairs).toString();
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
