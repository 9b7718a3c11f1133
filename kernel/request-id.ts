/**
 * On behalf of which request something is done, wherever it is done: the log and the statements say it without being told.
 * What follows from a request by await, callback or timer is still on its behalf.
 */
import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage<string | undefined>();

/** what an id from outside may look like; one of our own does too */
const ID = /^[\w-]{8,64}$/;

export function isRequestId(text: string): boolean {
  return ID.test(text);
}

export function onBehalfOf<T>(id: string, work: () => T): T {
  return current.run(id, work);
}

/** For work that a request only set off, and that goes on with what others want. */
export function onNobodysBehalf<T>(work: () => T): T {
  return current.run(undefined, work);
}

/** Undefined: no request, but a job, a command or the start. */
export function requestId(): string | undefined {
  return current.getStore();
}
