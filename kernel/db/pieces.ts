/** Pieces of SQL that functions hand to each other. Each is a text of the source: what somebody sent is bound, never pieced in. */

/** what ends a statement or hides the rest of it */
const NO_PIECE = /;|--|\/\*|\\|\$\$/;

/** Throws RangeError for what cannot be a piece of a statement. */
export function pieceSql(text: string): string {
  if (NO_PIECE.test(text)) throw new RangeError(`"${text}" is no piece of SQL`);
  return text;
}

export function listSql(pieces: readonly string[]): string {
  return pieces.map(pieceSql).join(", ");
}

/** Holds when all of them do, as none does too. */
export function allSql(conditions: readonly string[]): string {
  return ["true", ...conditions].map(pieceSql).join(" AND ");
}
