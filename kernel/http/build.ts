/** Puts the HTTP side together: views, static files, routes of the kernel and of the plugins, pipeline. */
import { join } from "node:path";
import type Koa from "koa";
import { isDatabaseBusy, isDatabaseDown } from "../db/connect.ts";
import { measureRequests } from "../measure/http.ts";
import type { HomeCard, NavItem } from "../plugin.ts";
import type { Member } from "../roster.ts";
import { declaredPermissions } from "../set-up.ts";
import { type Shop, shopSettings } from "../settings/shop.ts";
import { registerHealth } from "../shell/health.ts";
import { shellRoutes } from "../shell/index.ts";
import { createViews } from "../views.ts";
import { createAssets } from "./assets.ts";
import { createDispatch, type DispatchParts, identify } from "./dispatch.ts";
import { createInputReader } from "./inputs.ts";
import { createLimits } from "./limits.ts";
import { checkRoutes, type MountedRoute } from "./mount.ts";
import type { HttpParts } from "./parts.ts";
import { createRenderer } from "./render.ts";
import type { Route } from "./route.ts";
import { createRouting } from "./routing.ts";
import { createServer } from "./server.ts";
import type { Authenticator } from "./session.ts";
import { authenticatorRef } from "./session.ts";
import { type NavEntry, navEntry } from "./shell.ts";

/** @throws BootError: routes that clash or ask for a permission nobody declares, faulty locale files */
export function buildHttp(parts: HttpParts): { app: Koa; routes: MountedRoute[] } {
  const { config, roots, roster, db, cache, stores, texts, log } = parts;
  const live = config.NODE_ENV === "development";
  const folderOf = (name: string) => new Map(roster.map((member) => [member.plugin.name, join(member.folder, name)]));
  const views = createViews({ shell: join(roots.assets, "views"), folders: folderOf("views"), cache: !live });
  const assets = createAssets({
    root: roots.assets,
    folders: new Map([["", join(roots.assets, "public")], ...folderOf("public")]),
    live,
  });

  registerHealth(parts);
  const mounted: MountedRoute[] = roster.flatMap((member) =>
    ((member.setup?.routes ?? []) as Route[]).map((route) => ({
      owner: member.plugin.name,
      route,
      down: () => member.down,
    })),
  );
  const routes: MountedRoute[] = [];
  const shell = shellRoutes({
    ...parts,
    routes: () => routes,
    home: homeCards(roster),
    pluginSettings: pluginSettings(roster),
  });
  routes.push(...shell.map((route) => ({ owner: "kernel", route, down: () => undefined })), ...mounted);
  const permissions = declaredPermissions(roster);
  checkRoutes(routes, new Set(permissions.keys()));

  const routing = createRouting(routes);
  const defaultShop = fallbackShop();
  const renderer = createRenderer({
    views,
    assets,
    nav: navigation(roster),
    defaultShop,
    account: () => authenticatorOf(roster)?.account,
  });
  const dispatchParts: DispatchParts = {
    db,
    audit: parts.audit,
    stores,
    defaultShop,
    limits: createLimits({
      windows: {
        anonymous: config.RATE_LIMIT_ANONYMOUS,
        user: config.RATE_LIMIT_USER,
        login: config.RATE_LIMIT_LOGIN,
        codes: config.RATE_LIMIT_CODES,
        letters: config.RATE_LIMIT_LETTERS,
      },
      shared: cache.shared,
      clock: parts.clock,
      metrics: parts.metrics,
    }),
    inputs: createInputReader(),
    routing,
    renderer,
    authenticator: () => authenticatorOf(roster),
    permissionText: (name) => permissions.get(name)?.text ?? name,
  };
  const app = createServer({
    log,
    texts,
    assets,
    renderer,
    routing,
    dispatch: createDispatch(dispatchParts),
    identify: (context) => identify(dispatchParts, context),
    isDatabaseBusy,
    isDatabaseDown,
    measure: measureRequests(parts.metrics),
    patiently: (work) => cache.bounded(work),
    downPrefixes: () => roster.filter(({ down }) => down !== undefined).flatMap(({ plugin }) => plugin.paths ?? []),
    proxy: config.TRUST_PROXY,
    corsOrigins: config.CORS_ORIGINS.split(",")
      .map((origin) => origin.trim())
      .filter(Boolean),
  });
  return { app, routes };
}

function authenticatorOf(roster: readonly Member[]): Authenticator | undefined {
  const provider = roster.find(({ plugin }) => plugin.provides?.id === authenticatorRef.id);
  return provider?.down === undefined ? (provider?.setup?.service as Authenticator | undefined) : undefined;
}

function navigation(roster: readonly Member[]): NavEntry[] {
  const items = roster.flatMap(({ plugin, setup }) =>
    ((setup?.nav ?? []) as NavItem[]).map((item) => navEntry(plugin.name, item)),
  );
  const own: NavItem[] = [
    { key: "audit", path: "/audit", permission: "audit.read", order: 92, rare: true },
    { key: "stores", path: "/stores", permission: "stores.manage", order: 93, rare: true },
    { key: "settings", path: "/settings", permission: "settings.manage", order: 95, rare: true },
  ];
  return [...items, ...own.map((item) => navEntry("kernel", item))].sort((a, b) => a.order - b.order);
}

function homeCards(roster: readonly Member[]): () => HomeCard[] {
  return () =>
    roster
      .filter(({ down }) => down === undefined)
      .flatMap(({ setup }) => (setup?.home ?? []) as HomeCard[])
      .sort((a, b) => a.order - b.order);
}

function pluginSettings(roster: readonly Member[]) {
  return roster.flatMap(({ plugin }) => plugin.settings ?? []);
}

/** For pages drawn while the database is away. */
function fallbackShop(): Shop {
  const said = Object.entries(shopSettings).map(([key, one]) => [key, one.fallback]);
  return { storeId: undefined, storeName: undefined, training: false, ...Object.fromEntries(said) };
}
