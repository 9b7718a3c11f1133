/** Files are read by a cursor that holds a connection of the database until its last line: so many at once, the others wait in line. */
export interface Lane {
  /** Answers what gives the place back, however often it is called. Rejects when the signal comes before the turn. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function createLane(places: number): Lane {
  let inside = 0;
  const line: (() => void)[] = [];

  const turn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const go = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        line.splice(line.indexOf(go), 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      line.push(go);
    });

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (inside < places) inside += 1;
      else await turn(signal);
      let left = false;
      return () => {
        if (left) return;
        left = true;
        const next = line.shift();
        // the place is handed over, not given back: nobody can slip in between
        if (next) next();
        else inside -= 1;
      };
    },
  };
}
