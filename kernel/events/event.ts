/** Typed events. An event is a row written by the transaction that caused it, delivered after commit at least once. */
import type { Tx } from "../db/database.ts";

export interface EventRef<P> {
  /** past tense, `owner.thing_happened` */
  readonly name: string;
  readonly type?: P;
}

export function eventRef<P>(name: string): EventRef<P> {
  return { name };
}

export interface Delivered<P> {
  id: number;
  payload: P;
  occurredAt: Date;
}

export interface Subscription {
  event: string;
  /** unique in the plugin; with the event's id it makes a delivery once-only */
  handler: string;
  /** `tx` also marks the delivery as done: what is written in it happens exactly once */
  handle(event: Delivered<unknown>, tx: Tx): Promise<void>;
}

export function on<P>(
  event: EventRef<P>,
  handler: string,
  handle: (event: Delivered<P>, tx: Tx) => Promise<void>,
): Subscription {
  return { event: event.name, handler, handle: handle as Subscription["handle"] };
}

export type Emit = <P>(tx: Tx, event: EventRef<P>, payload: P) => Promise<void>;
