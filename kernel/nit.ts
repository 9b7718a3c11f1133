/** The NIT, by which companies are known in Colombia, and its check digit. */

/** from the last digit on; DIAN, Orden Administrativa 4 de 1989 */
const WEIGHTS = [3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71];

/** The check digit of a NIT of at most 15 digits. */
export function nitCheckDigit(digits: string): number {
  const sum = [...digits].reverse().reduce((total, digit, index) => total + Number(digit) * (WEIGHTS[index] ?? 0), 0);
  const rest = sum % 11;
  return rest < 2 ? rest : 11 - rest;
}

/**
 * As it is kept: digits, a dash, the check digit, which is added where it is missing. Undefined: not one, or another check digit.
 */
export function readNit(typed: string): string | undefined {
  const [, digits, check] = /^(\d{5,14})(?:-(\d))?$/.exec(typed.replace(/[.\s]/g, "")) ?? [];
  if (digits === undefined) return undefined;
  const right = nitCheckDigit(digits);
  return check === undefined || Number(check) === right ? `${digits}-${right}` : undefined;
}
