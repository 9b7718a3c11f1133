/** Which PINs are too easy: those that people type first. A PIN approves a deed at the till; it never signs anybody in. */
export const PIN_MIN = 6;
export const PIN_MAX = 12;

/** One digit, two digits in turn, a run up or down (`123456`, `987654`), or the same half twice. */
export function isGuessable(pin: string): boolean {
  const digits = [...pin].map(Number);
  const steps = digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0));
  const isRun = steps.every((step) => step === steps[0]);
  const half = pin.length / 2;
  return isRun || new Set(digits).size < 3 || (Number.isInteger(half) && pin.slice(0, half) === pin.slice(half));
}
