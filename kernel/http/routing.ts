/**
 * Which route an address means: @koa/router over the few that begin alike. It tries one route after the other, and of some
 * eight hundred that took longer than asking the database.
 */
import Router from "@koa/router";
import { inMatchingOrder, type MountedRoute } from "./mount.ts";

export interface Found {
  mounted: MountedRoute;
  params: Record<string, string>;
}

export interface Routing {
  find(method: string, path: string): Found | undefined;
  /** The methods that the address knows. */
  methods(path: string): readonly string[];
}

/** of routes that begin with a parameter: no address begins like this */
const ANY = "";

export function createRouting(routes: readonly MountedRoute[]): Routing {
  const groups = new Map<string, MountedRoute[]>();
  for (const one of routes) {
    const beginning = beginningOf(one.route.path);
    const group = beginning.includes(":") ? ANY : beginning;
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  const open = groups.get(ANY) ?? [];
  const others = routerOf(open);
  const routers = new Map([...groups].map(([group, own]) => [group, routerOf([...own, ...open])]));
  const routerFor = (path: string) => routers.get(beginningOf(path)) ?? others;
  return {
    find(method, path) {
      const { router, mountedAs } = routerFor(path);
      // as its match would, which goes on to the end
      const layer = router.stack.find((one) => one.methods.includes(method) && one.match(path));
      const mounted = layer && mountedAs.get(layer);
      return mounted && { mounted, params: layer.params(path, layer.captures(path)) };
    },
    methods: (path) => [
      ...new Set(
        routerFor(path)
          .router.match(path, "GET")
          .path.flatMap((layer) => layer.methods),
      ),
    ],
  };
}

function routerOf(routes: readonly MountedRoute[]) {
  // one way of writing an address: what stands before us, and our own prefixes, tell the cases apart too
  const router = new Router({ sensitive: true });
  const mountedAs = new Map<unknown, MountedRoute>();
  for (const mounted of inMatchingOrder(routes))
    mountedAs.set(
      router.register(mounted.route.path, [mounted.route.method], () => {}),
      mounted,
    );
  return { router, mountedAs };
}

/** `/sales`, `/api/v1/sales` */
function beginningOf(path: string): string {
  const [, first = "", second = "", third = ""] = path.split("/", 4);
  return first === "api" ? `/api/${second}/${third}` : `/${first}`;
}
