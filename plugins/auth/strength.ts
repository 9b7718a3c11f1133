/**
 * Which passwords are too easy: those of lists of common ones, words and keyboards in a row, and the names of the person and
 * the shop. Judged by zxcvbn, which counts the guesses an attacker needs who knows all that.
 */
import type { ZxcvbnResult } from "@zxcvbn-ts/core";
import { fieldFault } from "../../kernel/errors.ts";

/** 4 of 4: more than 10^10 guesses. "una frase corta" has 10^12.8, "contraseña segura" 10^8.2, "password1234" 10^4.2. */
const ENOUGH = 4;
/** The work grows with the square of the length: of 48 signs it took 50 ms at worst, of 200 it would be five seconds. */
const JUDGED_LENGTH = 48;
const SUBSTITUTIONS = 10;

export type Weakness = "personal" | "common" | "guessable";

export interface Strength {
  /** Undefined: good enough. `names`: of the person, which others guess first, as they do the shop's. */
  weakness(password: string, names: readonly string[]): Promise<Weakness | undefined>;
  /** Throws a fault of the field `password` that says why. */
  require(password: string, names: readonly string[]): Promise<void>;
}

interface Judge {
  check(password: string, userInputs: string[]): ZxcvbnResult;
}

/** `shopName`: as it is set now. */
export function createStrength({ shopName }: { shopName(): Promise<string> }): Strength {
  // the lists take 15 MB of heap, some 60 MB of the process in use: a till that sets no password never holds them
  let judge: Promise<Judge> | undefined;

  async function weakness(password: string, names: readonly string[]): Promise<Weakness | undefined> {
    judge ??= loadJudge();
    const result = (await judge).check(password.normalize("NFC"), variantsOf([...names, await shopName()]));
    return result.score >= ENOUGH ? undefined : reasonOf(result);
  }

  return {
    weakness,
    async require(password, names) {
      const found = await weakness(password, names);
      if (found) throw fieldFault("password", `PASSWORD_${found.toUpperCase()}`, `auth.validation.password_${found}`);
    },
  };
}

async function loadJudge(): Promise<Judge> {
  const [{ ZxcvbnFactory }, common, spanish] = await Promise.all([
    import("@zxcvbn-ts/core"),
    import("@zxcvbn-ts/language-common"),
    import("@zxcvbn-ts/language-es-es"),
  ]);
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...spanish.dictionary },
    graphs: common.adjacencyGraphs,
    maxLength: JUDGED_LENGTH,
    l33tMaxSubstitutions: SUBSTITUTIONS,
  });
}

/** "Tienda La Esquina" is guessed as it stands, in one word, and word by word. */
function variantsOf(names: readonly string[]): string[] {
  const forms = names.flatMap((name) => {
    const words = name.split(/[\s._@-]+/).filter((word) => word.length > 2);
    return [name, name.replace(/\s+/g, ""), ...words];
  });
  return [...new Set(forms.flatMap((form) => [form, form.normalize("NFD").replace(/\p{M}/gu, "")]))];
}

function reasonOf({ sequence }: ZxcvbnResult): Weakness {
  const from = (dictionary: RegExp) => sequence.some((match) => dictionary.test(String(match["dictionaryName"] ?? "")));
  if (from(/^userInputs$/)) return "personal";
  return from(/^passwords-/) ? "common" : "guessable";
}
