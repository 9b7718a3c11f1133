/** Why all of the results are there, when it is one reason: it is said once. Pure. */
export function sharedWhy(
  results: readonly { id: number }[],
  why: ReadonlyMap<number, string> | undefined,
): string | undefined {
  const [first, ...others] = new Set(results.map(({ id }) => why?.get(id)));
  return others.length === 0 ? first : undefined;
}
