/** Lets at most `count` pieces of work run at once; the others wait in line, at most `maxWaiting` of them. */
export type Lanes = <T>(work: () => Promise<T>) => Promise<T>;

export function createLanes(count: number, maxWaiting: number, tooMany: () => Error): Lanes {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy < count) busy += 1;
    else if (waiting.length >= maxWaiting) throw tooMany();
    else await new Promise<void>((go) => waiting.push(go)); // its lane is handed over, so `busy` stays
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy -= 1;
    }
  };
}
