/** What may be lost: rate counters, session and query caches. In process, or in Redis when several instances must share it. */
export interface Cache {
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, seconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Sets the value unless the key has one: who read an older state cannot cover a newer one. False: there was one. */
  add(key: string, value: unknown, seconds: number): Promise<boolean>;
  /**
   * True while every instance of the system sees the same values: Redis answers, or this process is the only instance.
   * False: what another instance changes may go unnoticed here, so what must hold at once is read from the database.
   */
  coherent(): boolean;
  /** The cached value, or the loaded one, kept for `seconds`. A cache that is down only costs the load. */
  remember<T>(key: string, seconds: number, load: () => Promise<T>): Promise<T>;
}
