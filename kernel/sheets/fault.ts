/** none: no workbook at all. broken: damaged, or locked by a password. too_large: a bomb, or more than a list can be. */
export type SheetTrouble = "none" | "broken" | "too_large";

/** A workbook cannot be read. Whoever asked for it says so in the words of the case. */
export class SheetFault extends Error {
  readonly trouble: SheetTrouble;
  constructor(trouble: SheetTrouble, options?: ErrorOptions) {
    super(`workbook: ${trouble}`, options);
    this.trouble = trouble;
  }
}
