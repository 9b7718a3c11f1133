/** All routes of a plugin's lists. */
import type { Route } from "../http/route.ts";
import { listApi } from "./api.ts";
import type { Imports } from "./imports.ts";
import { listPages } from "./pages.ts";

export function listRoutes(imports: Imports): Route[] {
  return imports.lists.flatMap((list) => [...listPages(imports, list), listApi(imports, list)]);
}
