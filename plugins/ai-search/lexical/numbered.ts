/** Words with the numbers in which they came, found by their letters: open addressing, eight bytes a word where a Map takes fifty. */
const ROOM = 1024;

export class Numbered {
  readonly words: string[] = [];
  /** numbers, one larger each; 0: free. As long as a power of two, and half of it free. */
  #slots = new Int32Array(ROOM);

  find(word: string): number | undefined {
    const kept = this.#slots[this.#slotOf(word)] as number;
    return kept === 0 ? undefined : kept - 1;
  }

  /** A word that is not there yet. */
  add(word: string): number {
    const number = this.words.push(word) - 1;
    if (this.words.length * 2 > this.#slots.length) this.#grow();
    else this.#slots[this.#slotOf(word)] = number + 1;
    return number;
  }

  /** Where it stands, or the free place where it would. */
  #slotOf(word: string): number {
    const mask = this.#slots.length - 1;
    let at = hash(word) & mask;
    for (;;) {
      const kept = this.#slots[at] as number;
      if (kept === 0 || this.words[kept - 1] === word) return at;
      at = (at + 1) & mask;
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (const [number, word] of this.words.entries()) this.#slots[this.#slotOf(word)] = number + 1;
  }
}

/** FNV-1a, its high bits folded onto the low ones, which are the ones that are used. */
function hash(word: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) value = Math.imul(value ^ word.charCodeAt(at), 0x01000193);
  return value ^ (value >>> 15);
}
