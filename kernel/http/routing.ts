/**
 * Which route an address means: @koa/router over the few that begin alike. It tries one route after the other, and of some
 * eight hundred that took longer than asking the database.
 */
import Router from "@koa/router";
import type { Context, Next } from "koa";
import { inMatchingOrder, type MountedRoute } from "./mount.ts";

export interface Routing {
  /** Runs the route, or answers false where none fits. */
  run(context: Context): Promise<boolean>;
  /** The methods that the address knows. */
  methods(path: string): readonly string[];
}

/** of routes that begin with a parameter: no address begins like this */
const ANY = "";

type Run = (mounted: MountedRoute, params: Record<string, string>, context: Context) => Promise<void>;

export function createRouting(routes: readonly MountedRoute[], run: Run): Routing {
  const groups = new Map<string, MountedRoute[]>();
  for (const one of routes) {
    const beginning = beginningOf(one.route.path);
    const group = beginning.includes(":") ? ANY : beginning;
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  const open = groups.get(ANY) ?? [];
  const others = routerOf(open, run);
  const routers = new Map([...groups].map(([group, own]) => [group, routerOf([...own, ...open], run)]));
  const routerFor = (path: string) => routers.get(beginningOf(path)) ?? others;
  return {
    async run(context) {
      let fell = false;
      const fall: Next = async () => {
        fell = true;
      };
      await routerFor(context.path).matched(context as never, fall);
      return !fell;
    },
    methods: (path) => {
      const { path: layers } = routerFor(path).router.match(path, "GET");
      return [...new Set(layers.flatMap((layer) => layer.methods))];
    },
  };
}

function routerOf(routes: readonly MountedRoute[], run: Run) {
  // one way of writing an address: what stands before us, and our own prefixes, tell the cases apart too
  const router = new Router({ sensitive: true });
  for (const mounted of inMatchingOrder(routes)) {
    const { path, method } = mounted.route;
    router.register(path, [method], (context: Context) => run(mounted, context["params"] ?? {}, context));
  }
  return { router, matched: router.routes() };
}

/** `/sales`, `/api/v1/sales` */
function beginningOf(path: string): string {
  const [, first = "", second = "", third = ""] = path.split("/", 4);
  return first === "api" ? `/api/${second}/${third}` : `/${first}`;
}
