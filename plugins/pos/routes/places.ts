/** Which store a request of the till is about: the one of its cart, sale, shift or register, or the one the person stands in. */
import type { Asking, Route } from "../../../kernel/http/route.ts";
import { readId } from "../../../kernel/input.ts";
import type { Whereabouts } from "../whereabouts.ts";
import { chosenAt, inUse } from "./at-till.ts";

/** Undefined: none, or of something that is not there. */
export type Place = (asking: Asking) => Promise<number | undefined>;

export type Places = ReturnType<typeof createPlaces>;

export function createPlaces(stores: Whereabouts) {
  const standing = (asking: Asking, chosen: number | undefined) =>
    stores.ofTill({ chosen, storeIds: inUse(asking.stores) });
  const till: Place = (asking) => {
    const id = registerNamed(asking);
    return id === undefined ? standing(asking, chosenAt(asking)) : stores.ofRegister(id);
  };
  /** By the register that programs and choices name in the body or the query; else the first one in use. */
  const named: Place = (asking) => {
    const id = registerNamed(asking);
    return id === undefined ? standing(asking, undefined) : stores.ofRegister(id);
  };

  return {
    /** Where the person stands; as programs name it, when they do. */
    till,

    /** A cart that nobody scanned into yet will stand where the person stands. */
    cart: (async ({ params, ...asking }) => {
      const known = params?.cart === undefined ? undefined : await stores.ofCart(params.cart);
      return known ?? till({ params, ...asking });
    }) as Place,

    /** A receipt by its link is everybody's who has it. */
    sale: (async ({ params }) => (params.id === undefined ? undefined : stores.ofSale(params.id))) as Place,

    shift: (async (asking) =>
      asking.params?.id === undefined ? till(asking) : stores.ofShift(asking.params.id)) as Place,

    collection: (async ({ params }) => stores.ofCollection(params.id)) as Place,

    job: (async ({ params }) => stores.ofPrintJob(params.id)) as Place,

    /** A payment of a provider, or where one is asked for. */
    intent: (async (asking) =>
      asking.params?.id === undefined ? named(asking) : stores.ofIntent(asking.params.id)) as Place,

    /** The one of the path, or the one that is named. */
    register: (async (asking) =>
      asking.params?.id === undefined ? named(asking) : stores.ofRegister(asking.params.id)) as Place,

    named,

    /** Only a store that is asked for. */
    store: (async ({ query }) => query?.store_id) as Place,
  };
}

function registerNamed({ sent, query }: Asking): number | undefined {
  const body = sent as Record<string, unknown> | null | undefined;
  return readId(body?.["register_id"]) ?? readId(query?.register_id);
}

/** The same routes, each about that place. */
export function about(place: Place, routes: Route[]): Route[] {
  return routes.map((one) => ({ ...one, store: one.store ?? place }));
}
