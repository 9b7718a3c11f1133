/** Lets so many in at once; the others wait in line, holding nothing. */
export function createGate(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let inside = 0;
  const line: (() => void)[] = [];
  return async (work) => {
    if (inside < places) inside++;
    else await new Promise<void>((enter) => line.push(enter));
    try {
      return await work();
    } finally {
      const next = line.shift();
      // the place is handed over, not given back: nobody can slip in between
      if (next) next();
      else inside--;
    }
  };
}
