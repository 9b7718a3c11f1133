/**
 * What a folded word sounds like in Spanish, for those who write as they hear: b and v, c, k and qu, c, s and z, g and j, ll and y, and
 * the silent h are one each (Real Academia Española, "Ortografía de la lengua española", 2010, chapter I).
 */
export function soundOf(word: string): string {
  return word
    .replace(/ch/g, "1")
    .replace(/h/g, "")
    .replace(/qu(?=[ei])/g, "k")
    .replace(/gu(?=[ei])/g, "g")
    .replace(/g(?=[ei])/g, "j")
    .replace(/c(?=[ei])/g, "s")
    .replace(/[cq]/g, "k")
    .replace(/z/g, "s")
    .replace(/x/g, "s")
    .replace(/v/g, "b")
    .replace(/w/g, "gu")
    .replace(/ll/g, "y")
    .replace(/(.)\1/g, "$1");
}
