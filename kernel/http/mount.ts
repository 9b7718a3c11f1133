/** Routes of the kernel and of all plugins, checked together: no two clash, every permission exists, every path fits. */
import { BootError } from "../errors.ts";
import { approvable } from "./approval.ts";
import type { Method, Route, Surface } from "./route.ts";

export interface MountedRoute {
  owner: string;
  route: Route;
  /** says why the owner is down, or undefined when it runs */
  down(): string | undefined;
}

const PREFIX: Record<Surface, RegExp> = {
  page: /^\/(?!api\/|assets\/)/,
  v1: /^\/api\/v1\//,
  v2: /^\/api\/v2\//,
  ops: /^\//,
};
const WRITES: readonly Method[] = ["POST", "PUT", "PATCH", "DELETE"];

export function checkRoutes(mounted: readonly MountedRoute[], permissions: ReadonlySet<string>): void {
  const taken = new Map<string, string>();
  for (const { owner, route } of mounted) {
    const name = `${route.method} ${route.path}`;
    const refuse = (why: string, cure: string): never => {
      throw new BootError(`plugin ${owner}: route ${name} ${why}`, { cure });
    };
    if (!PREFIX[route.surface].test(route.path))
      refuse(`does not fit the surface "${route.surface}"`, "mend the path or the surface");
    if (route.access === undefined) refuse("has no access", 'add access: "public", "signed-in" or { permission }');
    const needed = typeof route.access === "object" ? [route.access.permission, ...(route.access.also ?? [])] : [];
    for (const permission of [...needed, ...(route.approvals ?? [])]) {
      if (!permissions.has(permission))
        refuse(`asks for the permission "${permission}", which no plugin declares`, "declare it under permissions");
    }
    if (approvable(route).length > 0 && route.idempotent !== true)
      refuse(
        "may be approved on the spot but is not idempotent",
        "add idempotent: true, so that one approval is one deed",
      );
    if (route.surface === "page" && approvable(route).length > 0 && !route.describe)
      refuse("may be approved on the spot but does not tell what is asked for", "add describe: nobody approves unseen");
    if (route.probe && (route.access !== "public" || route.method !== "GET" || route.store))
      refuse("is a probe that asks who it is for", "leave probe out, or make it a public GET without a store");
    if (route.idempotent && !WRITES.includes(route.method)) refuse("is idempotent by nature", "leave idempotent out");
    const pattern = `${route.method} ${route.path.replace(/:[^/]+/g, ":")}`;
    const other = taken.get(pattern);
    if (other)
      throw new BootError(`routes clash: ${name} of ${owner} and of ${other}`, {
        cure: "change the path of one of them",
      });
    taken.set(pattern, owner);
  }
}

/** Literal paths before those with parameters, so that `/products/new` is not read as an id. */
export function inMatchingOrder(mounted: readonly MountedRoute[]): MountedRoute[] {
  const weight = ({ route }: MountedRoute) => (route.path.match(/:/g) ?? []).length;
  return [...mounted].sort((a, b) => weight(a) - weight(b));
}
