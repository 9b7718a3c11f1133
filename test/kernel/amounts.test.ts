/** Money and quantities: what is typed, kept and shown is the same number. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { formatDecimal, normalizeTyped, parseDecimal, separatorsOf } from "../../kernel/decimal.ts";
import { createTexts, LOCALES, type Locale, regionOf } from "../../kernel/i18n.ts";
import { formInput, jsonInput } from "../../kernel/input.ts";
import { currencyDigits, divideRounded, extend, includedTax } from "../../kernel/money.ts";

const texts = createTexts({ es: new Map(), en: new Map() });
const spanish = separatorsOf("es-CO");
const english = separatorsOf("en-US");
const money = (locale: Locale, typed: string) => formInput(locale, "COP").money().safeParse(typed);
const read = (locale: Locale, typed: string) => money(locale, typed).data;
const weigh = (locale: Locale, typed: string) => formInput(locale, "COP").quantity().safeParse(typed);

describe("amounts that people type", () => {
  const readings: [string, string | undefined, string | undefined][] = [
    ["1.234,50", "1234.50", "1234.50"],
    ["1,234.50", "1234.50", "1234.50"],
    ["1.234.567,50", "1234567.50", "1234567.50"],
    ["58,99", "58.99", "58.99"],
    ["12.500", "12500", "12.500"],
    ["12,500", "12.500", "12500"],
    ["$ 12.500", "12500", "12.500"],
    ["1.5", "1.5", "1.5"],
    ["-3", "-3", "-3"],
    ["1.23.456", undefined, undefined],
    ["1,2,3", undefined, undefined],
    ["1e9", undefined, undefined],
    ["NaN", undefined, undefined],
    ["", undefined, undefined],
  ];
  for (const [typed, es, en] of readings) {
    it(`"${typed}" is ${es ?? "refused"} on a Spanish page and ${en ?? "refused"} on an English one`, () => {
      assert.equal(normalizeTyped(typed, spanish), es);
      assert.equal(normalizeTyped(typed, english), en);
    });
  }

  it("1.250 kg on a Spanish page could be a thousand times off: it is refused, 1,250 and 1250 are read", () => {
    assert.equal(weigh("es", "1.250").success, false);
    assert.equal(weigh("es", "1,250").data, 1250);
    assert.equal(weigh("es", "1250").data, 1_250_000);
    assert.equal(weigh("en", "1.250").data, 1250);
    assert.equal(weigh("en", "1,250").success, false);
  });

  it("each refusal has its own sentence", () => {
    const sentence = (typed: string) => weigh("es", typed).error?.issues[0]?.message;
    assert.equal(sentence(""), "kernel.validation.required");
    assert.equal(sentence("dos"), "kernel.validation.quantity");
    assert.equal(sentence("0"), "kernel.validation.quantity_small");
    assert.equal(sentence("-1"), "kernel.validation.quantity_small");
    assert.equal(sentence("0,0001"), "kernel.validation.quantity_digits");
    assert.equal(sentence("1000001"), "kernel.validation.quantity_large");
    assert.equal(money("es", "-1").error?.issues[0]?.message, "kernel.validation.money_negative");
    assert.equal(money("es", "1,234").error?.issues[0]?.message, "kernel.validation.money_digits");
  });

  it("programs write a point and nothing else", () => {
    const program = jsonInput("COP").money();
    assert.equal(program.safeParse("12500.00").data, 1_250_000);
    for (const wrong of ["12.500,00", "1,5", "1.", ".5", "0x1", "1e3", 5]) {
      assert.equal(program.safeParse(wrong).success, false, String(wrong));
    }
  });

  it("what a page writes into a field is read back as the same amount, in both languages", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 13 }), fc.constantFrom(...LOCALES), (minor, locale) => {
        assert.equal(read(locale, texts[locale].moneyField(minor, "COP")), minor);
        assert.equal(read(locale, texts[locale].money(minor, "COP")), minor);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.constantFrom(...LOCALES), (milli, locale) => {
        assert.equal(weigh(locale, texts[locale].quantityField(milli)).data, milli);
      }),
    );
  });

  it("a plain decimal is kept exactly", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 4 }), (value, scale) => {
        const text = formatDecimal(value, scale);
        if (/^-?\d{1,15}(\.|$)/.test(text)) assert.equal(parseDecimal(text, scale), value);
      }),
    );
  });
});

describe("one rounding", () => {
  it("is half away from zero, on both sides of it", () => {
    const half = (n: number) => Number(divideRounded(BigInt(n), 10n));
    assert.deepEqual([14, 15, 16, 25, -14, -15, -25].map(half), [1, 2, 2, 3, -1, -2, -3]);
  });

  it("a price times a quantity is within half a minor unit, and turns with the sign", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 1, max: 10 ** 6 }), (price, milli) => {
        const total = extend(price, milli);
        assert.ok(2n * abs(BigInt(total) * 1000n - BigInt(price) * BigInt(milli)) <= 1000n);
        assert.equal(extend(-price, milli), total === 0 ? 0 : -total);
      }),
    );
  });

  it("the tax inside an amount never exceeds it, and 19 % of 11.900 is 1.900", () => {
    assert.equal(includedTax(1_190_000, 1900), 190_000);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 12 }), fc.integer({ min: 0, max: 10_000 }), (gross, rate) => {
        const tax = includedTax(gross, rate);
        assert.ok(tax >= 0 && tax <= gross);
      }),
    );
  });

  it("a sum beyond the safe integers is refused, not rounded", () => {
    assert.throws(() => extend(Number.MAX_SAFE_INTEGER, 2000), RangeError);
  });
});

describe("currencies", () => {
  it("have the minor units of ISO 4217, whatever Intl's data says", () => {
    assert.deepEqual(["COP", "USD", "CLP", "PYG", "KWD"].map(currencyDigits), [2, 2, 0, 0, 3]);
  });

  it("pesos are shown without centavos that are none", () => {
    assert.match(texts.es.money(1_250_000, "COP"), /^\$\s12\.500$/);
    assert.match(texts.es.money(1_250_050, "COP"), /^\$\s12\.500,50$/);
    assert.equal(regionOf("es"), "es-CO");
  });
});

function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}
