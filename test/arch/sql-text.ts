/** Reads SQL out of TypeScript: the first argument of a call, the expressions inside a template literal. */

/** The expression that starts at `at`, up to the comma or bracket that ends it. */
export function expressionAt(text: string, at: number): string {
  let depth = 0;
  for (let place = at; place < text.length; place++) {
    const sign = text[place] ?? "";
    if (sign === "`" || sign === '"' || sign === "'") place = endOfText(text, place);
    else if ("([{".includes(sign)) depth += 1;
    else if (")]}".includes(sign)) {
      if (depth === 0) return text.slice(at, place).trim();
      depth -= 1;
    } else if ((sign === "," || sign === ";") && depth === 0) return text.slice(at, place).trim();
  }
  return text.slice(at).trim();
}

/** The place of the quote that closes the one at `at`. */
function endOfText(text: string, at: number): number {
  const quote = text[at];
  for (let place = at + 1; place < text.length; place++) {
    if (text[place] === "\\") place += 1;
    else if (text[place] === quote) return place;
    else if (quote === "`" && text.startsWith("${", place)) place += 2 + lengthInside(text, place + 2);
  }
  return text.length;
}

/** How long the expression of `${...}` is that starts at `at`. */
function lengthInside(text: string, at: number): number {
  let depth = 0;
  for (let place = at; place < text.length; place++) {
    const sign = text[place] ?? "";
    if (sign === "`" || sign === '"' || sign === "'") place = endOfText(text, place);
    else if (sign === "{") depth += 1;
    else if (sign === "}" && depth-- === 0) return place - at;
  }
  return text.length - at;
}

export interface Template {
  /** with its backticks */
  text: string;
  /** what stands in its `${}`, outermost first */
  parts: string[];
}

/** A whole template literal; undefined when the expression is something else or goes on after it. */
export function templateOf(expression: string): Template | undefined {
  if (!expression.startsWith("`") || endOfText(expression, 0) !== expression.length - 1) return undefined;
  const parts: string[] = [];
  for (let place = 1; place < expression.length - 1; place++) {
    if (expression[place] === "\\") place += 1;
    else if (expression.startsWith("${", place)) {
      const length = lengthInside(expression, place + 2);
      parts.push(expression.slice(place + 2, place + 2 + length).trim());
      place += 2 + length;
    }
  }
  return { text: expression, parts };
}

/** Every template literal of a file, those inside of others too. */
export function templatesIn(text: string): Template[] {
  const found: Template[] = [];
  for (let place = 0; place < text.length; place++) {
    const sign = text[place] ?? "";
    if (text.startsWith("//", place)) place = text.indexOf("\n", place);
    else if (text.startsWith("/*", place)) place = text.indexOf("*/", place) + 1;
    else if (sign === '"' || sign === "'") place = endOfText(text, place);
    else if (sign === "`") {
      const end = endOfText(text, place);
      const template = templateOf(text.slice(place, end + 1));
      if (template) found.push(template, ...template.parts.flatMap(templatesIn));
      place = end;
    }
    if (place < 0) break;
  }
  return found;
}

/** Cuts `condition ? one : other`, which no text or bracket hides; undefined for anything else. */
export function branchesOf(expression: string): [string, string] | undefined {
  const question = topLevel(expression, "?");
  if (question === -1) return undefined;
  const rest = expression.slice(question + 1);
  const colon = topLevel(rest, ":");
  return colon === -1 ? undefined : [rest.slice(0, colon).trim(), rest.slice(colon + 1).trim()];
}

function topLevel(text: string, wanted: string): number {
  let depth = 0;
  for (let place = 0; place < text.length; place++) {
    const sign = text[place] ?? "";
    if (sign === "`" || sign === '"' || sign === "'") place = endOfText(text, place);
    else if ("([{".includes(sign)) depth += 1;
    else if (")]}".includes(sign)) depth -= 1;
    else if (sign === wanted && depth === 0) return place;
  }
  return -1;
}
