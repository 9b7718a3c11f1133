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
  /** no client asks again before so many milliseconds since it asked last: a load below the most */
  everyMs?: number;
  /** a failure is counted instead of ending the run */
  goOn?: boolean;
}

export interface Answer {
  /** milliseconds of each request that was answered as it must */
  samples: number[];
  seconds: number;
  /** by what came instead */
  failures: Record<string, number>;
}

export const NEW_KEY = "a new key each time";
