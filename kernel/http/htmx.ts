/** One of the two files that know HTMX's headers: what the browser's HTMX asks for. The other is render.ts. */
import type { Context } from "koa";

export function isHtmx(context: Context): boolean {
  return context.get("HX-Request") === "true" && context.get("HX-History-Restore-Request") !== "true";
}

/** The view to answer alone, when HTMX names a target of the route's closed list; undefined means the whole page. */
export function requestedFragment(context: Context, fragments: Record<string, string> | undefined): string | undefined {
  if (!fragments || !isHtmx(context)) return undefined;
  const target = context.get("HX-Target");
  return Object.hasOwn(fragments, target) ? fragments[target] : undefined;
}
