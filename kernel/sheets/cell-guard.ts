/**
 * Cells that a spreadsheet would take for a formula are written with an apostrophe before them, and read without it (OWASP,
 * CSV injection). A text that itself starts with apostrophes and such a sign gets one more, so that each comes back as it was.
 */
const DANGEROUS = /^'*[=+\-@\t\r]/;

export function guardCell(text: string): string {
  return DANGEROUS.test(text) ? `'${text}` : text;
}

export function unguardCell(text: string): string {
  return text.startsWith("'") && DANGEROUS.test(text) ? text.slice(1) : text;
}
