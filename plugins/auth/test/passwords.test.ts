import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createLanes } from "../lanes.ts";
import { createPasswords } from "../passwords.ts";

const cheap = { N: 1024, r: 8, p: 1 };

describe("passwords", () => {
  it("the right password opens, another does not, and nobody's never does", async () => {
    const passwords = createPasswords(cheap);
    const stored = await passwords.hash("una frase corta");
    assert.match(stored, /^scrypt\$1024\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
    assert.equal(await passwords.verify("una frase corta", stored), true);
    assert.equal(await passwords.verify("una frase larga", stored), false);
    assert.equal(await passwords.verify("una frase corta", undefined), false);
  });

  it("an accent typed as two signs is the same password", async () => {
    const passwords = createPasswords(cheap);
    const stored = await passwords.hash("contraseña única".normalize("NFC"));
    assert.equal(await passwords.verify("contraseña única".normalize("NFD"), stored), true);
  });

  it("a hash of an older cost still opens and is told to be stale", async () => {
    const stored = await createPasswords(cheap).hash("una frase corta");
    const today = createPasswords({ ...cheap, N: 2048 });
    assert.equal(await today.verify("una frase corta", stored), true);
    assert.equal(today.isStale(stored), true);
    assert.equal(today.isStale(await today.hash("una frase corta")), false);
  });

  for (const broken of ["", "scrypt$1024$8$1$$", "scrypt$99999999$8$1$AAAA$AAAA", "plain text"])
    it(`a stored hash that is none ("${broken}") opens nothing`, async () => {
      assert.equal(await createPasswords(cheap).verify("una frase corta", broken), false);
    });
});

describe("lanes", () => {
  it("two run, the others wait in line, and too many are turned away", async () => {
    const lanes = createLanes(2, 3, () => new Error("full"));
    let most = 0;
    let running = 0;
    const open: (() => void)[] = [];
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((go) => open.push(go));
      running -= 1;
    };
    const five = Array.from({ length: 5 }, () => lanes(work));
    await assert.rejects(lanes(work), /full/);
    for (let done = 0; done < 5; done++) {
      open.shift()?.();
      await five[done];
      // the next in line starts in the same turn as its lane is handed over
      await Promise.resolve();
    }
    assert.equal(most, 2);
    assert.equal(running, 0);
  });

  it("work that fails gives its lane back", async () => {
    const lanes = createLanes(1, 1, () => new Error("full"));
    const failing = lanes(() => Promise.reject(new Error("broken")));
    const next = lanes(async () => "served");
    await assert.rejects(failing, /broken/);
    assert.equal(await next, "served");
  });
});
