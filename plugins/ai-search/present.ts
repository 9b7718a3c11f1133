/** Results as the API and the pages show them. */
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { Text } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import type { Reason, Result } from "./domain.ts";
import type { ModelStatus } from "./semantic/status.ts";

/** Why it is there, in a sentence. */
export function whyText(reasons: readonly Reason[], text: Text): string {
  return reasons.map((reason) => sentence(reason, text)).join(" ");
}

function sentence(reason: Reason, text: Text): string {
  switch (reason.kind) {
    case "code":
      return text.t("ai-search.why.code");
    case "code_end":
      return reason.unit === undefined
        ? text.t("ai-search.why.code_end", { figures: reason.figures })
        : text.t("ai-search.why.unit_end", { figures: reason.figures, unit: reason.unit });
    case "words":
      return text.t("ai-search.why.words", { words: reason.words.join(", ") });
    case "typo":
      return text.t("ai-search.why.typo", { typed: reason.typed, meant: reason.meant });
    case "synonym":
      return text.t("ai-search.why.synonym", { typed: reason.typed, meant: reason.meant });
    case "together":
      return text.t("ai-search.why.together", { with: reason.with, together: reason.together, sales: reason.sales });
    case "alike":
      return text.t("ai-search.why.alike", { words: reason.words.join(", ") });
    case "meaning":
      return text.t("ai-search.why.meaning", { words: reason.words.join(", ") });
  }
}

function productJson({ product }: Result, { currency }: Shop, blind: boolean) {
  return {
    id: product.id,
    sku: product.sku,
    name: product.name,
    description: product.description ?? null,
    category: product.category ?? null,
    price: product.priced ? formatDecimal(product.priceMinor, currencyDigits(currency)) : null,
    currency,
    on_hand: blind && product.counting ? null : formatDecimal(product.onHandMilli, QUANTITY_SCALE),
  };
}

const rounded = (score: number) => Math.round(score * 10_000) / 10_000;

export function resultJson(result: Result, shop: Shop, text: Text, blind: boolean) {
  return {
    ...productJson(result, shop, blind),
    lexical_score: rounded(result.lexicalScore),
    semantic_score: rounded(result.semanticScore),
    final_score: rounded(result.score),
    matching_terms: result.terms,
    why: whyText(result.reasons, text),
  };
}

export function nearJson(result: Result, shop: Shop, text: Text, blind: boolean) {
  return {
    ...productJson(result, shop, blind),
    similarity_score: rounded(result.score),
    matching_terms: result.terms,
    why: whyText(result.reasons, text),
  };
}

export function recommendationJson(result: Result, shop: Shop, text: Text, blind: boolean) {
  return {
    ...productJson(result, shop, blind),
    similarity_score: rounded(result.score),
    recommendation_reason: whyText(result.reasons, text),
  };
}

/** Why there is no model, in a sentence. */
export function noModelText({ reason }: Pick<ModelStatus, "reason">, text: Text): string {
  return reason === undefined ? "" : text.t(`ai-search.model.reasons.${reason}`);
}

export function modelsJson(status: ModelStatus, text: Text) {
  const { model, reason, job } = status;
  return {
    model: model
      ? {
          version: model.id,
          products: model.products,
          terms: model.terms.length,
          dimensions: model.dimensions,
          singular_values: model.singularValues.map(rounded),
          fitted_at: model.readyAt.toISOString(),
        }
      : null,
    reason: reason ?? null,
    reason_text: reason === undefined ? null : noModelText(status, text),
    job: job
      ? {
          job_id: job.id,
          state: job.state,
          progress: rounded(job.progress),
          reason: job.reason,
          created_at: job.createdAt.toISOString(),
        }
      : null,
  };
}

/** The card of the model on the page of the index. */
export function modelCard(status: ModelStatus, shop: Shop, text: Text) {
  const { model, job } = status;
  const percent = Math.round((job?.progress ?? 0) * 100);
  return {
    modelLine: model
      ? text.t("ai-search.model.ready", {
          version: text.integer(model.id),
          products: text.integer(model.products),
          terms: text.integer(model.terms.length),
          dimensions: text.integer(model.dimensions),
          at: text.dateTime(model.readyAt, shop.timeZone),
        })
      : text.t("ai-search.model.none", { reason: noModelText(status, text) }),
    fitting: job?.state === "fitting" ? { percent, line: text.t("ai-search.model.fitting", { percent }) } : undefined,
    lastFit:
      model && job?.reason && job.state !== "fitting"
        ? text.t("ai-search.model.last", { reason: text.t(`ai-search.model.reasons.${job.reason}`) })
        : undefined,
  };
}

/** Of what stands on no shelf there is nothing to count. */
function shelfText(product: Result["product"], text: Text, blind: boolean): string {
  if (product.unlimited || (blind && product.counting)) return "–";
  return `${text.quantity(product.onHandMilli)} ${product.unit}`;
}

/** `search`: by its link the choice is marked on it. */
export function resultRow(result: Result, search: string | undefined, shop: Shop, text: Text, blind: boolean) {
  const { product } = result;
  return {
    path: search === undefined ? `/products/${product.id}` : `/search/chosen/${search}/${product.id}`,
    name: product.name,
    // of several products of one name it tells which is which
    facts: [product.brand, product.description, product.category].filter(Boolean).join(" · "),
    price: product.priced ? text.money(product.priceMinor, shop.currency) : text.t("ai-search.page.no_price"),
    onHand: shelfText(product, text, blind),
    why: whyText(result.reasons, text),
  };
}
