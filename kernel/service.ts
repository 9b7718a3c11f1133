/** Typed tokens by which plugins offer and need services; the load order follows from them. */

export interface ServiceRef<S> {
  readonly id: string;
  readonly optional: false;
  /** only for the type checker */
  readonly type?: S;
}

export interface OptionalRef<S> {
  readonly id: string;
  readonly optional: true;
  readonly type?: S;
}

export function serviceRef<S>(id: string): ServiceRef<S> {
  return { id, optional: false };
}

/** A service that makes the plugin better but is not needed: undefined when nobody provides it or its provider is down. */
export function optionalRef<S>(ref: ServiceRef<S>): OptionalRef<S> {
  return { id: ref.id, optional: true };
}

// biome-ignore lint/suspicious/noExplicitAny: a bag of refs of any services
export type Needs = Record<string, ServiceRef<any> | OptionalRef<any>>;

export type ServicesOf<N extends Needs> = {
  readonly [K in keyof N]: N[K] extends OptionalRef<infer S>
    ? S | undefined
    : N[K] extends ServiceRef<infer S>
      ? S
      : never;
};
