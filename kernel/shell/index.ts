/** The kernel's own routes: home, language, settings, health, documentation. */
import type { ShellRouteParts } from "../http/parts.ts";
import type { Route } from "../http/route.ts";
import { importJobRoutes } from "../lists/api.ts";
import { auditRoutes } from "./audit.ts";
import { documentationRoutes } from "./documentation.ts";
import { healthRoutes } from "./health.ts";
import { homeRoutes } from "./home.ts";
import { settingsRoutes } from "./settings.ts";
import { storeRoutes } from "./stores.ts";

export function shellRoutes(parts: ShellRouteParts): Route[] {
  return [
    ...healthRoutes(parts),
    ...homeRoutes(parts),
    ...settingsRoutes(parts),
    ...storeRoutes(parts),
    ...auditRoutes(parts),
    ...importJobRoutes(parts),
    ...documentationRoutes(parts),
  ];
}
