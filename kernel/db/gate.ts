/** Lets so many in at once; the others wait in line, holding nothing. */
import { requestId } from "../request-id.ts";

export interface Gate {
  /** Somebody's request is turned away after `limitMs`, as one that finds no connection; what nobody waits for stays in line. */
  enter<T>(work: () => Promise<T>): Promise<T>;
  /** how many stand in line */
  waiting(): number;
}

export function createGate(places: number, limitMs: number): Gate {
  let inside = 0;
  const line = new Set<() => void>();

  function turn(): Promise<void> {
    return new Promise((come, leave) => {
      const limit =
        requestId() === undefined
          ? undefined
          : setTimeout(() => {
              // or the place would be handed to somebody who has gone
              line.delete(enter);
              leave(new Error(`Unable to acquire a connection: others have had all of them for ${limitMs} ms`));
            }, limitMs);
      const enter = () => {
        clearTimeout(limit);
        come();
      };
      line.add(enter);
    });
  }

  return {
    async enter(work) {
      if (inside < places) inside++;
      else await turn();
      try {
        return await work();
      } finally {
        const [next] = line;
        // the place is handed over, not given back: nobody can slip in between
        if (next) {
          line.delete(next);
          next();
        } else inside--;
      }
    },
    waiting: () => line.size,
  };
}
