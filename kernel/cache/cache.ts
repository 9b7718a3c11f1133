/** What may be lost: rate counters, session and query caches. In process, or in Redis when several instances must share it. */
export interface Cache {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, seconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** The cached value, or the loaded one, kept for `seconds`. A cache that is down only costs the load. */
  remember<T>(key: string, seconds: number, load: () => Promise<T>): Promise<T>;
}
