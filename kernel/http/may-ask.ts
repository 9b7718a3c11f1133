/** Whether a person may ask a route at all. */
import type { Route } from "./route.ts";
import type { Session } from "./session.ts";

/** What the person may do, and what somebody else may approve once the body has shown who. */
export function mayAsk(route: Route, session: Session | undefined): boolean {
  if (typeof route.access !== "object") return true;
  const { permission, also = [], override } = route.access;
  const has = (one: string) => session?.permissions.has(one) === true;
  return (has(permission) || override === true) && also.every(has);
}
