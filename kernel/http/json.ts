/** JSON of bounded depth. */
import { kernelErrors } from "../errors.ts";

/** Deeper than any body of the API (3), and far from what recursion over it could not bear. */
const DEEPEST = 32;

/** @throws BODY_MALFORMED, JSON_TOO_DEEP */
export function parseJson(text: string): unknown {
  if (depthOf(text) > DEEPEST) throw kernelErrors.JSON_TOO_DEEP({ params: { limit: DEEPEST } });
  try {
    return JSON.parse(text);
  } catch {
    throw kernelErrors.BODY_MALFORMED();
  }
}

/** How deep brackets are nested outside of strings, read off the text in one pass before anything builds objects of it. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length && deepest <= DEEPEST; at++) {
    const sign = text[at];
    if (quoted) {
      if (sign === "\\") at += 1;
      else if (sign === '"') quoted = false;
    } else if (sign === '"') quoted = true;
    else if (sign === "[" || sign === "{") deepest = Math.max(deepest, ++depth);
    else if (sign === "]" || sign === "}") depth -= 1;
  }
  return deepest;
}
