/** Results as the API and the pages show them. */
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { Text } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import type { Reason, Result } from "./domain.ts";

/** Why it is there, in a sentence. */
export function whyText(reasons: readonly Reason[], text: Text): string {
  return reasons.map((reason) => sentence(reason, text)).join(" ");
}

function sentence(reason: Reason, text: Text): string {
  switch (reason.kind) {
    case "code":
      return text.t("ai-search.why.code");
    case "words":
      return text.t("ai-search.why.words", { words: reason.words.join(", ") });
    case "typo":
      return text.t("ai-search.why.typo", { typed: reason.typed, meant: reason.meant });
    case "together":
      return text.t("ai-search.why.together", { with: reason.with, together: reason.together, sales: reason.sales });
    case "alike":
      return text.t("ai-search.why.alike", { words: reason.words.join(", ") });
  }
}

function productJson({ product }: Result, { currency }: Shop) {
  return {
    id: product.id,
    sku: product.sku,
    name: product.name,
    description: product.description ?? null,
    category: product.category ?? null,
    price: formatDecimal(product.priceMinor, currencyDigits(currency)),
    currency,
    on_hand: formatDecimal(product.onHandMilli, QUANTITY_SCALE),
  };
}

const rounded = (score: number) => Math.round(score * 10_000) / 10_000;

export function resultJson(result: Result, shop: Shop, text: Text) {
  return {
    ...productJson(result, shop),
    lexical_score: rounded(result.lexicalScore),
    final_score: rounded(result.score),
    matching_terms: result.terms,
    why: whyText(result.reasons, text),
  };
}

export function recommendationJson(result: Result, shop: Shop, text: Text) {
  return {
    ...productJson(result, shop),
    similarity_score: rounded(result.score),
    recommendation_reason: whyText(result.reasons, text),
  };
}

/** `search`: by its link the choice is marked on it. */
export function resultRow(result: Result, search: string | undefined, shop: Shop, text: Text) {
  const { product } = result;
  return {
    path: search === undefined ? `/products/${product.id}` : `/search/chosen/${search}/${product.id}`,
    name: product.name,
    description: product.description ?? "",
    category: product.category ?? "",
    price: text.money(product.priceMinor, shop.currency),
    onHand: `${text.quantity(product.onHandMilli)} ${product.unit}`,
    why: whyText(result.reasons, text),
  };
}
