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
  /** where given, it is called instead, with all that are due, the oldest first, at most EVENTS_AT_ONCE; one fault rolls all back */
  handleMany?(events: readonly Delivered<unknown>[], tx: Tx): Promise<void>;
  /** of a handler of many: milliseconds in which what follows is gathered; undefined: as all others */
  gatherMs?: number;
}

export function on<P>(
  event: EventRef<P>,
  handler: string,
  handle: (event: Delivered<P>, tx: Tx) => Promise<void>,
): Subscription {
  return { event: event.name, handler, handle: handle as Subscription["handle"] };
}

/**
 * For work that several events can share: while the till is busy one transaction does it for all that are due. It takes its
 * locks in one order whatever the events, as any statement of several rows does; else two instances lock each other out.
 * `gatherMs`: for what nobody waits for, how long it may gather.
 */
export function onMany<P>(
  event: EventRef<P>,
  handler: string,
  handle: (events: readonly Delivered<P>[], tx: Tx) => Promise<void>,
  { gatherMs }: { gatherMs?: number } = {},
): Subscription {
  const handleMany = handle as NonNullable<Subscription["handleMany"]>;
  return {
    event: event.name,
    handler,
    handle: (one, tx) => handleMany([one], tx),
    handleMany,
    ...(gatherMs === undefined ? {} : { gatherMs }),
  };
}

export type Emit = <P>(tx: Tx, event: EventRef<P>, payload: P) => Promise<void>;
