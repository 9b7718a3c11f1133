/** Reads params, query and body by the route's schemas. A schema that depends on language or currency is built once for each. */
import type { z } from "zod";
import { kernelErrors } from "../errors.ts";
import type { Text } from "../i18n.ts";
import { formInput, type Input, type InputSchema, jsonInput } from "../input.ts";
import { validationError } from "./faults.ts";
import type { Route } from "./route.ts";
import { unsafePart } from "./unsafe.ts";

export interface InputReader {
  parse(schema: InputSchema | undefined, value: unknown, route: Route, text: Text, currency: string): unknown;
}

export function createInputReader(): InputReader {
  const inputs = new Map<string, Input>();
  const built = new WeakMap<object, Map<string, z.ZodType>>();
  const inputOf = (key: string, make: () => Input): Input => {
    const known = inputs.get(key) ?? make();
    inputs.set(key, known);
    return known;
  };
  return {
    parse(schema, value, route, text, currency) {
      if (schema === undefined) return undefined;
      const page = route.surface === "page";
      const key = page ? `${text.locale} ${currency}` : `json ${currency}`;
      let ready: z.ZodType;
      if (typeof schema === "function") {
        const versions = built.get(schema) ?? new Map<string, z.ZodType>();
        built.set(schema, versions);
        const input = inputOf(key, () => (page ? formInput(text.locale, currency) : jsonInput(currency)));
        ready = versions.get(key) ?? schema(input);
        versions.set(key, ready);
      } else ready = schema;
      const result = ready.safeParse(value, { reportInput: true });
      const unsafe = unsafePart(value);
      if (result.success && !unsafe) return result.data;
      const fields = result.success ? [] : (validationError(result.error).details.fields ?? []);
      if (unsafe && !fields.some(({ path }) => path === unsafe.path)) fields.push(unsafe);
      throw kernelErrors.VALIDATION({ fields });
    },
  };
}

/** A path parameter that does not fit names nothing: 404, not 422. */
export function orNotFound<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw kernelErrors.NOT_FOUND();
  }
}
