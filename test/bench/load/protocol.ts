/** What a part of the bench and the process of its clients tell each other. */
export interface Ask {
  method: string;
  path: string;
  body?: string;
  headers?: Record<string, string>;
  /** what it must answer; 200 */
  status?: number;
}

export interface Order {
  url: string;
  headers: Record<string, string>;
  /** client i asks the i-th list from its beginning, again and again; NEW_KEY in a header becomes a fresh key */
  asks: Ask[][];
  clients: number;
  /** together; or for so long */
  count?: number;
  seconds?: number;
  /** each client means to ask every so many milliseconds, however long answers take; what it waits is counted from when it meant to */
  everyMs?: number;
  /** a failure is counted and the same is asked again with the same key, instead of ending the run */
  goOn?: boolean;
  /** what was sold is answered one by one */
  keepSold?: boolean;
}

/** A sale as it was answered. */
export interface Sold {
  key: string;
  id: number;
  number: string;
}

export interface Answer {
  /** milliseconds of each request that was answered as it must */
  samples: number[];
  seconds: number;
  /** by what came instead */
  failures: Record<string, number>;
  sold: Sold[];
  /** asked again and again in vain */
  unanswered: number;
}

export const NEW_KEY = "a new key each time";
