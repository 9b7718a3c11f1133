/** How long anybody waits for an answer, where the wait itself may be held up: on a loaded machine this process stands still too. */

/**
 * Calls `late` after so many milliseconds, unless it is called off by what it answers. When this process itself was busy, the
 * answer lies unread: one more turn of the event loop reads it first.
 */
export function whenLate(milliseconds: number, late: () => void): () => void {
  const timer = setTimeout(() => setImmediate(late), milliseconds);
  return () => clearTimeout(timer);
}

/** The answer, or what there is instead of one that takes longer. */
export async function within<T>(milliseconds: number, answer: Promise<T>, otherwise: () => T): Promise<T> {
  let callOff = () => {};
  const late = new Promise<T>((done) => {
    callOff = whenLate(milliseconds, () => done(otherwise()));
  });
  return Promise.race([answer, late]).finally(callOff);
}
