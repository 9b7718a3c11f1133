/** The kernel's own routes: home, language, settings, health, documentation. */
import type { HttpParts } from "../http/build.ts";
import type { MountedRoute } from "../http/mount.ts";
import type { Route } from "../http/route.ts";
import type { HomeCard } from "../plugin.ts";
import type { Setting } from "../settings/settings.ts";
import { documentationRoutes } from "./documentation.ts";
import { healthRoutes } from "./health.ts";
import { homeRoutes } from "./home.ts";
import { settingsRoutes } from "./settings.ts";

export interface ShellRouteParts extends HttpParts {
  routes(): readonly MountedRoute[];
  home(): HomeCard[];
  pluginSettings: Setting<unknown>[];
}

export function shellRoutes(parts: ShellRouteParts): Route[] {
  return [...healthRoutes(parts), ...homeRoutes(parts), ...settingsRoutes(parts), ...documentationRoutes(parts)];
}
